package dev.gossamer.data;

import java.nio.FloatBuffer;

/** Plain softmax regression by stochastic gradient descent, batch size 1: what a linear model makes of the pixels. */
final class SoftmaxRegression {

    private final float[][] images;
    private final ImageSet train;
    private final float[][] weights;
    private final float[] biases;

    SoftmaxRegression(ImageSet train, int classes) {
        this.train = train;
        images = inputs(train);
        weights = new float[classes][train.shape().size()];
        biases = new float[classes];
    }

    private static float[][] inputs(ImageSet set) {
        float[][] inputs = new float[set.size()][set.shape().size()];
        for (int i = 0; i < inputs.length; i++) {
            set.normalize(i, i + 1, FloatBuffer.wrap(inputs[i]));
        }
        return inputs;
    }

    /** One pass over the images in random order. */
    void trainEpoch(float learningRate, long seed) {
        int[] order = new int[images.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        new RandomStream(seed).shuffle(order);
        for (int i : order) {
            double[] probabilities = probabilities(images[i]);
            for (int k = 0; k < weights.length; k++) {
                float step = learningRate * (float) (probabilities[k] - (train.label(i) == k ? 1 : 0));
                biases[k] -= step;
                subtract(step, images[i], weights[k]);
            }
        }
    }

    private static void subtract(float factor, float[] image, float[] weights) {
        for (int j = 0; j < weights.length; j++) {
            weights[j] -= factor * image[j];
        }
    }

    private double[] probabilities(float[] image) {
        double[] values = logits(image);
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            largest = Math.max(largest, value);
        }
        double sum = 0;
        for (int k = 0; k < values.length; k++) {
            values[k] = Math.exp(values[k] - largest);
            sum += values[k];
        }
        for (int k = 0; k < values.length; k++) {
            values[k] /= sum;
        }
        return values;
    }

    private double[] logits(float[] image) {
        double[] values = new double[weights.length];
        for (int k = 0; k < values.length; k++) {
            values[k] = biases[k] + dot(weights[k], image);
        }
        return values;
    }

    /** Four sums at a time, since Java keeps the order of float additions. */
    private static float dot(float[] a, float[] b) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        for (int j = 0; j < a.length; j += 4) {
            s0 += a[j] * b[j];
            s1 += a[j + 1] * b[j + 1];
            s2 += a[j + 2] * b[j + 2];
            s3 += a[j + 3] * b[j + 3];
        }
        return s0 + s1 + s2 + s3;
    }

    /** Share of images whose largest logit is that of their label. */
    double accuracy(ImageSet set) {
        int right = 0;
        float[][] inputs = inputs(set);
        for (int i = 0; i < inputs.length; i++) {
            double[] values = logits(inputs[i]);
            int best = 0;
            for (int k = 1; k < values.length; k++) {
                best = values[k] > values[best] ? k : best;
            }
            right += best == set.label(i) ? 1 : 0;
        }
        return (double) right / inputs.length;
    }
}
