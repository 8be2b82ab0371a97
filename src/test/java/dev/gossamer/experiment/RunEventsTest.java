package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.Covariance;
import dev.gossamer.configuration.Evaluations;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.record.Checkpoint;
import dev.gossamer.record.ConfusionMatrix;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.MetricsFile;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunStatus;
import dev.gossamer.record.WorkerCovariance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which events there are, in what order, and that what they tell of is on the disk. */
class RunEventsTest {

    private static final String THREE_STEPS = "started 0/3; step 1; checkpoint 1; step 2; checkpoint 2; step 3;"
            + " score 0/2; score 1/2; evaluated 3; checkpoint 3; last checkpoint 3; finished 3";

    @TempDir
    Path folder;

    private final Map<String, List<String>> told = new ConcurrentHashMap<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private int checked;

    private static RunConfiguration run(Map<Key<?>, String> changes) {
        Map<Key<?>, String> texts = new LinkedHashMap<>(Map.of(Optimization.STEPS, "3", Evaluations.EVALUATIONS, "1",
                Evaluations.EVALUATED_WORKERS, "1", Evaluations.EVALUATE_TRAIN_IMAGES, "0", Direction.MOMENTUM,
                "0.9"));
        texts.putAll(changes);
        return Sample.configuration(texts);
    }

    private static String words(RunEvent event) {
        if (event instanceof RunEvent.Started started) {
            return "started " + started.done() + "/" + started.steps();
        } else if (event instanceof RunEvent.Stepped step) {
            return "step " + step.steps();
        } else if (event instanceof RunEvent.Evaluating going) {
            return "score " + going.done() + "/" + going.total();
        } else if (event instanceof RunEvent.Evaluated evaluated) {
            return "evaluated " + evaluated.rows().get(0).step();
        } else if (event instanceof RunEvent.Repeating going) {
            return "repetition " + going.done() + "/" + going.total();
        } else if (event instanceof RunEvent.CovarianceMeasured measured) {
            return "covariance of " + measured.covariance().measured().length;
        } else if (event instanceof RunEvent.CheckpointWritten written) {
            return (written.last() ? "last checkpoint " : "checkpoint ") + written.steps();
        } else if (event instanceof RunEvent.Noted noted) {
            return "note: " + noted.sentence();
        } else if (event instanceof RunEvent.Failed failed) {
            return "failed: " + failed.failure().getMessage();
        }
        RunEvent.Ended ended = (RunEvent.Ended) event;
        return ended.result().status() + " " + ended.result().steps();
    }

    private void note(RunEvent event) {
        told.computeIfAbsent(event.run(), missing -> new ArrayList<>()).add(words(event));
    }

    private String told(String run) {
        return String.join("; ", told.getOrDefault(run, List.of()));
    }

    private void sweep(
            Map<String, RunConfiguration> runs, EngineFactory engines, EarlierRuns earlier, int parallel,
            List<Consumer<RunEvent>> more) {
        List<Consumer<RunEvent>> subscribers = new ArrayList<>(List.of(this::note));
        subscribers.addAll(more);
        Execution execution = new Execution(parallel, Duration.ofNanos(1), List.of());
        new Sweep(runs, Sample.data(), engines, new ExperimentFolder("mine", folder, earlier), Map.of(), execution)
                .run(subscribers, stop::get);
    }

    private void sweep(RunConfiguration run, EngineFactory engines) {
        sweep(Map.of("a", run), engines, EarlierRuns.none(), 1, List.of());
    }

    private void resume(RunConfiguration run, EngineFactory engines) {
        told.clear();
        stop.set(false);
        EarlierRuns earlier = EarlierRuns.in("mine", folder, Map.of("a", run), Sample.data(), sentence -> { });
        sweep(Map.of("a", run), engines, earlier, 1, List.of());
    }

    private static EngineFactory scripted(LongToDoubleFunction trainingLoss) {
        return (run, data) -> {
            ScriptedEngine engine = new ScriptedEngine(4);
            engine.trainingLoss = trainingLoss;
            return engine;
        };
    }

    @Test
    void aFinishedRun() {
        sweep(run(Map.of()), SoftmaxEngine.factory());
        assertEquals(THREE_STEPS, told("a"));
    }

    @Test
    void aRunThatMeasuresItsCovariance() {
        sweep(run(Map.of(Covariance.REPETITIONS, "2", Covariance.REPETITION_STEPS, "1")), SoftmaxEngine.factory());
        assertEquals(THREE_STEPS.replace("; last checkpoint 3; finished 3", "")
                + "; checkpoint 3; repetition 0/2; checkpoint 3; repetition 1/2; checkpoint 3; covariance of 4;"
                + " last checkpoint 3; finished 3", told("a"));
    }

