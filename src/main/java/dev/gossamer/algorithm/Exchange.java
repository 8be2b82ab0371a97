package dev.gossamer.algorithm;

import dev.gossamer.topology.MixingMatrix;
import java.util.function.UnaryOperator;

/**
 * Who receives whose rows, with which weights: a map [n, n] between the workers' rows that the mixing matrix of a step
 * decides.
 *
 * @param name what it is, in a word
 * @param weights the map of a mixing matrix; for the same matrix, an equal one
 * @param isSent whether workers send what they mix; otherwise they have received it before
 */
public record Exchange(String name, UnaryOperator<MixingMatrix> weights, boolean isSent) {

    /** W_t itself. */
    public static final Exchange GOSSIP = new Exchange("gossip", UnaryOperator.identity(), true);

    /** The exact average of all workers, J / n. */
    public static final Exchange MEAN =
            new Exchange("mean", mixing -> MixingMatrix.uniform(mixing.workers()), true);
}
