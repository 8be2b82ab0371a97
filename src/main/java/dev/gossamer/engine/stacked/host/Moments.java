package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.BatchNormSpec;
import dev.gossamer.model.GroupNormSpec;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/**
 * What the values of a tensor that are normalised together are normalised by, in double precision.
 *
 * @param indices where they lie
 * @param mean their mean
 * @param scale 1 / sqrt(variance + epsilon)
 */
record Moments(int[] indices, double mean, double scale) {

    /** Those of a channel of all images, which batch norm takes together. */
    static Moments ofChannel(FloatBuffer x, Tensor tensor, int batch, int channel) {
        int plane = tensor.height() * tensor.width();
        return of(x, IntStream.range(0, batch * plane)
                .map(k -> (k / plane * tensor.channels() + channel) * plane + k % plane), BatchNormSpec.EPSILON);
    }

    /**
     * Those of a group of channels of an image, which group norm and EvoNorm take together; groups of the first image
     * come first.
     */
    static Moments ofGroup(FloatBuffer x, Tensor tensor, int groups, int group) {
        int count = tensor.size() / groups;
        return of(x, IntStream.range(group * count, (group + 1) * count), GroupNormSpec.EPSILON);
    }

    /** Those of the channels of a pixel, which layer norm takes together; pixels of the first image come first. */
    static Moments ofToken(FloatBuffer x, Tensor tensor, int token) {
        int plane = tensor.height() * tensor.width();
        int first = token / plane * tensor.size() + token % plane;
        return of(x, IntStream.range(0, tensor.channels()).map(c -> first + c * plane), GroupNormSpec.EPSILON);
    }

    private static Moments of(FloatBuffer x, IntStream places, double epsilon) {
        int[] indices = places.toArray();
        double sum = 0;
        for (int index : indices) {
            sum += x.get(index);
        }
        double mean = sum / indices.length;
        double squares = 0;
        for (int index : indices) {
            squares += (x.get(index) - mean) * (x.get(index) - mean);
        }
        return new Moments(indices, mean, 1 / Math.sqrt(squares / indices.length + epsilon));
    }
}