    @Test
    void aDivergedRun() {
        sweep(run(Map.of()), scripted(step -> step == 1 ? Double.NaN : 1));
        assertEquals("started 0/3; step 1; checkpoint 1; step 1; score 0/2; score 1/2; evaluated 1;"
                + " last checkpoint 1; diverged 1", told("a"));
    }

    /** The step that fails is none, and the state it may have left is not kept. */
    @Test
    void aRunThatFails() {
        sweep(run(Map.of()), scripted(step -> {
            if (step == 1) {
                throw new IllegalStateException("the device is gone");
            }
            return 1;
        }));
        assertEquals("started 0/3; step 1; checkpoint 1; failed: the device is gone; failed 1", told("a"));
    }

    @Test
    void aRunWithoutAnEngineIsNotStarted() {
        sweep(run(Map.of()), (run, data) -> {
            throw new IllegalStateException("no device");
        });
        assertEquals("failed: no device; failed 0", told("a"));
    }

    @Test
    void anInterruptedRunAndTheSameResumed() {
        RunConfiguration run = run(Map.of());
        interrupt(run);
        assertEquals("started 0/3; step 1; checkpoint 1; step 2; checkpoint 2; checkpoint 2; interrupted 2", told("a"));
        resume(run, SoftmaxEngine.factory());
        assertEquals("started 2/3; step 3; score 0/2; score 1/2; evaluated 3; checkpoint 3; last checkpoint 3;"
                + " finished 3", told("a"));
    }

    private void interrupt(RunConfiguration run) {
        sweep(Map.of("a", run), SoftmaxEngine.factory(), EarlierRuns.none(), 1, List.of(event ->
                stop.set(event instanceof RunEvent.Stepped step && step.steps() == 2 || stop.get())));
    }

    @Test
    void aResumedRunThatFailsBeforeItStartsHasItsSteps() {
        RunConfiguration run = run(Map.of());
        interrupt(run);
        resume(run, (placed, data) -> {
            throw new IllegalStateException("no device");
        });
        assertEquals("failed: no device; failed 2", told("a"));
    }

    @Test
    void notesAboutTheFolderComeBeforeTheStart() throws IOException {
        RunConfiguration run = run(Map.of());
        interrupt(run);
        Files.writeString(folder.resolve("a/checkpoints/step-2.checkpoint"), "damaged");
        resume(run, SoftmaxEngine.factory());
        assertTrue(told("a").matches("note: .*step-2\\.checkpoint.*; started 1/3; step 2; checkpoint 2; .*"),
                told("a"));
    }

    @Test
    void anotherEngineIsNotedAfterTheStart() throws IOException {
        RunConfiguration run = run(Map.of());
        interrupt(run);
        Path environment = folder.resolve("a/environment.json");
        Files.writeString(environment,
                Files.readString(environment).replace("softmax regression in Java", "abacus, 3 threads"));
        resume(run, SoftmaxEngine.factory());
        assertTrue(told("a").startsWith("started 2/3; note: a was begun with abacus and goes on with softmax"
                + " regression in Java; step 3; "), told("a"));
    }

    @Test
    void runsSideBySideHaveTheSameEventsEachInOrder() {
        Map<String, RunConfiguration> runs = new LinkedHashMap<>();
        for (String seed : List.of("1", "2", "3", "4", "5")) {
            runs.put("seed" + seed, run(Map.of(RunConfiguration.SEED, seed)));
        }
        sweep(runs, SoftmaxEngine.factory(), EarlierRuns.none(), 3, List.of());
        assertEquals(runs.keySet(), told.keySet());
        runs.keySet().forEach(name -> assertEquals(THREE_STEPS, told(name), name));
    }

    @Test
    void whatIsToldIsOnTheDisk() {
        RunConfiguration run = run(Map.of(Evaluations.EVALUATIONS, "2", Covariance.REPETITIONS, "2",
                Covariance.REPETITION_STEPS, "1"));
        sweep(Map.of("a", run), SoftmaxEngine.factory(), EarlierRuns.none(), 1, List.of(this::check));
        long all = told.get("a").stream().filter(words -> words.matches(
                "started.*|evaluated.*|.*checkpoint.*|covariance.*|finished.*")).count();
        assertEquals(all, checked);
        assertEquals(1 + 2 + 7 + 1 + 1, checked, told("a"));
    }

