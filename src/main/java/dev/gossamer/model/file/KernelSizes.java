package dev.gossamer.model.file;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;

/**
 * What of an image DL4J's convolutions and poolings take, rows and columns each.
 *
 * @param kernel edges [2], in pixels
 * @param stride steps [2], in pixels
 * @param given padding [2], in pixels, where the mode does not decide it
 * @param dilation distances [2] of the pixels that are taken
 * @param mode what becomes of the edges of the image
 */
record KernelSizes(int[] kernel, int[] stride, int[] given, int[] dilation, ConvolutionMode mode) {

    /** Whether there are two numbers each, in their ranges; a padding of a whole kernel gives windows of nothing. */
    boolean isValid() {
        return mode != null
                && Stream.of(kernel, stride, given, dilation).allMatch(sizes -> sizes != null && sizes.length == 2)
                && IntStream.range(0, 2).allMatch(i -> kernel[i] > 0 && stride[i] > 0 && dilation[i] > 0
                        && given[i] >= 0 && given[i] < dilation[i] * (kernel[i] - 1) + 1);
    }

    @Override
    public String toString() {
        return "kernel " + Arrays.toString(kernel) + ", stride " + Arrays.toString(stride) + ", padding "
                + Arrays.toString(given) + ", dilation " + Arrays.toString(dilation);
    }

    /** Whether, of valid ones, rows and columns are alike, and neighbours are taken. */
    boolean isSquare() {
        return Stream.of(kernel, stride, given, dilation).allMatch(sizes -> sizes[0] == sizes[1])
                && Arrays.equals(dilation, new int[] {1, 1});
    }

    /** Pixels that are added on each side of x; empty where sides differ. */
    OptionalInt padding(InputTypeConvolutional x, InputTypeConvolutional y) {
        return switch (mode) {
            case Strict, Truncate -> OptionalInt.of(given[0]);
            case Same -> {
                long rows = Math.max(0, (y.getHeight() - 1) * stride[0] + kernel[0] - x.getHeight());
                long columns = Math.max(0, (y.getWidth() - 1) * stride[1] + kernel[1] - x.getWidth());
                yield rows == columns && rows % 2 == 0 ? OptionalInt.of((int) rows / 2) : OptionalInt.empty();
            }
            default -> OptionalInt.empty();
        };
    }
}
