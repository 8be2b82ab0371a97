package dev.gossamer.engine;

import dev.gossamer.data.ImageSet;
import dev.gossamer.model.Loss;
import java.util.Arrays;

/**
 * Sum of the losses and predictions of some images.
 *
 * @param loss sum of the losses, of cross-entropy in nats
 * @param predicted class of the largest output of each image, the first of equal ones
 */
public record ScoreSum(double loss, int[] predicted) {

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
     * @param kind what the outputs are compared with the labels by
     * @param outputs of a network [count, classes]; of cross-entropy, logits or log-probabilities
     * @param images where the labels are
     * @param from index of the first image
     * @param count number of images
     */
    public static ScoreSum of(Loss kind, float[] outputs, ImageSet images, int from, int count) {
        int classes = outputs.length / count;
        double loss = 0;
        int[] predicted = new int[count];
        for (int i = 0; i < count; i++) {
            int label = images.label(from + i);
            int largest = largest(outputs, i * classes, classes);
            loss += kind == Loss.CROSS_ENTROPY
                    ? logSumExp(outputs, i * classes, classes, largest) - outputs[i * classes + label]
                    : squaredError(outputs, i * classes, classes, label);
            predicted[i] = largest;
        }
        return new ScoreSum(loss, predicted);
    }

    private static double squaredError(float[] outputs, int from, int classes, int label) {
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            double difference = outputs[from + k] - (k == label ? 1 : 0);
            sum += difference * difference;
        }
        return sum / classes;
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

    /** The score over all images of a set, from the sums of their parts in order. */
    public static Score total(ScoreSum[] parts, ImageSet images) {
        double loss = 0;
        for (ScoreSum part : parts) {
            loss += part.loss;
        }
        return Score.of(loss, Arrays.stream(parts).flatMapToInt(part -> Arrays.stream(part.predicted)), images);
    }
}
