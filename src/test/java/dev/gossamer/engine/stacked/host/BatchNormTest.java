package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.Activation;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.BatchNormSpec;
import dev.gossamer.model.Filter;
import dev.gossamer.model.Loss;
import dev.gossamer.model.Window;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside the definition in double precision, one channel after another. */
class BatchNormTest {

    /** 150 images of 32 x 32 pixels are more rows than are held at once. */
    @ParameterizedTest
    @CsvSource({"3, 20, 35, 1, true", "2, 20, 64, 16, true", "4, 8, 9, 8, false", "150, 16, 1024, 16, true"})
    void resultsAndGradientsAreThoseOfTheDefinition(int images, int channels, int plane, int block, boolean relu) {
        Random random = new Random(1);
        int padded = (channels + block - 1) / block * block;
        int size = images * padded * plane;
        float[] x = new float[size];
        float[] dy = new float[size];
        float[] gamma = new float[channels];
        float[] beta = new float[channels];
        double[] y = new double[size];
        double[] dx = new double[size];
        double[] dgamma = new double[channels];
        double[] dbeta = new double[channels];
        for (int c = 0; c < channels; c++) {
            gamma[c] = (float) (1 + 0.3 * random.nextGaussian());
            beta[c] = (float) random.nextGaussian();
            int[] places = places(images, padded, plane, block, c);
            for (int k : places) {
                x[k] = (float) (3 + 2 * random.nextGaussian());
                dy[k] = (float) random.nextGaussian();
            }
            define(x, dy, places, gamma[c], beta[c], relu, y, dx, c, dgamma, dbeta);
        }
        BatchNorm norm = new BatchNorm(images, channels, plane, block, relu);
        BatchNorm.Scratch scratch = new BatchNorm.Scratch();
        FloatBuffer result = FloatBuffer.allocate(size);
        norm.forward(FloatBuffer.wrap(x), gamma, beta, result, scratch);
        assertClose(y, result.array());
        FloatBuffer gradient = FloatBuffer.allocate(size);
        float[] ofGamma = new float[channels];
        float[] ofBeta = new float[channels];
        norm.backward(FloatBuffer.wrap(x), gamma, beta, FloatBuffer.wrap(dy), gradient, ofGamma, ofBeta, scratch);
        assertClose(dx, gradient.array());
        assertClose(dgamma, ofGamma);
        assertClose(dbeta, ofBeta);
    }

    /** Values far from zero, of images that differ, in blocks: as exact as single precision allows. */
    @ParameterizedTest
    @CsvSource({"3, 16, 17, 9, 0, true", "2, 32, 32, 32, 100, true", "4, 48, 8, 8, 100, false"})
    void oneDnnInPiecesIsTheReference(int images, int channels, int height, int width, float far, boolean relu) {
        Tensor[] t = IntStream.range(0, 4).mapToObj(id -> new Tensor(id, channels, height, width))
                .toArray(Tensor[]::new);
        Slice weight = new Slice("weight", 0, List.of((long) channels, (long) channels, 1L, 1L));
        Slice gamma = new Slice("gamma", weight.size(), List.of((long) channels));
        Slice beta = new Slice("beta", weight.size() + channels, List.of((long) channels));
        Tensor logits = new Tensor(4, channels, 1, 1);
        Program program = Program.training(new ImageShape(channels, height, width), t[0], logits, List.of(
                new Forward.Convolve(
                        t[0], weight, null, new Filter(channels, channels, 1, 1, 0), Activation.NONE, t[1]),
                new Forward.Normalize(t[1], gamma, beta, Activation.of(relu), t[2]),
                new Forward.AveragePool(t[2], Window.ofAll(t[2].height(), t[2].width()), logits)),
                List.of(weight, gamma, beta), Loss.CROSS_ENTROPY, 0);
        Random random = new Random(2);
        float[] parameters = new float[(int) program.size()];
        for (int c = 0; c < channels; c++) {
            parameters[c * channels + c] = 1;
            parameters[(int) gamma.offset() + c] = (float) (1 + 0.3 * random.nextGaussian());
            parameters[(int) beta.offset() + c] = (float) random.nextGaussian();
        }
        float[] pixels = new float[images * t[0].size()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = far + i / t[0].size() + (float) random.nextGaussian();
        }
        int[] labels = IntStream.range(0, images).toArray();
        float[] expected = ReferenceGradients.of(program, parameters, pixels, labels);
        OneDnnKernels kernels = new OneDnnKernels(images, true);
        float[] actual = ReferenceGradients.of(program, kernels, parameters, pixels, labels);
        assertTrue(kernels.implementations().stream().anyMatch(name -> name.startsWith("bnorm")));
        double largest = IntStream.range(0, expected.length).mapToDouble(i -> Math.abs(expected[i])).max()
                .orElseThrow();
        for (int i = 0; i < expected.length; i++) {
            double values = i < weight.size() ? 1 + far : 1; // which gradients of weights multiply rounding by
            assertEquals(expected[i], actual[i], 3e-5 * values * largest, "gradient " + i);
        }
    }

    /** Indices of a channel's values in [b, c / block, h w, block]. */
    private static int[] places(int images, int padded, int plane, int block, int c) {
        int[] places = new int[images * plane];
        for (int k = 0; k < places.length; k++) {
            places[k] = ((k / plane * (padded / block) + c / block) * plane + k % plane) * block + c % block;
        }
        return places;
    }

    private static void define(float[] x, float[] dy, int[] places, float gamma, float beta, boolean relu, double[] y,
            double[] dx, int c, double[] dgamma, double[] dbeta) {
        double mean = 0;
        for (int k : places) {
            mean += x[k] / (double) places.length;
        }
        double variance = 0;
        for (int k : places) {
            variance += (x[k] - mean) * (x[k] - mean) / places.length;
        }
        double inverse = 1 / Math.sqrt(variance + BatchNormSpec.EPSILON);
        for (int k : places) {
            double z = (x[k] - mean) * inverse * gamma + beta;
            y[k] = relu ? Math.max(z, 0) : z;
            double dz = relu && z <= 0 ? 0 : dy[k];
            dbeta[c] += dz;
            dgamma[c] += dz * (x[k] - mean) * inverse;
        }
        for (int k : places) {
            double normal = (x[k] - mean) * inverse;
            double dz = relu && normal * gamma + beta <= 0 ? 0 : dy[k];
            dx[k] = gamma * inverse * (dz - dbeta[c] / places.length - normal * dgamma[c] / places.length);
        }
    }

    private static void assertClose(double[] expected, float[] actual) {
        double largest = 1;
        double[] values = new double[actual.length];
        for (int k = 0; k < actual.length; k++) {
            values[k] = actual[k];
            largest = Math.max(largest, Math.abs(expected[k]));
        }
        assertArrayEquals(expected, values, 1e-5 * largest);
    }
}
