package dev.gossamer.engine;

import dev.gossamer.data.ImageSet;

/**
 * Sum of the losses and number of correct predictions over some images.
 *
 * @param loss sum of the cross-entropies, in nats
 * @param correct number of images whose largest logit is that of their label
 */
public record ScoreSum(double loss, int correct) {

    /** Most images a thread scores at once: batch norm sees the statistics of that many, activations take memory. */
    public static final int CHUNK = 50;

    /** In how many parts a set of images is scored; part k is from k size / chunks to (k + 1) size / chunks. */
    public static int chunks(ImageSet images) {
        return (images.size() + CHUNK - 1) / CHUNK;
    }

    /** Index of the first image of a part. */
    public static int start(ImageSet images, int chunk) {
        return (int) ((long) chunk * images.size() / chunks(images));
    }

    /**
     * Scores images.
     *
     * @param logits logits or log-probabilities [count, classes]
     * @param images where the labels are
     * @param from index of the first image
     * @param count number of images
     */
    public static ScoreSum of(float[] logits, ImageSet images, int from, int count) {
        int classes = logits.length / count;
        double loss = 0;
        int correct = 0;
        for (int i = 0; i < count; i++) {
            int label = images.label(from + i);
            int largest = largest(logits, i * classes, classes);
            loss += logSumExp(logits, i * classes, classes, largest) - logits[i * classes + label];
            correct += largest == label ? 1 : 0;
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

    private static double logSumExp(float[] values, int from, int count, int largest) {
        double shift = values[from + largest];
        double sum = 0;
        for (int k = from; k < from + count; k++) {
            sum += Math.exp(values[k] - shift);
        }
        return shift + Math.log(sum);
    }

    /** The score over all of {@code size} images, from the sums of their parts in order. */
    public static Score total(ScoreSum[] parts, int size) {
        double loss = 0;
        int correct = 0;
        for (ScoreSum part : parts) {
            loss += part.loss;
            correct += part.correct;
        }
        return new Score(loss / size, (double) correct / size);
    }
}
