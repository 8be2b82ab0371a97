package dev.gossamer.engine;

import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Single-precision matrices in native memory. The local step, the gossip step and the moving average are one pass over
 * them, a block of columns at a time. A block of all n rows stays in the core's cache between the local step and the
 * mixing, so each of X, G and M is read once and X and M are written once: 5 n d values, 7 with the moving average.
 * Mixing costs as many row operations as W has entries; rows of W that are equal to the one before (all, when fully
 * connected) are mixed once.
 *
 * <p>Columns do not depend on each other, so the result is the same bit for bit whatever the number of threads.
 */
public final class BlockedMatrices implements ReplicaMatrices {

    /** Values of one block of all rows: a quarter MiB, which leaves room in a second-level cache of 512 KiB and up. */
    private static final int CACHED_VALUES = 1 << 16;

    /** Columns of a block where rows are many: shorter pieces of so many rows cost more than leaving the cache. */
    private static final int MANY_ROWS_BLOCK = 8192;

    /** Most values of one block, of each thread on Java's heap. */
    private static final int MOST_VALUES = 1 << 20;

    private final FloatBuffer[] parameters;
    private final FloatBuffer[] gradients;
    private final FloatBuffer[] momenta;
    private final FloatBuffer[] average;
    private final Workforce workforce;
    private final Map<MixingMatrix, Weights> weights = new IdentityHashMap<>();
    private final Scratch[] scratches;
    private final int columns;
    private final int block;

    /**
     * @param parameters rows of X, n direct buffers of d values
     * @param gradients rows of G
     * @param momenta rows of M
     * @param average rows of the moving average, or an empty list where it is off
     * @param workforce threads to share the columns among
     */
    public BlockedMatrices(
            List<FloatBuffer> parameters,
            List<FloatBuffer> gradients,
            List<FloatBuffer> momenta,
            List<FloatBuffer> average,
            Workforce workforce) {
        this.parameters = parameters.toArray(FloatBuffer[]::new);
        this.gradients = gradients.toArray(FloatBuffer[]::new);
        this.momenta = momenta.toArray(FloatBuffer[]::new);
        this.average = average.toArray(FloatBuffer[]::new);
        this.workforce = workforce;
        columns = this.parameters[0].capacity();
        block = block(this.parameters.length);
        scratches = new Scratch[workforce.threads()];
        for (int t = 0; t < scratches.length; t++) {
            scratches[t] = new Scratch(this.parameters.length, block);
        }
    }

    private static int block(int rows) {
        return Math.max(CACHED_VALUES / rows, Math.min(MANY_ROWS_BLOCK, MOST_VALUES / rows));
    }

    @Override
    public void step(SgdStep step, MixingMatrix mixing) {
        Weights phase = weights.computeIfAbsent(mixing, Weights::new);
        workforce.forEach(blocks(), (thread, index) -> {
            int from = index * block;
            int length = Math.min(block, columns - from);
            localSteps(step, scratches[thread], from, length);
            mix(phase, (float) step.emaDecay(), scratches[thread], from, length);
        });
    }

    @Override
    public double consensusDistance() {
        double[] distances = new double[blocks()];
        workforce.forEach(distances.length, (thread, index) -> {
            int from = index * block;
            distances[index] = squaredDistances(scratches[thread], from, Math.min(block, columns - from));
        });
        return Arrays.stream(distances).sum() / parameters.length;
    }

    private int blocks() {
        return (columns + block - 1) / block;
    }

    private double squaredDistances(Scratch scratch, int from, int length) {
        for (int i = 0; i < parameters.length; i++) {
            parameters[i].get(from, scratch.rows[i], 0, length);
        }
        double sum = 0;
        for (int k = 0; k < length; k++) {
            double mean = 0;
            for (float[] row : scratch.rows) {
                mean += row[k];
            }
            mean /= parameters.length;
            for (float[] row : scratch.rows) {
                sum += (row[k] - mean) * (row[k] - mean);
            }
        }
        return sum;
    }

    private void localSteps(SgdStep step, Scratch scratch, int from, int length) {
        for (int i = 0; i < parameters.length; i++) {
            parameters[i].get(from, scratch.rows[i], 0, length);
            gradients[i].get(from, scratch.gradient, 0, length);
            momenta[i].get(from, scratch.momentum, 0, length);
            localStep(step, scratch.rows[i], scratch.gradient, scratch.momentum, length);
            momenta[i].put(from, scratch.momentum, 0, length);
        }
    }

    private static void localStep(SgdStep step, float[] x, float[] g, float[] m, int length) {
        float rate = (float) step.learningRate();
        float momentum = (float) step.momentum();
        float decay = (float) step.weightDecay();
        for (int k = 0; k < length; k++) {
            float next = momentum * m[k] + (g[k] + decay * x[k]);
            m[k] = next;
            x[k] -= rate * next;
        }
    }

    private void mix(Weights weights, float emaDecay, Scratch scratch, int from, int length) {
        for (int i = 0; i < parameters.length; i++) {
            if (!weights.sameAsPrevious(i)) {
                weights.combine(i, scratch.rows, scratch.mixed, length);
            }
            parameters[i].put(from, scratch.mixed, 0, length);
            if (average.length > 0) {
                average[i].get(from, scratch.average, 0, length);
                average(emaDecay, scratch.mixed, scratch.average, length);
                average[i].put(from, scratch.average, 0, length);
            }
        }
    }

    private static void average(float decay, float[] x, float[] average, int length) {
        float share = 1 - decay;
        for (int k = 0; k < length; k++) {
            average[k] = decay * average[k] + share * x[k];
        }
    }

    /** One thread's working memory. */
    private static final class Scratch {
        final float[][] rows;
        final float[] gradient;
        final float[] momentum;
        final float[] mixed;
        final float[] average;

        Scratch(int workers, int block) {
            rows = new float[workers][block];
            gradient = new float[block];
            momentum = new float[block];
            mixed = new float[block];
            average = new float[block];
        }
    }
}
