package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.Evaluations;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.configuration.Sampling;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.record.EndedRuns;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.topology.Consensus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {

    @TempDir
    Path folder;

    private final List<String> events = new ArrayList<>();
    private final List<ScriptedEngine> made = new ArrayList<>();
    private int stopAfter = Integer.MAX_VALUE;
    private int scored;

    /** Notes the events of a sweep. */
    private void note(RunEvent event) {
        if (event instanceof RunEvent.Started started) {
            events.add("started " + started.run() + " for " + started.steps() + " on " + started.engine());
        } else if (event instanceof RunEvent.Noted noted) {
            events.add(noted.sentence());
        } else if (event instanceof RunEvent.Failed failed) {
            events.add("failed " + failed.run() + ": " + failed.failure().getMessage());
        } else if (event instanceof RunEvent.Ended ended) {
            events.add(ended.result().status() + " " + ended.run());
        } else if (event instanceof RunEvent.Stepped) {
            stopAfter--;
        } else if (event instanceof RunEvent.Evaluating) {
            scored++;
        } else if (event instanceof RunEvent.Evaluated evaluated) {
            events.add("evaluated " + evaluated.rows().get(0).step());
        }
    }

    private Sweep sweep(Map<String, RunConfiguration> runs, EngineFactory engines) {
        return new Sweep(runs, Sample.data(), engines, new ExperimentFolder("mine", folder, EarlierRuns.none()),
                Map.of("gossamer", "test"), Execution.STANDARD);
    }

    private List<RunResult> sweep(Function<RunConfiguration, ScriptedEngine> script) {
        Map<String, RunConfiguration> runs = new LinkedHashMap<>();
        for (String rate : List.of("0.1", "0.2", "0.3")) {
            runs.put("lr" + rate, Sample.configuration(Map.of(Optimization.LEARNING_RATE, rate,
                    Evaluations.EVALUATIONS, "1")));
        }
        EngineFactory engines = new EngineFactory() {
            @Override
            public ReplicaEngine create(RunConfiguration configuration, DataSet data) {
                ScriptedEngine engine = script.apply(configuration);
                made.add(engine);
                return engine;
            }
        };
        return sweep(runs, engines).run(List.of(this::note), () -> stopAfter <= 0);
    }

    private List<RunResult> recorded() {
        return LearningRateAccuracy.read(folder.resolve("lr-accuracy.csv"));
    }

    @Test
    void everyRunLeavesItsFolderAndItsRow() throws IOException {
        List<RunResult> results = sweep(run -> new ScriptedEngine(4));
        assertEquals(results, recorded());
        RunResult last = results.get(2);
        assertEquals("mine ring 4 mlp 0.3 1 finished 12", String.join(" ", last.experiment(), last.topology(),
                "" + last.workers(), last.model(), "" + last.learningRate(), "" + last.seed(), "" + last.status(),
                "" + last.steps()));
        assertEquals(0.01, last.testAccuracy().orElseThrow());
        assertEquals(1, last.trainLoss().orElseThrow());
        assertEquals(0.25, last.consensusDistance().orElseThrow());
        assertTrue(last.imagesPerSecond().orElseThrow() > 0);
        for (String file : List.of("config.yaml", "environment.json", "metrics.csv", "summary.json")) {
            assertTrue(Files.size(folder.resolve("lr0.2").resolve(file)) > 0, file);
        }
        assertTrue(Files.readString(folder.resolve("lr0.2/config.yaml")).contains("learning-rate: 0.2"));
        String environment = Files.readString(folder.resolve("lr0.2/environment.json"));
        assertTrue(environment.contains("\"gossamer\" : \"test\"") && environment.contains("\"engine\" : \"script\""));
        assertEquals(List.of("started lr0.1 for 12 on script", "evaluated 12", "finished lr0.1"), events.subList(0, 3));
        assertTrue(made.stream().allMatch(ScriptedEngine::isClosed));
        assertEquals(3 * 6, scored, "the subscriber hears of each score");
    }

    /** The six workers have 0 to 5 of 100, 0.025 in all, and the mean of these shares is 0.025000000000000005. */
    @Test
    void accuraciesAreCountsDividedOnce() throws IOException {
        RunConfiguration run = Sample.configuration(Map.of(Gossip.WORKERS, "6", Evaluations.EVALUATED_WORKERS, "6",
                Evaluations.EVALUATE_TRAIN_IMAGES, "100"));
        EngineFactory engines = (configuration, data) -> new ScriptedEngine(6);
        RunResult result = sweep(Map.of("a", run), engines).run(List.of(this::note), () -> false).get(0);
        assertEquals(0.025, result.testAccuracy().orElseThrow());
        assertEquals(0.025, result.trainAccuracy().orElseThrow());
        assertTrue(Files.readString(folder.resolve("lr-accuracy.csv")).contains(",0.025,"));
        assertTrue(Files.readString(folder.resolve("a/summary.json")).contains("\"test_accuracy\" : 0.025,"));
    }

    @Test
    void aRunThatFailsOrDivergesDoesNotStopTheOthers() {
        List<RunResult> results = sweep(run -> {
            ScriptedEngine engine = new ScriptedEngine(4);
            engine.trainingLoss = step -> {
                if (run.optimization().learningRate() == 0.1 && step == 5) {
                    throw new IllegalStateException("the device is gone");
                }
                return run.optimization().learningRate() == 0.2 && step == 3 ? Double.NaN : 1;
            };
            return engine;
        });
        assertEquals(
                List.of(RunStatus.FAILED, RunStatus.DIVERGED, RunStatus.FINISHED),
                results.stream().map(RunResult::status).toList());
        assertEquals(List.of(5L, 3L, 12L), results.stream().map(RunResult::steps).toList());
        assertEquals(results, recorded());
        assertTrue(events.contains("failed lr0.1: the device is gone"));
        assertTrue(Files.exists(folder.resolve("lr0.1/summary.json")));
        assertTrue(made.stream().allMatch(ScriptedEngine::isClosed));
    }

    @Test
    void anEngineThatCannotBeMadeIsAFailedRun() throws IOException {
        List<RunResult> results = sweep(run -> {
            if (run.optimization().learningRate() == 0.2) {
                throw new OutOfMemoryError("native");
            }
            return new ScriptedEngine(4);
        });
        assertEquals(RunStatus.FAILED, results.get(1).status());
        assertEquals(0, results.get(1).steps());
        assertEquals(RunStatus.FINISHED, results.get(2).status());
        assertEquals(results, recorded());
        List<RecordedRun> runs = EndedRuns.in(folder);
        assertEquals(List.of("lr0.1", "lr0.2", "lr0.3"), runs.stream().map(RecordedRun::name).toList());
        assertEquals("0.2", runs.get(1).configuration().get("learning-rate"), "it has its folder, too");
    }

    @Test
    void stoppedItRecordsTheCurrentRunAndStartsNoOther() {
        stopAfter = 12 + 4;
        List<RunResult> results = sweep(run -> new ScriptedEngine(4));
        assertEquals(
                List.of(RunStatus.FINISHED, RunStatus.INTERRUPTED), results.stream().map(RunResult::status).toList());
        assertEquals(4, results.get(1).steps());
        assertEquals(results, recorded());
        assertFalse(Files.exists(folder.resolve("lr0.3")));
    }

    @Test
    void aRecordThatCannotBeWrittenEndsTheSweepAndKeepsWhatIsThere() throws IOException {
        Files.createDirectories(folder.resolve("lr0.2/in-the-way"));
        assertThrows(RecordException.class, () -> sweep(run -> new ScriptedEngine(4)));
        assertEquals(List.of(0.1), recorded().stream().map(RunResult::learningRate).toList());
        assertTrue(made.stream().allMatch(ScriptedEngine::isClosed));
    }

    /** Stands in for a disk that is full when a run ends. */
    @Test
    void aResultThatCannotBeRecordedIsToldOf() {
        assertThrows(RecordException.class, () -> sweep(run -> {
            ScriptedEngine engine = new ScriptedEngine(4);
            engine.evaluatedLoss = updates -> {
                if (run.optimization().learningRate() == 0.2) {
                    folder.resolve("lr0.2/summary.json/in-the-way").toFile().mkdirs();
                }
                return 1;
            };
            return engine;
        }));
        assertEquals("finished lr0.2", events.get(events.size() - 1));
        assertEquals(List.of(0.1), recorded().stream().map(RunResult::learningRate).toList());
        assertTrue(made.stream().allMatch(ScriptedEngine::isClosed));
    }

    @Test
    void runsThatDoNotFitTheDataAreRejectedBeforeTheStart() {
        Map<String, RunConfiguration> runs = Map.of("a", Sample.configuration(Map.of(Sampling.TRAIN_LIMIT, "10")));
        check(runs);
        RunConfiguration long1 = RunConfiguration.of(Map.of(Optimization.EPOCHS, "1"));
        assertThrows(ConfigurationException.class, () -> check(Map.of("b", long1)));
    }

    @Test
    void aPartitionThatIsImpossibleIsRejectedBeforeTheStart() {
        var crowd = Sample.configuration(
                Map.of(Partition.KEY, "random", Sampling.TRAIN_LIMIT, "3", Gossip.WORKERS, "4", Optimization.STEPS,
                "1"));
        assertEquals(
                "partition random needs at least as many training images as workers, got 3 for 4", rejection(crowd));
    }

    @Test
    void slowStepsAroundRelayedMessagesAreRejectedBeforeTheStart() {
        var relayed = Sample.configuration(Map.of(Algorithms.KEY, "relay-sgd", Gossip.TOPOLOGY, "chain", Gossip.WORKERS,
                "4", SlowMomentum.PERIOD, "12", Optimization.STEPS, "1"));
        assertEquals("slowmo-period: relay-sgd goes on from messages of steps before, which slow steps cannot change;"
                + " slowmo-period has to be 0, got 12", rejection(relayed));
    }

    @Test
    void momentsThatAreCorrectedForTheirStartAreNotReset() {
        assertEquals("slowmo-buffers: d-adam corrects its moments for zeros at the start of training, not later;"
                + " slowmo-buffers has to be keep or average, got reset", rejection(Sample.configuration(Map.of(
                Algorithms.KEY, "d-adam", SlowMomentum.PERIOD, "12", SlowMomentum.BUFFERS, "reset", Optimization.STEPS,
                "1"))));
    }

    @Test
    void mixingMoreOrLessIsRejectedWhereNothingIsMixed() {
        assertEquals("consensus-step-size: relay-sgd does not mix by the topology's weights, so consensus-step-size has"
                + " no effect; it has to be 1, got 0.5", rejection(Sample.configuration(Map.of(
                Algorithms.KEY, "relay-sgd", Gossip.TOPOLOGY, "chain", Gossip.WORKERS, "4", Consensus.STEP_SIZE,
                "0.5", Optimization.STEPS, "1"))));
    }

    @Test
    void anAccelerationThatATopologyCannotHaveIsRejectedBeforeTheStart() {
        assertEquals("acceleration: fastmix needs the same symmetric mixing matrix at every step, but that of uni-ring"
                + " is not symmetric; take a static undirected topology, such as ring, or acceleration none",
                rejection(Sample.configuration(Map.of(Gossip.TOPOLOGY, "uni-ring", Consensus.ACCELERATION, "fastmix",
                        Consensus.ROUNDS, "2"))));
        assertEquals("acceleration: chebyshev needs the same symmetric mixing matrix at every step, but that of"
                + " time-varying-exponential changes; take a static undirected topology, such as ring, or acceleration"
                + " none", rejection(Sample.configuration(Map.of(Gossip.TOPOLOGY, "time-varying-exponential",
                Consensus.ACCELERATION, "chebyshev", Consensus.ROUNDS, "2"))));
    }

    private static String rejection(RunConfiguration run) {
        return assertThrows(ConfigurationException.class, () -> check(Map.of("a", run))).getMessage();
    }

    private static void check(Map<String, RunConfiguration> runs) {
        RunChecks checks = new RunChecks(runs, (configuration, data) -> null, Execution.STANDARD);
        checks.check(Sample.data().train().shape(), Sample.CLASSES);
        checks.checkNumber(Sample.data().train().size());
    }
}
