package dev.gossamer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The float kernels against ND4J's operations, on views inside larger arrays as the engine uses them. */
class KernelsTest {

    private static final Kernels FAST = HostKernels.INSTANCE;
    private static final Kernels PLAIN = ArrayKernels.INSTANCE;

    private long seed = 1;

    @Test
    void choosesByDataType() {
        assertSame(FAST, Kernels.of(DataType.FLOAT));
        assertSame(PLAIN, Kernels.of(DataType.DOUBLE));
    }

    @ParameterizedTest
    @CsvSource({
        "3, 4, 3, 1, 2, 5, 7", "4, 3, 3, 1, 16, 2, 2", "2, 5, 3, 1, 5, 1, 1", "5, 2, 1, 1, 3, 4, 4",
        "2, 3, 5, 1, 2, 6, 5",
        "3, 4, 3, 2, 2, 8, 8", "3, 4, 1, 2, 2, 7, 7", "2, 3, 3, 1, 3, 16, 16"
    })
    void convolution(int in, int out, int kernel, int stride, int images, int height, int width) {
        Filter filter = new Filter(in, out, kernel, stride, kernel / 2);
        INDArray x = random(images, in, height, width);
        INDArray w = random(out, in, kernel, kernel);
        INDArray bias = random(out);
        long[] shape = {images, out, filter.outputSize(height), filter.outputSize(width)};
        for (boolean relu : new boolean[] {true, false}) {
            INDArray y = random(shape);
            INDArray expectedY = Nd4j.create(DataType.FLOAT, shape);
            FAST.convolve(filter, x, w, bias, relu, y);
            PLAIN.convolve(filter, x, w, bias, relu, expectedY);
            close(expectedY, y);

            INDArray dy = random(shape);
            INDArray mask = relu ? y : null;
            INDArray[] got = {random(w.shape()), random(out), random(x.shape())};
            INDArray[] expected = {w.ulike(), bias.ulike(), x.ulike()};
            FAST.convolveBackward(filter, x, w, mask, dy, got[0], got[1], got[2]);
            PLAIN.convolveBackward(filter, x, w, mask, dy, expected[0], expected[1], expected[2]);
            close(expected[0], got[0]);
            close(expected[1], got[1]);
            close(expected[2], got[2]);

            INDArray first = random(w.shape());
            FAST.convolveBackward(filter, x, w, mask, dy, first, got[1], null);
            close(expected[0], first);
        }
    }

    @Test
    void convolutionWithoutBias() {
        Filter filter = Filter.of3x3(3, 4, 1);
        INDArray x = random(2, 3, 4, 4);
        INDArray w = random(4, 3, 3, 3);
        INDArray y = random(2, 4, 4, 4);
        INDArray expectedY = y.ulike();
        FAST.convolve(filter, x, w, null, false, y);
        PLAIN.convolve(filter, x, w, null, false, expectedY);
        close(expectedY, y);
        INDArray dw = random(4, 3, 3, 3);
        INDArray expectedDw = dw.ulike();
        FAST.convolveBackward(filter, x, w, null, y, dw, null, x.ulike());
        PLAIN.convolveBackward(filter, x, w, null, y, expectedDw, null, x.ulike());
        close(expectedDw, dw);
    }

