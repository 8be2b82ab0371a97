package dev.gossamer.engine.stacked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Network;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Topologies;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Workers who average in each step find the optimum of the convex model, which Newton's method finds here. */
class LogisticRegressionTest {

    private static final ImageShape SHAPE = new ImageShape(1, 3, 3);
    private static final int IN = 9;
    private static final int CLASSES = 3;
    private static final int SIZE = CLASSES * (IN + 1);
    private static final int WORKERS = 4;
    private static final int IMAGES = 40;
    private static final double DECAY = 0.05;
    private static final Update RULE = Rules.descent(0, DECAY, 0);

    @Test
    void itStartsFromZeroAndGradientDescentFindsTheOptimum() {
        Batch batch = NoiseImages.batch(new Random(1), SHAPE, WORKERS, IMAGES / WORKERS, CLASSES);
        MixingMatrix mixing = Topologies.parse("fully-connected", WORKERS).at(0);
        try (StackedEngine engine = new StackedEngine(
                Network.of("logistic", 1, 0).configuration(SHAPE, CLASSES, 7, DataType.FLOAT), SHAPE, WORKERS, RULE, 3,
                HostDevice.cpu(2))) {
            assertArrayEquals(new float[SIZE], parameters(engine));
            assertEquals(Math.log(CLASSES), engine.computeGradients(batch, 0), 1e-6);
            for (int step = 0; step < 1500; step++) {
                engine.computeGradients(batch, step);
                engine.update(new Clock(step, 0.2), mixing);
            }
            float[] found = parameters(engine);
            double[] optimum = optimum(batch);
            for (int k = 0; k < SIZE; k++) {
                assertEquals(optimum[k], found[k], 1e-4);
            }
        }
    }

    private static float[] parameters(StackedEngine engine) {
        FloatBuffer values = FloatBuffer.allocate(SIZE);
        engine.matrices().readParameters(WORKERS - 1, values);
        return values.array();
    }

    /** Of the mean cross-entropy and half the decay times the squared length, in the order of the engine's rows. */
    private static double[] optimum(Batch batch) {
        FloatBuffer pixels = FloatBuffer.allocate(IMAGES * IN);
        batch.draws().render(0, IMAGES, pixels);
        double[] optimum = new double[SIZE];
        for (int iteration = 0; iteration < 30; iteration++) {
            double[][] system = new double[SIZE][SIZE + 1];
            for (int i = 0; i < SIZE; i++) {
                system[i][i] = DECAY;
                system[i][SIZE] = DECAY * optimum[i];
            }
            for (int image = 0; image < IMAGES; image++) {
                add(system, optimum, pixels.array(), image, batch.labels()[image]);
            }
            double[] step = solved(system);
            for (int i = 0; i < SIZE; i++) {
                optimum[i] -= step[i];
            }
        }
        return optimum;
    }

    /** Adds the Hessian and the gradient of an image's loss over the number of images. */
    private static void add(double[][] system, double[] at, float[] pixels, int image, int label) {
        double[] probabilities = new double[CLASSES];
        double sum = 0;
        for (int c = 0; c < CLASSES; c++) {
            double logit = 0;
            for (int k = 0; k <= IN; k++) {
                logit += at[place(c, k)] * input(pixels, image, k);
            }
            probabilities[c] = Math.exp(logit);
            sum += probabilities[c];
        }
        for (int i = 0; i < CLASSES * (IN + 1); i++) {
            int c = i / (IN + 1);
            int k = i % (IN + 1);
            double p = probabilities[c] / sum;
            system[place(c, k)][SIZE] += (p - (c == label ? 1 : 0)) * input(pixels, image, k) / IMAGES;
            for (int j = 0; j < CLASSES * (IN + 1); j++) {
                int other = j / (IN + 1);
                double curvature = p * ((c == other ? 1 : 0) - probabilities[other] / sum);
                system[place(c, k)][place(other, j % (IN + 1))] += curvature * input(pixels, image, k)
                        * input(pixels, image, j % (IN + 1)) / IMAGES;
            }
        }
    }

    /** Weights [out, in], then the bias [out]. */
    private static int place(int c, int k) {
        return k == IN ? CLASSES * IN + c : c * IN + k;
    }

    private static double input(float[] pixels, int image, int k) {
        return k == IN ? 1 : pixels[image * IN + k];
    }

    /** Gauss and Jordan's elimination of a positive definite system. */
    private static double[] solved(double[][] system) {
        for (int pivot = 0; pivot < SIZE; pivot++) {
            for (int row = 0; row < SIZE; row++) {
                double factor = row == pivot ? 0 : system[row][pivot] / system[pivot][pivot];
                for (int column = pivot; factor != 0 && column <= SIZE; column++) {
                    system[row][column] -= factor * system[pivot][column];
                }
            }
        }
        double[] solution = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            solution[i] = system[i][SIZE] / system[i][i];
        }
        return solution;
    }
}
