package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gossamer.model.BatchNormSpec;
import java.nio.FloatBuffer;
import java.util.Random;
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
        assertEquals(y, result.array());
        FloatBuffer gradient = FloatBuffer.allocate(size);
        float[] ofGamma = new float[channels];
        float[] ofBeta = new float[channels];
        norm.backward(FloatBuffer.wrap(x), gamma, beta, FloatBuffer.wrap(dy), gradient, ofGamma, ofBeta, scratch);
        assertEquals(dx, gradient.array());
        assertEquals(dgamma, ofGamma);
        assertEquals(dbeta, ofBeta);
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

    private static void assertEquals(double[] expected, float[] actual) {
        double largest = 1;
        double[] values = new double[actual.length];
        for (int k = 0; k < actual.length; k++) {
            values[k] = actual[k];
            largest = Math.max(largest, Math.abs(expected[k]));
        }
        assertArrayEquals(expected, values, 1e-5 * largest);
    }
}
