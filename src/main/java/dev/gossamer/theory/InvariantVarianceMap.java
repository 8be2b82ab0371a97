package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import java.util.Arrays;

/**
 * All workers are alike, and all covariances are diagonal in the characters of a group: the walk falls apart into n
 * scalar walks c_(t+1) = |lambda_t|^2 (gamma c_t + d_t). Costs n p per gamma.
 */
final class InvariantVarianceMap implements VarianceMap, SteppedCovariance {

    private final Translations translations;
    private final double[][] squaredEigenvalues;

    /** Finds the eigenvalues of every mixing matrix. */
    InvariantVarianceMap(Scheme scheme, Translations translations) {
        this.translations = translations;
        this.squaredEigenvalues = new double[Period.of(scheme)][];
        for (int step = 0; step < Period.of(scheme); step++) {
            squaredEigenvalues[step] = translations.squaredEigenvalues(scheme.at(step));
        }
    }

    @Override
    public int phases() {
        return squaredEigenvalues.length;
    }

    @Override
    public int classes() {
        return 1;
    }

    private int workers() {
        return squaredEigenvalues[0].length;
    }

    @Override
    public double[] variances(double gamma, double[] noise) {
        double[] variances = new double[phases()];
        for (int character = 0; character < workers(); character++) {
            double[] spectrum = periodicSolution(gamma, noise, character);
            for (int phase = 0; phase < phases(); phase++) {
                variances[phase] += spectrum[phase] / workers();
            }
        }
        return variances;
    }

    @Override
    public double[][] covariance(double gamma, int phase) {
        double[] eigenvalues = new double[workers()];
        for (int character = 0; character < workers(); character++) {
            eigenvalues[character] = periodicSolution(gamma, unitNoise(), character)[phase];
        }
        return translations.matrix(eigenvalues);
    }

    /** The variances [n] along the characters. */
    @Override
    public double[] identity() {
        double[] ones = new double[workers()];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Override
    public double[] next(double[] covariance, int phase, double a, double c) {
        double noise = c * Arrays.stream(covariance).average().orElseThrow();
        double[] next = new double[workers()];
        for (int character = 0; character < next.length; character++) {
            next[character] = squaredEigenvalues[phase][character] * (a * covariance[character] + noise);
        }
        return next;
    }

    /** The variance along one character before every step of a period. */
    private double[] periodicSolution(double gamma, double[] noise, int character) {
        double fromZero = 0;
        double decay = 1;
        for (int phase = 0; phase < phases(); phase++) {
            double square = squaredEigenvalues[phase][character];
            fromZero = square * (gamma * fromZero + noise[phase]);
            decay *= square * gamma;
        }
        Divergence.check(decay < 1, gamma);
        double[] solution = new double[phases()];
        solution[0] = fromZero / (1 - decay);
        for (int phase = 1; phase < phases(); phase++) {
            double square = squaredEigenvalues[phase - 1][character];
            solution[phase] = square * (gamma * solution[phase - 1] + noise[phase - 1]);
        }
        return solution;
    }
}
