package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Sent;
import dev.gossamer.algorithm.WarmUp;
import dev.gossamer.algorithm.method.DecentralizedSgd;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.Evaluations;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.LearningRateSchedule;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.configuration.Sampling;
import dev.gossamer.record.Checkpoint;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RunStatus;
import dev.gossamer.topology.Consensus;
import dev.gossamer.topology.Topologies;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainingLoopTest {

    private final ScriptedEngine engine = new ScriptedEngine(4);
    private final List<MetricsRow> rows = new ArrayList<>();
    private final List<Long> steps = new ArrayList<>();
    private final List<String> evaluating = new ArrayList<>();
    private int stopAfter = Integer.MAX_VALUE;

    private final RunEvents events = new RunEvents("a", List.of(this::note));

    private void note(RunEvent event) {
        if (event instanceof RunEvent.Stepped step) {
            steps.add(step.steps());
        } else if (event instanceof RunEvent.Evaluating going) {
            evaluating.add(going.done() + "/" + going.total());
        } else if (event instanceof RunEvent.Evaluated evaluation) {
            rows.addAll(evaluation.rows());
        }
    }

    private Outcome run(Map<Key<?>, String> changes) {
        RunConfiguration configuration = Sample.configuration(changes);
        return new TrainingLoop(configuration, Sample.data(), engine, events, () -> steps.size() >= stopAfter).run();
    }

    @Test
    void everyStepIsGradientsThenUpdateWithTheMatrixOfItsStep() {
        run(Map.of(Gossip.TOPOLOGY, "time-varying-exponential", Optimization.STEPS, "5", Evaluations.EVALUATIONS, "1"));
        List<String> training = engine.calls.stream().filter(call -> !call.startsWith("evaluate")).toList();
        assertEquals(
                List.of("gradients 0", "update", "gradients 1", "update", "gradients 2", "update", "gradients 3",
                        "update", "gradients 4", "update"),
                training);
        for (int t = 0; t < 5; t++) {
            double[][] expected = Topologies.parse("time-varying-exponential", 4).at(t).toDense();
            for (int i = 0; i < 4; i++) {
                assertArrayEquals(expected[i], engine.mixings.get(t).toDense()[i], "row " + i + " at step " + t);
            }
        }
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), steps);
    }

    @Test
    void mixesAsOftenAndAsFarAsTheRunSays() {
        run(Map.of(Gossip.TOPOLOGY, "ring", Consensus.ROUNDS, "2", Consensus.STEP_SIZE, "0.5", Optimization.STEPS, "2",
                Evaluations.EVALUATIONS, "1"));
        double[][] w = Topologies.parse("ring", 4).at(0).toDense();
        for (int j = 0; j < 4; j++) {
            double twice = 0;
            for (int k = 0; k < 4; k++) {
                twice += w[1][k] * w[k][j];
            }
            assertEquals((twice + (j == 1 ? 1 : 0)) / 2, engine.mixings.get(1).get(1, j), 1e-15);
        }
        assertSame(engine.mixings.get(0), engine.mixings.get(1));
    }

    @Test
    void evaluatesSpreadWorkersAndTheMeanModelOnBothSplits() {
        Outcome outcome = run(Map.of(Evaluations.EVALUATE_TRAIN_IMAGES, "30", Evaluations.EVALUATE_TEST_IMAGES, "20"));
        assertEquals(RunStatus.FINISHED, outcome.status());
        assertEquals(12, outcome.steps());
        assertEquals(3 * 3 * 2, rows.size());
        List<MetricsRow> last = outcome.evaluation();
        assertEquals(
                List.of("test 0", "train 0", "test 2", "train 2", "test mean", "train mean"),
                last.stream().map(row -> row.split() + " " + row.worker()).toList());
        assertTrue(engine.calls.containsAll(List.of("evaluate 2 20", "evaluate 2 30", "evaluate -1 20")));
        MetricsRow row = last.get(0);
        assertEquals(12, row.step());
        assertEquals(12 * 4 * 5 / 120.0, row.epoch());
        assertEquals(0.5, row.learningRate());
        assertEquals(0.25, row.consensusDistance());
        assertTrue(row.elapsedSeconds() > 0);
        assertEquals(0.01, Outcome.mean(last, "test", MetricsRow::accuracy).orElseThrow(), 1e-12);
    }

    /** On the ring of four, everyone sends 10 times 5,000 and 5,001 times 3 parameters to two others. */
    @Test
    void everyEvaluationSaysWhatWasSentUntilThen() {
        Outcome outcome = run(Map.of(Optimization.STEPS, "30", Evaluations.EVALUATIONS, "4"));
        long d = 10 * 5000 + 5001 * 3;
        assertEquals(4, rows.stream().map(MetricsRow::sent).distinct().count());
        for (MetricsRow row : rows) {
            assertEquals(Optional.of(new Sent(8 * row.step(), 8 * row.step() * 4 * d)), row.sent());
        }
        assertEquals(Optional.of(new Sent(8 * 30, 8 * 30 * 4 * d)),
                outcome.result("e", Sample.configuration(Map.of()), Sample.data()).sent());
    }

    @Test
    void evaluatesAtItsTimesOnly() {
        run(Map.of(Optimization.STEPS, "30", Evaluations.EVALUATIONS, "4"));
        long[] expected = EvaluationTimes.of(LearningRateSchedule.CONSTANT.over(30), 4, 0.75);
        assertArrayEquals(expected, rows.stream().mapToLong(MetricsRow::step).distinct().toArray());
    }

    @Test
    void aScheduleChangesTheLearningRateAndTheRecordHasTheOneOfItsStep() {
        Outcome outcome = run(Map.of(Optimization.STEPS, "8", Evaluations.EVALUATIONS, "8",
                Optimization.LEARNING_RATE_SCHEDULE, "1:0.75+0.1:0.25"));
        assertEquals(List.of(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.05, 0.05), engine.learningRates);
        assertEquals(8, outcome.steps());
        for (MetricsRow row : rows) {
            assertEquals(row.step() <= 6 ? 0.5 : 0.05, row.learningRate(), 1e-12, "step " + row.step());
        }
    }

    /** Half a cosine over eight steps with a warm-up over the first two. */
    @Test
    void warmUpAndDecayAreThoseOfEachStepAndAResumedLoopHasThemToo() {
        Map<Key<?>, String> changes = Map.of(Optimization.STEPS, "8", Evaluations.EVALUATIONS, "8",
                Optimization.LEARNING_RATE_SCHEDULE, "cosine", WarmUp.KEY, "2");
        run(changes);
        List<Double> whole = List.copyOf(engine.learningRates);
        for (int step = 0; step < 8; step++) {
            double expected = 0.5 * Math.pow(Math.cos(Math.PI * step / 16), 2) * (step == 0 ? 0.5 : 1);
            assertEquals(expected, whole.get(step), 1e-12);
            assertEquals(whole.get(step), rowAfter(step + 1).learningRate());
        }
        engine.learningRates.clear();
        TrainingLoop loop = new TrainingLoop(Sample.configuration(changes), Sample.data(), engine, events, () -> false);
        loop.resume(3, new Checkpoint.Measured(new double[] {1, 2, 6}, new double[0]), List.of(rowAfter(3)));
        loop.run();
        assertEquals(whole.subList(3, 8), engine.learningRates);
    }

    private MetricsRow rowAfter(long step) {
        return rows.stream().filter(row -> row.step() == step).findFirst().orElseThrow();
    }

    @Test
    void everyScoreOfAnEvaluationIsAnnounced() {
        run(Map.of(Evaluations.EVALUATED_WORKERS, "1", Evaluations.EVALUATIONS, "1"));
        assertEquals(List.of("0/4", "1/4", "2/4", "3/4"), evaluating);
    }

    @Test
    void aWorkerWithoutAFiniteLossCountsInTheMean() {
        List<MetricsRow> evaluation = List.of(
                new MetricsRow(1, 1, 1, 0.1, "test", "0", 1.5, 0.8, 1, Optional.empty()),
                new MetricsRow(1, 1, 1, 0.1, "test", "2", Double.NaN, 0.1, 1, Optional.empty()),
                new MetricsRow(1, 1, 1, 0.1, "test", "mean", Double.NaN, 0.1, 1, Optional.empty()));
        assertEquals(0.45, Outcome.mean(evaluation, "test", MetricsRow::accuracy).orElseThrow(), 1e-12);
        assertEquals(Double.NaN, Outcome.mean(evaluation, "test", MetricsRow::loss).orElseThrow());
    }

    /** Means of shares are off by a last digit: 6 workers with 0 to 5 of 100 have 0.025000000000000005. */
    @Test
    void countsAreDividedOnce() {
        Random random = new Random(1);
        int different = 0;
        for (int images : List.of(30, 100, 1000, 10_000)) {
            for (int workers = 1; workers <= 30; workers++) {
                List<MetricsRow> evaluation = new ArrayList<>();
                long all = 0;
                for (int worker = 0; worker < workers; worker++) {
                    int correct = random.nextInt(images + 1);
                    all += correct;
                    evaluation.add(new MetricsRow(1, 1, 1, 0.1, "test", "" + worker, 1, (double) correct / images, 1,
                            Optional.empty()));
                }
                evaluation.add(new MetricsRow(1, 1, 1, 0.1, "test", "mean", 1, 1, 1, Optional.empty()));
                double exact = new BigDecimal(all)
                        .divide(new BigDecimal(images * workers), MathContext.DECIMAL128).doubleValue();
                assertEquals(exact, Outcome.accuracy(evaluation, "test", images).orElseThrow());
                different += Outcome.mean(evaluation, "test", MetricsRow::accuracy).orElseThrow() == exact ? 0 : 1;
            }
        }
        assertTrue(different > 10, different + " means of shares differ");
        assertTrue(Outcome.accuracy(List.of(), "test", 100).isEmpty());
    }

    @Test
    void moreThanThereIsMeansAll() {
        run(Map.of(Evaluations.EVALUATED_WORKERS, "100", Evaluations.EVALUATIONS, "1",
                Evaluations.EVALUATE_TRAIN_IMAGES, "100000"));
        assertEquals(
                List.of("0", "1", "2", "3", "mean"),
                rows.stream().filter(row -> row.split().equals("train")).map(MetricsRow::worker).toList());
        assertTrue(engine.calls.contains("evaluate 3 120"));
    }

    @Test
    void aLimitedTrainingSetIsWhatIsTrainedOnScoredAndCounted() {
        run(Map.of(Sampling.TRAIN_LIMIT, "40", Evaluations.EVALUATIONS, "1"));
        assertTrue(engine.calls.contains("evaluate 0 40"), engine.calls.toString());
        assertEquals(12 * 4 * 5 / 40.0, rows.get(0).epoch());
    }

    @Test
    void noTrainingImagesScoredMeansNoTrainRows() {
        Outcome outcome = run(Map.of(Evaluations.EVALUATE_TRAIN_IMAGES, "0"));
        assertTrue(rows.stream().allMatch(row -> row.split().equals("test")));
        assertTrue(Outcome.mean(outcome.evaluation(), "train", MetricsRow::loss).isEmpty());
    }

    @Test
    void aTrainingLossThatIsNotFiniteEndsTheRunBeforeTheUpdate() {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            engine.trainingLoss = step -> step == 7 ? bad : 1;
            engine.mixings.clear();
            rows.clear();
            Outcome outcome = run(Map.of(Evaluations.EVALUATIONS, "1"));
            assertEquals(RunStatus.DIVERGED, outcome.status());
            assertEquals(7, outcome.steps());
            assertEquals(7, engine.mixings.size());
            assertEquals(7, rows.get(0).step(), "the diverged state is evaluated");
            assertEquals(rows, outcome.evaluation());
        }
    }

    @Test
    void anEvaluatedLossThatIsTooLargeOrNotFiniteEndsTheRun() {
        for (double bad : new double[] {2.7, Double.NaN, Double.POSITIVE_INFINITY}) {
            engine.mixings.clear();
            engine.evaluatedLoss = updates -> updates >= 2 ? bad : 2.5;
            Outcome outcome = run(Map.of(Evaluations.EVALUATIONS, "12", Evaluations.DIVERGENCE_LOSS, "2.6"));
            assertEquals(RunStatus.DIVERGED, outcome.status());
            assertEquals(2, outcome.steps());
            assertEquals(bad, outcome.evaluation().get(0).loss());
        }
    }

    @Test
    void aParameterThatIsNotFiniteEndsTheRunThoughNoLossTells() {
        engine.consensusDistance = updates -> updates >= 2 ? Double.NaN : 1;
        Outcome outcome = run(Map.of(Evaluations.EVALUATIONS, "12"));
        assertEquals(RunStatus.DIVERGED, outcome.status());
        assertEquals(2, outcome.steps());
    }

    @Test
    void aLossBelowTheLimitDoesNot() {
        engine.evaluatedLoss = updates -> 2.59;
        assertEquals(RunStatus.FINISHED, run(Map.of(Evaluations.DIVERGENCE_LOSS, "2.6")).status());
    }

    @Test
    void stopsAfterTheStepAndKeepsTheLastEvaluation() {
        stopAfter = 10;
        Outcome outcome = run(Map.of(Optimization.STEPS, "1000", Evaluations.EVALUATIONS, "100"));
        assertEquals(RunStatus.INTERRUPTED, outcome.status());
        assertEquals(10, outcome.steps());
        assertEquals(9, outcome.evaluation().get(0).step(), "that at step 10 is given up");
        assertTrue(outcome.imagesPerSecond().isPresent());
    }

    @Test
    void stoppedBeforeItsFirstStepItHasNothing() {
        stopAfter = 0;
        Outcome outcome = run(Map.of());
        assertEquals(RunStatus.INTERRUPTED, outcome.status());
        assertEquals(0, outcome.steps());
        assertTrue(outcome.evaluation().isEmpty());
        assertTrue(outcome.imagesPerSecond().isEmpty());
    }

    @Test
    void withoutItsLastEvaluationARunIsInterrupted() {
        stopAfter = 12;
        assertEquals(RunStatus.INTERRUPTED, run(Map.of()).status());
    }

    /** What a loop does that goes on after some steps with an evaluation at one of them. */
    private Outcome resume(long done, long evaluatedAt, double loss) {
        RunConfiguration configuration = Sample.configuration(Map.of(Evaluations.DIVERGENCE_LOSS, "2.6"));
        TrainingLoop loop = new TrainingLoop(configuration, Sample.data(), engine, events, () -> false);
        MetricsRow last = new MetricsRow(evaluatedAt, 1, 1, 0.5, "test", "0", loss, 0.5, 0.25, Optional.empty());
        loop.resume(done, new Checkpoint.Measured(new double[] {1, 2, 6}, new double[0]), List.of(last));
        return loop.run();
    }

    @Test
    void aResumedLoopGoesOnWithTheNextStep() {
        long[] times = EvaluationTimes.of(LearningRateSchedule.CONSTANT.over(12), 3, 0.75);
        Outcome outcome = resume(times[1], times[1], 1);
        assertEquals("gradients " + times[1], engine.calls.get(0));
        assertEquals(12 - times[1], engine.mixings.size());
        assertEquals(RunStatus.FINISHED, outcome.status());
        assertEquals(12, outcome.steps());
        assertArrayEquals(new long[] {12}, rows.stream().mapToLong(MetricsRow::step).distinct().toArray());
        assertTrue(rows.get(0).elapsedSeconds() > 9, "time goes on");
        assertEquals(8 * 12, rows.get(0).sent().orElseThrow().messages(), "also what was sent before");
    }

    @Test
    void anEvaluationThatWasGivenUpIsMadeUpFor() {
        assertEquals(RunStatus.FINISHED, resume(12, EvaluationTimes.of(LearningRateSchedule.CONSTANT.over(12), 3,
                0.75)[1], 1).status());
        assertTrue(engine.mixings.isEmpty());
        assertEquals(12, rows.get(0).step());
    }

    @Test
    void aRunThatHadDivergedIsNotTrainedAnyMore() {
        assertEquals(RunStatus.DIVERGED, resume(5, 5, 2.7).status());
        assertEquals(List.of(), engine.calls);
    }

    @Test
    void imagesPerSecondIsThatOfTheMedianStep() {
        StepTimes times = new StepTimes();
        for (double seconds : new double[] {9, 0.2, 0.3, 0.25}) {
            times.add(seconds);
        }
        assertEquals(0.275, times.median().orElseThrow(), 1e-12);
        assertEquals(9.75, times.total(), 1e-12);
    }

    @Test
    void equalRunsGiveEqualResultsAndOtherSeedsOthers() {
        double loss = softmaxLoss("3");
        assertEquals(loss, softmaxLoss("3"));
        assertTrue(loss != softmaxLoss("4"));
        assertTrue(loss < 0.5, "the images can be learned, got " + loss);
    }

    /** Where workers combine first, what they record is what is evaluated, not what is mixed already. */
    @Test
    void theRecordedConsensusDistanceIsThatOfTheModels() {
        RunConfiguration run = Sample.configuration(Map.of(Optimization.STEPS, "3", Evaluations.EVALUATIONS, "1",
                Gossip.TOPOLOGY, "fully-connected", DecentralizedSgd.MIXING_ORDER, "combine-then-adapt"));
        SoftmaxEngine softmax = new SoftmaxEngine(run, Sample.data().train().shape(), Sample.CLASSES);
        new TrainingLoop(run, Sample.data(), softmax, events, () -> false).run();
        float[][] models = new float[4][27];
        for (int i = 0; i < 4; i++) {
            softmax.matrices().read(softmax.matrices().rule().kept("local"), i, FloatBuffer.wrap(models[i]));
        }
        double expected = 0;
        for (int k = 0; k < 27; k++) {
            double mean = ((double) models[0][k] + models[1][k] + models[2][k] + models[3][k]) / 4;
            for (float[] model : models) {
                expected += Math.pow(model[k] - mean, 2) / 4;
            }
        }
        assertTrue(expected > 1e-3, "models differ by " + expected);
        assertEquals(3, rows.get(0).step());
        assertEquals(expected, rows.get(0).consensusDistance(), 1e-9 * expected);
    }

    private static double softmaxLoss(String seed) {
        RunConfiguration run = Sample.configuration(Map.of(Optimization.STEPS, "40", RunConfiguration.SEED, seed,
                Direction.MOMENTUM, "0.5"));
        RunEvents nobody = new RunEvents("a", List.of());
        SoftmaxEngine engine = new SoftmaxEngine(run, Sample.data().train().shape(), Sample.CLASSES);
        Outcome outcome = new TrainingLoop(run, Sample.data(), engine, nobody, () -> false).run();
        return Outcome.mean(outcome.evaluation(), "test", MetricsRow::loss).orElseThrow();
    }
}
