package dev.gossamer.algorithm;

import java.util.Arrays;
import java.util.Random;

/**
 * A loss {@code 1/2 |A_i x - b_i|^2} for each worker, with A_i and b_i at random, and gradients with noise of a seed.
 */
public final class Quadratics {

    private static final int POINTS = 6;

    private final double[][][] features;
    private final double[][] targets;
    private final double[] start;
    private final double noise;
    private final long seed;

    /**
     * @param workers number of workers n
     * @param parameters number of parameters d
     * @param noise standard deviation of each gradient's entries
     */
    public Quadratics(int workers, int parameters, double noise, long seed) {
        this.noise = noise;
        this.seed = seed;
        Random random = new Random(seed);
        features = new double[workers][POINTS][parameters];
        targets = new double[workers][POINTS];
        for (int i = 0; i < workers; i++) {
            for (int p = 0; p < POINTS; p++) {
                Arrays.setAll(features[i][p], k -> random.nextGaussian() / Math.sqrt(POINTS));
                targets[i][p] = random.nextGaussian();
            }
        }
        start = random.doubles(parameters, -1, 1).toArray();
    }

    /** Number of workers n. */
    public int workers() {
        return features.length;
    }

    /** The common parameters at the start, for all workers [n, d]. */
    public double[][] start() {
        double[][] all = new double[workers()][];
        Arrays.setAll(all, i -> start.clone());
        return all;
    }

    /** Gradients [n, d] of a step. */
    public double[][] gradients(long step, double[][] x) {
        double[][] gradients = new double[x.length][];
        for (int i = 0; i < x.length; i++) {
            Random random = new Random(((seed * 1_000_003 + step) * 1_000_003 + i) * 1_000_003);
            double[] gradient = gradient(i, x[i]);
            Arrays.setAll(gradient, k -> gradient[k] + noise * random.nextGaussian());
            gradients[i] = gradient;
        }
        return gradients;
    }

    private double[] gradient(int i, double[] x) {
        double[] gradient = new double[x.length];
        for (int p = 0; p < POINTS; p++) {
            double error = -targets[i][p];
            for (int k = 0; k < x.length; k++) {
                error += features[i][p][k] * x[k];
            }
            for (int k = 0; k < x.length; k++) {
                gradient[k] += error * features[i][p][k];
            }
        }
        return gradient;
    }

    /** Where the sum of all losses is smallest [d], by Gauss's elimination. */
    public double[] optimum() {
        int d = start.length;
        double[] zero = new double[d];
        double[][] system = new double[d][d + 1];
        for (int i = 0; i < workers(); i++) {
            double[] atZero = gradient(i, zero);
            for (int k = 0; k < d; k++) {
                double[] unit = new double[d];
                unit[k] = 1;
                double[] atUnit = gradient(i, unit);
                for (int row = 0; row < d; row++) {
                    system[row][k] += atUnit[row] - atZero[row];
                }
                system[k][d] -= atZero[k];
            }
        }
        for (int pivot = 0; pivot < d; pivot++) {
            for (int row = 0; row < d; row++) {
                double factor = row == pivot ? 0 : system[row][pivot] / system[pivot][pivot];
                for (int k = pivot; k <= d; k++) {
                    system[row][k] -= factor * system[pivot][k];
                }
            }
        }
        double[] optimum = new double[d];
        Arrays.setAll(optimum, k -> system[k][d] / system[k][k]);
        return optimum;
    }
}
