package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.ejml.data.DMatrixRMaj;

/**
 * Decentralized SGD on random isotropic quadratics, really run: every worker samples a batch of standard normal h in
 * every step, x_i &lt;- sum_j W_ij (x_j - lr mean_h h h^T x_j). A check of {@link RandomQuadratic#exactRate} for
 * zeta = {@link RandomQuadratic#zeta zeta}(dimension, batch) that shares no formula with it.
 *
 * <p>The expected squared distance is carried by ever rarer runs as steps go by, and no interval knows of runs that did
 * not happen: take few steps and many repetitions.
 *
 * @param scheme the topology
 * @param dimension number of parameters d, at least 1
 * @param batch samples per worker and step, at least 1
 * @param learningRate the learning rate, positive
 * @param burnIn steps before the first measurement, so that the workers' differences have taken their final shape
 * @param steps steps between both measurements, a multiple of the period
 * @param repetitions number of independent runs, at least 100
 * @param seed the seed of the samples; equal seeds give equal results
 */
public record QuadraticSimulation(
        Scheme scheme,
        int dimension,
        int batch,
        double learningRate,
        int burnIn,
        int steps,
        int repetitions,
        long seed) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public QuadraticSimulation {
        require(dimension >= 1 && batch >= 1, "dimension and batch are at least 1, got " + dimension + " and " + batch);
        require(learningRate > 0, "the learning rate is positive, got " + learningRate);
        require(burnIn >= 0, "burn-in is at least 0, got " + burnIn);
        require(repetitions >= 100, "a simulation needs at least 100 repetitions, got " + repetitions);
        require(
                steps >= 1 && steps % Period.of(scheme) == 0,
                "steps are a multiple of the period " + Period.of(scheme) + ", got " + steps);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Runs the simulation: with A and B the squared distances after and before the steps, the estimate of the rate is
     * 1 - (mean A / mean B)^(1 / steps); the interval is that of the ratio by the delta method. Costs repetitions x
     * steps x workers x batch x dimension.
     */
    public Estimate rate() {
        RandomGenerator generator = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[] before = new double[repetitions];
        double[] after = new double[repetitions];
        for (int repetition = 0; repetition < repetitions; repetition++) {
            DMatrixRMaj x = new DMatrixRMaj(scheme.workers(), dimension);
            x.fill(1 / Math.sqrt(dimension));
            x = descend(x, 0, burnIn, generator);
            before[repetition] = meanSquare(x);
            x = descend(x, burnIn, burnIn + steps, generator);
            after[repetition] = meanSquare(x);
        }
        double meanBefore = Arrays.stream(before).average().orElseThrow();
        double ratio = Arrays.stream(after).average().orElseThrow() / meanBefore;
        SummaryStatistics deviations = new SummaryStatistics();
        for (int repetition = 0; repetition < repetitions; repetition++) {
            deviations.addValue((after[repetition] - ratio * before[repetition]) / meanBefore);
        }
        Estimate ofRatio = Estimate.of(ratio, deviations.getStandardDeviation() / Math.sqrt(repetitions));
        return new Estimate(rate(ofRatio.value()), rate(ofRatio.upper()), rate(ofRatio.lower()));
    }

    private double rate(double ratio) {
        return 1 - Math.pow(Math.max(0, ratio), 1.0 / steps);
    }

    private DMatrixRMaj descend(DMatrixRMaj start, int from, int to, RandomGenerator generator) {
        DMatrixRMaj x = start;
        double[] sample = new double[dimension];
        for (int step = from; step < to; step++) {
            DMatrixRMaj moved = x.copy();
            for (int i = 0; i < scheme.workers(); i++) {
                for (int s = 0; s < batch; s++) {
                    double projection = 0;
                    for (int c = 0; c < dimension; c++) {
                        sample[c] = generator.nextGaussian();
                        projection += sample[c] * x.unsafe_get(i, c);
                    }
                    for (int c = 0; c < dimension; c++) {
                        moved.add(i, c, -learningRate / batch * projection * sample[c]);
                    }
                }
            }
            x = Mixing.times(scheme.at(step), moved);
        }
        return x;
    }

    private double meanSquare(DMatrixRMaj x) {
        return Arrays.stream(x.data).map(entry -> entry * entry).sum() / scheme.workers();
    }
}
