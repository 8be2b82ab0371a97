package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.method.DecentralizedSgd;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.configuration.Covariance;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.BatchSampler;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Partition;
import dev.gossamer.record.RunStatus;
import dev.gossamer.record.WorkerCovariance;
import dev.gossamer.theory.RandomWalk;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepetitionsTest {

    private static final int STEPS = 7;
    private static final int LENGTH = 3;
    private static final int REPETITIONS = 5;
    private static final int PARAMETERS = 27;

    private final DataSet data = Sample.data();
    private final List<WorkerCovariance> measured = new ArrayList<>();

    private final RunEvents events = new RunEvents("a", List.of(event -> {
        if (event instanceof RunEvent.CovarianceMeasured found) {
            measured.add(found.covariance());
        }
    }));

    private static RunConfiguration configuration(String ema, String coordinates) {
        return configuration(ema, coordinates, "adapt-then-combine");
    }

    private static RunConfiguration configuration(String ema, String coordinates, String order) {
        return Sample.configuration(Map.of(Optimization.STEPS, "" + STEPS, Covariance.REPETITIONS, "" + REPETITIONS,
                Covariance.REPETITION_STEPS, "" + LENGTH, Covariance.COORDINATES, coordinates, Optimization.EMA, ema,
                Direction.MOMENTUM, "0.9", DecentralizedSgd.MIXING_ORDER, order,
                Gossip.TOPOLOGY, "time-varying-exponential", Optimization.LEARNING_RATE_SCHEDULE, "1:0.75+0.5:0.25"));
    }

    private SoftmaxEngine engine(RunConfiguration run) {
        return new SoftmaxEngine(run, data.train().shape(), Sample.CLASSES);
    }

    private static float[][] state(SoftmaxEngine engine, Stored matrix) {
        float[][] rows = new float[4][PARAMETERS];
        for (int i = 0; i < 4; i++) {
            engine.matrices().read(matrix, i, FloatBuffer.wrap(rows[i]));
        }
        return rows;
    }

    /** Every repetition done by hand, from training done anew, and the covariance by its definition. */
    @ParameterizedTest
    @CsvSource({
        "0, adapt-then-combine, 0", "0.7, adapt-then-combine, 0",
        "0, adapt-while-combining, 0", "0.7, adapt-while-combining, 0",
        "0, combine-then-adapt, 1", "0.7, combine-then-adapt, 1"})
    void theCovarianceIsThatOfContinuationsFromTheAverageWithTheSavedMomentum(String ema, String order, int ahead) {
        RunConfiguration run = configuration(ema, "1", order);
        try (SoftmaxEngine engine = engine(run)) {
            assertEquals(RunStatus.FINISHED, new TrainingLoop(run, data, engine, events, () -> false).run().status());
        }
        float[][][] ends = new float[REPETITIONS][][];
        for (int r = 0; r < REPETITIONS; r++) {
            ends[r] = continued(run, r, ahead);
        }
        double[][] actual = measured.get(0).measured();
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                double expected = 0;
                for (int c = 0; c < PARAMETERS; c++) {
                    expected += covariance(ends, i, j, c) / PARAMETERS;
                }
                assertEquals(expected, actual[i][j], 1e-4 * Math.abs(actual[i][i]), i + " and " + j);
            }
        }
        assertEquals(PARAMETERS, measured.get(0).coordinates());
        WorkerCovariance.Prediction prediction = measured.get(0).prediction().orElseThrow();
        double[][] expected = RandomWalk.of(Topologies.parse("time-varying-exponential", 4))
                .covariance(prediction.gamma(), (6 + LENGTH + ahead) % 2);
        double scale = prediction.covariance()[0][0] / expected[0][0];
        for (int j = 0; j < 4; j++) {
            assertEquals(scale * expected[0][j], prediction.covariance()[0][j], 1e-9 * prediction.covariance()[0][0]);
        }
    }

    /** @param ahead how many steps the scheme is ahead of the gradients */
    private float[][] continued(RunConfiguration run, int repetition, int ahead) {
        Scheme scheme = run.gossip().topology().scheme();
        SoftmaxEngine engine = engine(run);
        train(run, engine, 0, 0, 5, 1, scheme, ahead);
        train(run, engine, 5, 5, 1, 0.5, scheme, ahead);
        if (run.optimization().ema() > 0) {
            float[][] average = state(engine, engine.matrices().rule().kept("average"));
            for (int i = 0; i < 4; i++) {
                engine.matrices().writeParameters(i, FloatBuffer.wrap(average[i]));
            }
        }
        train(run, engine, 6, 6 + (long) repetition * LENGTH, LENGTH, 0.5, scheme, ahead);
        return state(engine, engine.matrices().rule().parameters());
    }

    private void train(RunConfiguration run, SoftmaxEngine engine, long mixedFrom, long drawnFrom, int steps,
            double factor, Scheme scheme) {
        train(run, engine, mixedFrom, drawnFrom, steps, factor, scheme, 0);
    }

    private void train(RunConfiguration run, SoftmaxEngine engine, long mixedFrom, long drawnFrom, int steps,
            double factor, Scheme scheme, int ahead) {
        BatchSampler batches = new BatchSampler(
                data.train(), data.augmentation(), Partition.SHARED, 4, run.optimization().batchSize(), run.seed());
        for (int k = 0; k < steps; k++) {
            engine.computeGradients(batches.at(drawnFrom + k), drawnFrom + k);
            engine.update(run.clock(mixedFrom + k, factor, scheme), scheme.at(mixedFrom + k + ahead));
        }
    }

    private static double covariance(float[][][] ends, int i, int j, int c) {
        double meanI = 0;
        double meanJ = 0;
        for (float[][] end : ends) {
            meanI += (double) end[i][c] / REPETITIONS;
            meanJ += (double) end[j][c] / REPETITIONS;
        }
        double sum = 0;
        for (float[][] end : ends) {
            sum += (end[i][c] - meanI) * (end[j][c] - meanJ);
        }
        return sum / (REPETITIONS - 1);
    }

    @Test
    void theEngineIsLeftAsItWas() {
        RunConfiguration run = configuration("0.7", "0.2");
        try (SoftmaxEngine repeated = engine(run); SoftmaxEngine plain = engine(run)) {
            new TrainingLoop(configuration("0.7", "0.2"), data, repeated, events, () -> false).run();
            train(configuration("0.7", "1"), plain, 0, 0, 5, 1, Topologies.parse("time-varying-exponential", 4));
            train(configuration("0.7", "1"), plain, 5, 5, 1, 0.5, Topologies.parse("time-varying-exponential", 4));
            for (int k = 0; k < 3; k++) {
                assertArrayEquals(state(plain, plain.matrices().rule().kept().get(k)),
                        state(repeated, repeated.matrices().rule().kept().get(k)), "matrix " + k);
            }
        }
        assertEquals(5, measured.get(0).coordinates());
    }

    @Test
    void whatIsStoppedIsInterruptedAndLeavesTheEngineAsItWas() {
        int[] asked = new int[1];
        RunConfiguration run = configuration("0", "1");
        try (SoftmaxEngine stopped = engine(run); SoftmaxEngine plain = engine(run)) {
            Outcome outcome = new TrainingLoop(
                    configuration("0", "1"), data, stopped, events, () -> asked[0]++ > 30).run();
            assertEquals(RunStatus.INTERRUPTED, outcome.status());
            assertEquals(6, outcome.steps());
            assertTrue(asked[0] > 30 && measured.isEmpty());
            train(configuration("0", "1"), plain, 0, 0, 5, 1, Topologies.parse("time-varying-exponential", 4));
            train(configuration("0", "1"), plain, 5, 5, 1, 0.5, Topologies.parse("time-varying-exponential", 4));
            assertArrayEquals(state(plain, plain.matrices().rule().parameters()),
                    state(stopped, stopped.matrices().rule().parameters()));
        }
    }

    /** Noise that makes a random walk of a known gamma. */
    @Test
    void theFitFindsTheGammaOfARandomWalk() {
        Scheme scheme = Topologies.parse("ring", 8);
        double gamma = 0.8;
        int coordinates = 4000;
        CovarianceSum sum = new CovarianceSum(8, coordinates);
        SplittableRandom random = new SplittableRandom(3);
        for (int r = 0; r < 20; r++) {
            double[][] x = new double[8][coordinates];
            for (int t = 0; t < 40; t++) {
                x = walked(x, scheme, gamma, random);
            }
            float[][] moves = new float[8][coordinates];
            for (int i = 0; i < 8; i++) {
                for (int c = 0; c < coordinates; c++) {
                    moves[i][c] = (float) (3 * x[i][c]);
                }
            }
            sum.add(moves);
        }
        WorkerCovariance covariance = sum.beside(scheme, 40, 40);
        WorkerCovariance.Prediction prediction = covariance.prediction().orElseThrow();
        assertEquals(gamma, prediction.gamma(), 0.03);
        assertTrue(prediction.correlation() > 0.999, "" + prediction.correlation());
        assertEquals(covariance.measured()[0][1], prediction.covariance()[0][1], 0.03 * covariance.measured()[0][0]);
    }

    private static double[][] walked(double[][] x, Scheme scheme, double gamma, SplittableRandom random) {
        double[][] next = new double[x.length][x[0].length];
        for (int j = 0; j < x.length; j++) {
            for (int c = 0; c < x[0].length; c++) {
                double value = Math.sqrt(gamma) * x[j][c] + random.nextGaussian();
                for (int i = 0; i < x.length; i++) {
                    next[i][c] += scheme.at(0).get(i, j) * value;
                }
            }
        }
        return next;
    }

    @Test
    void thePredictionIsThatOfTheStepOfThePeriod() {
        Scheme scheme = Topologies.parse("time-varying-exponential", 4);
        CovarianceSum sum = new CovarianceSum(4, 2);
        SplittableRandom random = new SplittableRandom(4);
        for (int r = 0; r < 3; r++) {
            float[][] moves = new float[4][2];
            for (float[] row : moves) {
                row[0] = random.nextFloat();
                row[1] = random.nextFloat();
            }
            sum.add(moves);
        }
        for (int next : new int[] {6, 7}) {
            WorkerCovariance.Prediction prediction = sum.beside(scheme, next, 1).prediction().orElseThrow();
            double[][] expected = RandomWalk.of(scheme).covariance(prediction.gamma(), next % 2);
            double scale = prediction.covariance()[0][0] / expected[0][0];
            for (int j = 0; j < 4; j++) {
                assertEquals(scale * expected[0][j], prediction.covariance()[0][j], 1e-12, next + " " + j);
            }
        }
    }

    @Test
    void fullAveragingTellsNoWorkersApart() {
        CovarianceSum sum = new CovarianceSum(2, 1);
        sum.add(new float[][] {{1}, {1}});
        sum.add(new float[][] {{3}, {3}});
        WorkerCovariance covariance = sum.beside(Topologies.parse("fully-connected", 2), 0, 1);
        assertArrayEquals(new double[] {2, 2}, covariance.measured()[1]);
        assertTrue(covariance.prediction().isEmpty());
    }

    @Test
    void whatIsWrittenIsReadBack(@TempDir Path folder) {
        new TrainingLoop(configuration("0", "1"), data, engine(configuration("0", "1")), events, () -> false).run();
        measured.get(0).write(folder);
        WorkerCovariance read = WorkerCovariance.read(folder).orElseThrow();
        assertArrayEquals(measured.get(0).measured(), read.measured());
        assertEquals(measured.get(0).prediction().orElseThrow().gamma(), read.prediction().orElseThrow().gamma());
        assertArrayEquals(measured.get(0).prediction().orElseThrow().covariance(),
                read.prediction().orElseThrow().covariance());
        assertEquals(LENGTH, read.steps());
    }
}