    @ParameterizedTest
    @CsvSource({"4, 3, 5, 7", "3, 2, 1, 1", "3, 5, 20, 20"})
    void normalization(int images, int channels, int height, int width) {
        INDArray x = random(images, channels, height, width).addi(3);
        INDArray gamma = random(channels);
        INDArray beta = random(channels);
        for (boolean relu : new boolean[] {true, false}) {
            INDArray y = x.ulike();
            INDArray expectedY = x.ulike();
            INDArray statistics = random(2, channels);
            INDArray expectedStatistics = random(2, channels);
            FAST.normalize(x, gamma, beta, relu, statistics, y);
            PLAIN.normalize(x, gamma, beta, relu, expectedStatistics, expectedY);
            close(expectedY, y);
            close(expectedStatistics, statistics);

            INDArray dy = random(x.shape());
            INDArray[] got = {random(channels), random(channels), random(x.shape())};
            INDArray[] expected = {gamma.ulike(), beta.ulike(), x.ulike()};
            FAST.normalizeBackward(x, gamma, beta, relu, statistics, dy, got[0], got[1], got[2]);
            PLAIN.normalizeBackward(x, gamma, beta, relu, statistics, dy, expected[0], expected[1], expected[2]);
            close(expected[0], got[0]);
            close(expected[1], got[1]);
            close(expected[2], got[2]);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 4", "5, 17, 9", "16, 64, 10"})
    void dense(int images, int in, int out) {
        INDArray x = random(images, in);
        INDArray w = random(out, in);
        INDArray bias = random(out);
        for (boolean relu : new boolean[] {true, false}) {
            INDArray y = random(images, out);
            INDArray expectedY = Nd4j.create(DataType.FLOAT, images, out);
            FAST.multiply(x, w, bias, relu, y);
            PLAIN.multiply(x, w, bias, relu, expectedY);
            close(expectedY, y);

            INDArray dy = random(images, out);
            INDArray mask = relu ? y : null;
            INDArray[] got = {random(out, in), random(out), random(images, in)};
            INDArray[] expected = {w.ulike(), bias.ulike(), x.ulike()};
            FAST.multiplyBackward(x, w, mask, dy, got[0], got[1], got[2]);
            PLAIN.multiplyBackward(x, w, mask, dy, expected[0], expected[1], expected[2]);
            close(expected[0], got[0]);
            close(expected[1], got[1]);
            close(expected[2], got[2]);
        }
    }

    @Test
    void reluOfMoreThanOneBlock() {
        INDArray y = random(3, 7, 19, 23);
        INDArray dy = random(3, 7, 19, 23);
        PLAIN.add(y, y.mul(0), true, y);
        INDArray got = random(3, 7, 19, 23);
        INDArray expected = y.ulike();
        FAST.reluBackward(y, dy, got);
        PLAIN.reluBackward(y, dy, expected);
        close(expected, got);
    }

    @Test
    void maxPoolSendsTheGradientToTheFirstOfEqualValues() {
        INDArray x = Nd4j.createFromArray(new float[] {1, 5, 2, 2, 4, 5, 2, 2}).reshape(1, 1, 2, 4);
        INDArray y = Nd4j.create(DataType.FLOAT, 1, 1, 1, 2);
        FAST.maxPool(Window.SQUARES, x, y);
        assertArrayEquals(new float[] {5, 2}, y.reshape(-1).toFloatVector());
        INDArray dx = random(1, 1, 2, 4);
        FAST.maxPoolBackward(Window.SQUARES, x, Nd4j.createFromArray(new float[] {7, 3}).reshape(1, 1, 1, 2), dx);
        assertArrayEquals(new float[] {0, 7, 3, 0, 0, 0, 0, 0}, dx.reshape(-1).toFloatVector());
    }

    @Test
    void maxPoolGivesNoGradientToWhatNoSquareCovers() {
        INDArray x = Nd4j.createFromArray(new float[] {1, 5, 9, 4, 2, 9, 9, 9, 9}).reshape(1, 1, 3, 3);
        INDArray dx = random(1, 1, 3, 3);
        FAST.maxPoolBackward(Window.SQUARES, x, Nd4j.createFromArray(new float[] {7}).reshape(1, 1, 1, 1), dx);
        assertArrayEquals(new float[] {0, 7, 0, 0, 0, 0, 0, 0, 0}, dx.reshape(-1).toFloatVector());
    }

    /** Windows that overlap, leave gaps or reach over the edges, whose pixels there do not count. */
    @ParameterizedTest
    @CsvSource({
        "2, 2, 2, 0, 6, 7", "3, 3, 2, 1, 7, 8", "3, 3, 1, 1, 4, 4", "2, 2, 3, 0, 8, 8", "2, 3, 2, 1, 5, 6",
        "5, 4, 3, 3, 9, 6"})
    void poolsAreThoseOfPlainLoops(int length, int breadth, int stride, int padding, int height, int width) {
        Window window = new Window(length, breadth, stride, padding);
        INDArray x = random(2, 3, height, width);
        INDArray dy = random(2, 3, window.rows(height), window.columns(width));
        INDArray max = dy.dup();
        INDArray mean = dy.dup();
        INDArray maxGradient = x.dup().assign(0);
        INDArray meanGradient = x.dup().assign(0);
        for (long plane = 0; plane < 6; plane++) {
            for (int i = 0; i < dy.size(2); i++) {
                for (int j = 0; j < dy.size(3); j++) {
                    List<long[]> pixels = pixels(window, x, plane, i, j);
                    double sum = 0;
                    long[] best = pixels.get(0);
                    for (long[] pixel : pixels) {
                        sum += x.getDouble(pixel);
                        best = x.getDouble(pixel) > x.getDouble(best) ? pixel : best;
                    }
                    long[] place = {plane / 3, plane % 3, i, j};
                    double gradient = dy.getDouble(place);
                    max.putScalar(place, x.getDouble(best));
                    mean.putScalar(place, sum / pixels.size());
                    maxGradient.putScalar(best, maxGradient.getDouble(best) + gradient);
                    pixels.forEach(pixel -> meanGradient.putScalar(
                            pixel, meanGradient.getDouble(pixel) + gradient / pixels.size()));
                }
            }
        }
        INDArray y = random(dy.shape());
        INDArray dx = random(x.shape());
        for (Kernels kernels : List.of(FAST, ArrayKernels.INSTANCE)) {
            kernels.maxPool(window, x, y);
            close(max, y);
            kernels.maxPoolBackward(window, x, dy, dx);
            close(maxGradient, dx);
            kernels.averagePool(window, x, y);
            close(mean, y);
            kernels.averagePoolBackward(window, x, dy, dx);
            close(meanGradient, dx);
        }
    }

    private static List<long[]> pixels(Window window, INDArray x, long plane, int i, int j) {
        List<long[]> pixels = new ArrayList<>();
        for (int r = i * window.stride() - window.padding(), k = 0; k < window.height(); r++, k++) {
            for (int c = j * window.stride() - window.padding(), l = 0; l < window.width(); c++, l++) {
                if (r >= 0 && r < x.size(2) && c >= 0 && c < x.size(3)) {
                    pixels.add(new long[] {plane / 3, plane % 3, r, c});
                }
            }
        }
        return pixels;
    }

    /** A view in the middle of a larger array. */
    private INDArray random(long... shape) {
        INDArray values = TestNets.random(DataType.FLOAT, seed++, shape);
        INDArray larger = Nd4j.create(DataType.FLOAT, values.length() + 10);
        INDArray view = larger.get(NDArrayIndex.interval(3, 3 + values.length())).reshape('c', shape);
        return view.assign(values);
    }

    private static void close(INDArray expected, INDArray actual) {
        double[] want = expected.reshape(-1).toDoubleVector();
        double norm = expected.norm2Number().doubleValue();
        double[] got = actual.reshape(-1).toDoubleVector();
        assertEquals(want.length, got.length);
        assertArrayEquals(want, got, 5e-6 * Math.max(1, norm));
    }
}