    /** As often as the run is interrupted: at the end, and with the accuracy that is recorded. */
    @Test
    void theConfusionMatrixIsThatOfTheLastEvaluation() throws IOException {
        RunConfiguration run = run(Map.of(Evaluations.EVALUATIONS, "3"));
        Path csv = folder.resolve("a/confusion.csv");
        interrupt(run);
        assertFalse(Files.exists(csv), "not before the end");
        resume(run, SoftmaxEngine.factory());
        ConfusionMatrix confusion = ConfusionMatrix.read(csv.getParent()).orElseThrow();
        int images = Sample.data().test().size();
        assertEquals(Sample.data().classNames(), confusion.classNames());
        for (int k = 0; k < Sample.CLASSES; k++) {
            int label = k;
            assertEquals(IntStream.range(0, images).filter(i -> Sample.data().test().label(i) == label).count(),
                    confusion.images(k));
        }
        double accuracy = RunFolder.lastEvaluation(csv.getParent()).stream()
                .filter(row -> row.worker().equals(MetricsRow.MEAN_MODEL)).findFirst().orElseThrow().accuracy();
        assertEquals(accuracy,
                (double) IntStream.range(0, Sample.CLASSES).map(k -> confusion.counts()[k][k]).sum() / images);

        String text = Files.readString(csv);
        sweep(Map.of("b", run), SoftmaxEngine.factory(), EarlierRuns.none(), 1, List.of());
        assertEquals(text, Files.readString(folder.resolve("b/confusion.csv")));
    }

    private void check(RunEvent event) {
        Path record = folder.resolve(event.run());
        checked++;
        if (event instanceof RunEvent.Started started) {
            assertEquals(RunFolder.texts(started.configuration().toMap()), RunFolder.configuration(record));
            assertEquals(Optional.of(started.engine()), RunFolder.environment(record, "engine"));
        } else if (event instanceof RunEvent.Evaluated evaluated) {
            assertEquals(texts(evaluated.rows()), texts(RunFolder.lastEvaluation(record)));
            assertEquals(told.get("a").stream().filter(words -> words.startsWith("evaluated")).count(),
                    MetricsFile.read(record.resolve("metrics.csv")).stream().map(MetricsRow::step).distinct().count());
        } else if (event instanceof RunEvent.CovarianceMeasured measured) {
            assertEquals(measured.covariance().coordinates(),
                    WorkerCovariance.read(record).orElseThrow().coordinates());
        } else if (event instanceof RunEvent.CheckpointWritten written) {
            checkCheckpoint(record, written);
        } else if (event instanceof RunEvent.Ended ended) {
            assertEquals(Optional.of(ended.result()), RunFolder.result(record));
            assertEquals(List.of(ended.result()), LearningRateAccuracy.read(folder.resolve("lr-accuracy.csv")));
        } else {
            checked--;
        }
    }

    private static List<String> texts(List<MetricsRow> rows) {
        return rows.stream().map(row -> row.step() + " " + row.split() + " " + row.worker()
                + String.format(" %.5f %.5f", row.loss(), row.accuracy())).toList();
    }

    /** It reads back to its end, and there is no summary yet. */
    private static void checkCheckpoint(Path record, RunEvent.CheckpointWritten written) {
        Checkpoint checkpoint = RunFolder.newestCheckpoint(record, sentence -> {
            throw new AssertionError(sentence);
        }).orElseThrow();
        assertEquals(written.steps(), checkpoint.header().step());
        float[] sum = new float[1];
        Checkpoint.Measured measured = checkpoint.restore((matrix, worker, values) -> {
            while (values.hasRemaining()) {
                sum[0] += Math.abs(values.get());
            }
        });
        assertEquals(written.steps(), measured.stepTimes().length);
        assertTrue(sum[0] > 0);
        assertFalse(Files.exists(record.resolve("summary.json")));
    }

    /** Nothing is shown that is not recorded, but for a result, of which everyone hears. */
    @Test
    void afterARecorderThatFailsOnlyAResultIsTold() {
        List<String> heard = new ArrayList<>();
        RunEvents events = new RunEvents("a", List.of(event -> heard.add(words(event)))).recordedBy(event -> {
            throw new RecordException("disk full");
        });
        assertThrows(RecordException.class, () -> events.note("it is late"));
        assertEquals(List.of(), heard);
        RunEvent ended = new RunEvent.Ended("a", new Outcome(RunStatus.FINISHED, 3, List.of(),
                OptionalDouble.empty()).result("mine", run(Map.of()), Sample.data()));
        assertThrows(RecordException.class, () -> events.emit(ended));
        assertEquals(List.of("finished 3"), heard);
    }
}
