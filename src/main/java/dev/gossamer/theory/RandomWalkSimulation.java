package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.ejml.data.DMatrixRMaj;

/**
 * The effective number of neighbours at phase 0 by Monte Carlo: independent {@link RandomWalk}s from 0, walked until
 * what they lack of the limit variance is below a millionth of it. A check of {@link EffectiveNeighbors} that shares no
 * formula with it.
 *
 * @param mean estimate of {@link EffectiveNeighbors#mean()}
 * @param perWorker estimates of {@link EffectiveNeighbors#perWorker()}, each with an interval of its own
 */
public record RandomWalkSimulation(Estimate mean, List<Estimate> perWorker) {

    private static final double MISSING_VARIANCE = 1e-6;
    private static final int BLOCK = 64;
    private static final int FEWEST_REPETITIONS = 100;

    /** Copies the list. */
    public RandomWalkSimulation {
        perWorker = List.copyOf(perWorker);
    }

    /**
     * Simulates log(1e-6) / log(gamma) steps, repeatedly. Costs repetitions x steps x number of weights.
     *
     * @param gamma the decay, 0 &lt;= gamma &lt; 1
     * @param repetitions number of independent walks, at least 100 so that their mean is about normally distributed;
     *     1,000 give a relative interval of about 0.12 for one worker
     * @param seed the seed of the noise; equal seeds give equal results
     * @throws IllegalArgumentException if gamma or the number of repetitions is out of range
     */
    public static RandomWalkSimulation run(Scheme scheme, double gamma, int repetitions, long seed) {
        RandomWalk.checkGamma(gamma);
        if (repetitions < FEWEST_REPETITIONS) {
            throw new IllegalArgumentException(
                    "a simulation needs at least " + FEWEST_REPETITIONS + " repetitions, got " + repetitions);
        }
        RandomGenerator generator = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int n = scheme.workers();
        SummaryStatistics means = new SummaryStatistics();
        List<SummaryStatistics> ofWorkers = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            ofWorkers.add(new SummaryStatistics());
        }
        for (int done = 0; done < repetitions; done += BLOCK) {
            DMatrixRMaj x = walk(scheme, gamma, Math.min(BLOCK, repetitions - done), generator);
            for (int walk = 0; walk < x.numCols; walk++) {
                double sum = 0;
                for (int i = 0; i < n; i++) {
                    double square = x.get(i, walk) * x.get(i, walk);
                    ofWorkers.get(i).addValue(square);
                    sum += square;
                }
                means.addValue(sum / n);
            }
        }
        List<Estimate> perWorker = ofWorkers.stream().map(variance -> neighbors(variance, gamma)).toList();
        return new RandomWalkSimulation(neighbors(means, gamma), perWorker);
    }

    /** The end [n, walks] of walks of whole periods. */
    private static DMatrixRMaj walk(Scheme scheme, double gamma, int walks, RandomGenerator generator) {
        double periodDecay = Math.pow(gamma, Period.of(scheme));
        long periods = periodDecay == 0 ? 1 : (long) Math.ceil(Math.log(MISSING_VARIANCE) / Math.log(periodDecay));
        double decay = Math.sqrt(gamma);
        DMatrixRMaj x = new DMatrixRMaj(scheme.workers(), walks);
        for (long step = 0; step < periods * Period.of(scheme); step++) {
            for (int k = 0; k < x.data.length; k++) {
                x.data[k] = decay * x.data[k] + generator.nextGaussian();
            }
            x = Mixing.times(scheme.at(step), x);
        }
        return x;
    }

    /** n_eff = 1 / ((1 - gamma) variance); the ends of the interval of the variance become those of n_eff. */
    private static Estimate neighbors(SummaryStatistics squares, double gamma) {
        double standardError = squares.getStandardDeviation() / Math.sqrt(squares.getN());
        Estimate variance = Estimate.of(squares.getMean(), standardError);
        double solo = 1 / (1 - gamma);
        return new Estimate(solo / variance.value(), solo / variance.upper(), solo / Math.max(0, variance.lower()));
    }
}
