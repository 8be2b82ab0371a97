package dev.gossamer.engine;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.data.ImageSet;

/** What scores parameters of n replicas on sets of images: their networks, in evaluation. */
public interface Scoring {

    /** Stands for the mean model, the average of all workers' parameters, where a worker is asked for. */
    int MEAN = -1;

    /**
     * Scores parameters on all images of a set, with dropout off and batch norm on the statistics of each chunk of
     * images, see {@link ScoreSum}.
     *
     * @param matrix which rows are parameters
     * @param worker a worker in [0, n), or {@link #MEAN}
     * @param images what to score on
     */
    Score score(Kept matrix, int worker, ImageSet images);
}
