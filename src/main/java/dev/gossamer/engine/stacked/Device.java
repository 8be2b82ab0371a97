package dev.gossamer.engine.stacked;

import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.Replicas;

/** A place where programs run: its memory, and its own way to carry out each kind of operation. */
public interface Device {

    /** Device and libraries in words, for records, for example {@code cpu (oneDNN 3.11), 2 threads}. */
    String description();

    /**
     * Prepares for n replicas of a program. All matrices are zero.
     *
     * @param training a training step
     * @param evaluation the forward pass of the same network in evaluation
     * @param workers number of workers n
     * @param rule what a step does, and which matrices it keeps
     * @return the replicas, which the caller closes
     */
    Replicas load(Program training, Program evaluation, int workers, Update rule);
}
