package dev.gossamer.engine.dl4j;

import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.Score;

/**
 * Sum of the losses and number of correct predictions over some images.
 *
 * @param loss sum of the cross-entropies, in nats
 * @param correct number of images whose largest probability is that of their label
 */
record ScoreSum(double loss, int correct) {

    /**
     * Scores log-probabilities [count, classes] of the images from index {@code from} on.
     */
    static ScoreSum of(float[] logProbabilities, ImageSet images, int from, int count) {
        int classes = logProbabilities.length / count;
        double loss = 0;
        int correct = 0;
        for (int i = 0; i < count; i++) {
            int label = images.label(from + i);
            loss -= logProbabilities[i * classes + label];
            correct += largest(logProbabilities, i * classes, classes) == label ? 1 : 0;
        }
        return new ScoreSum(loss, correct);
    }

    private static int largest(float[] values, int from, int count) {
        int largest = 0;
        for (int k = 1; k < count; k++) {
            largest = values[from + k] > values[from + largest] ? k : largest;
        }
        return largest;
    }

    /** The score over all of {@code size} images, from the sums of their parts in order. */
    static Score total(ScoreSum[] parts, int size) {
        double loss = 0;
        int correct = 0;
        for (ScoreSum part : parts) {
            loss += part.loss;
            correct += part.correct;
        }
        return new Score(loss / size, (double) correct / size);
    }
}
