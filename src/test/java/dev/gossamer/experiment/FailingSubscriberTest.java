package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.Covariance;
import dev.gossamer.configuration.Evaluations;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A subscriber that throws costs the run that it is told of, and no other, and never a result. */
class FailingSubscriberTest {

    private static final Map<String, RunConfiguration> RUNS = runs();

    @TempDir
    Path folder;

    private final List<RunEvent> heard = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();

    private static Map<String, RunConfiguration> runs() {
        Map<Key<?>, String> texts = Map.of(Optimization.STEPS, "3", Evaluations.EVALUATIONS, "1",
                Covariance.REPETITIONS, "2", Covariance.REPETITION_STEPS, "1");
        Map<String, RunConfiguration> runs = new LinkedHashMap<>();
        runs.put("a", Sample.configuration(texts));
        runs.put("b", Sample.configuration(texts));
        return runs;
    }

    private static Predicate<RunEvent> is(String kind) {
        return event -> event.getClass().getSimpleName().equals(kind);
    }

    /** The kinds of the events of run a that everyone hears though a subscriber before fails. */
    private String heard() {
        return String.join(" ", heard.stream().filter(event -> event.run().equals("a"))
                .map(event -> event.getClass().getSimpleName()).toList());
    }

    private void hear(RunEvent event) {
        heard.add(event);
        if (event instanceof RunEvent.Failed failed) {
            failures.add(failed.failure());
        }
    }

    private static Consumer<RunEvent> throwing(RuntimeException failure, Predicate<RunEvent> when) {
        return event -> {
            if (event.run().equals("a") && when.test(event)) {
                throw failure;
            }
        };
    }

    private List<RunResult> sweep(EngineFactory engines, EarlierRuns earlier, int parallel, Consumer<RunEvent> first) {
        Execution execution = new Execution(parallel, Duration.ofNanos(1), List.of());
        return new Sweep(RUNS, Sample.data(), engines, new ExperimentFolder("mine", folder, earlier), Map.of(),
                execution).run(List.of(first, this::hear), stop::get);
    }

    private List<RunResult> resume(Consumer<RunEvent> first) {
        heard.clear();
        stop.set(false);
        EarlierRuns earlier = EarlierRuns.in("mine", folder, RUNS, Sample.data(), sentence -> { });
        return sweep(SoftmaxEngine.factory(), earlier, 1, first);
    }

    /** Two steps of run a are done. */
    private void interrupt() {
        sweep(SoftmaxEngine.factory(), EarlierRuns.none(), 1, event ->
                stop.set(event instanceof RunEvent.Stepped step && step.steps() == 2 || stop.get()));
    }

    private void assertOnlyTheFirstFailed(List<RunResult> results, long steps) {
        assertEquals(List.of(RunStatus.FAILED, RunStatus.FINISHED), results.stream().map(RunResult::status).toList());
        assertEquals(steps, results.get(0).steps());
        assertEquals(Optional.of(results.get(0)), RunFolder.result(folder.resolve("a")));
        assertEquals(results, LearningRateAccuracy.read(folder.resolve("lr-accuracy.csv")));
    }

    @ParameterizedTest
    @CsvSource({"Started, 0", "Stepped, 1", "Evaluating, 3", "Evaluated, 3", "CheckpointWritten, 1", "Repeating, 3",
            "CovarianceMeasured, 3"})
    void whatItThrowsFailsTheRun(String kind, long steps) {
        IllegalStateException failure = new IllegalStateException("no window");
        List<RunResult> results =
                sweep(SoftmaxEngine.factory(), EarlierRuns.none(), 1, throwing(failure, is(kind)));
        assertOnlyTheFirstFailed(results, steps);
        assertSame(failure, failures.get(0));
        assertEquals("Failed Ended", heard().replaceFirst(".*(Failed)", "$1"));
        assertFalse(heard().replaceFirst("Failed.*", "").contains(kind) && steps < 2, heard());
    }

    /** As where the other end of a pipe is gone: the result is there, and the sweep ends when it is told. */
    @ParameterizedTest
    @ValueSource(strings = {"Started", "Stepped", "Evaluated", "Failed", "Ended"})
    void aResultIsRecordedThoughEverythingFailsFromThen(String kind) {
        AtomicBoolean broken = new AtomicBoolean();
        IllegalStateException failure = new IllegalStateException("broken pipe");
        EngineFactory engines = kind.equals("Failed") ? (run, data) -> failing(new IllegalStateException("gone"))
                : SoftmaxEngine.factory();
        assertSame(failure, assertThrows(IllegalStateException.class, () ->
                sweep(engines, EarlierRuns.none(), 1, throwing(failure, event -> {
                    broken.set(broken.get() || is(kind).test(event));
                    return broken.get();
                }))));
        RunStatus status = kind.equals("Ended") ? RunStatus.FINISHED : RunStatus.FAILED;
        assertEquals(status, RunFolder.result(folder.resolve("a")).orElseThrow().status());
        RunEvent last = heard.get(heard.size() - 1);
        assertEquals(status, ((RunEvent.Ended) last).result().status());
        assertEquals(status == RunStatus.FAILED, heard().endsWith("Failed Ended"), heard());
    }

    private static ScriptedEngine failing(RuntimeException failure) {
        ScriptedEngine engine = new ScriptedEngine(4);
        engine.trainingLoss = step -> {
            throw failure;
        };
        return engine;
    }

    @Test
    void whatItThrowsAtAFailureGoesWithThat() {
        IllegalStateException failure = new IllegalStateException("gone");
        IllegalStateException other = new IllegalStateException("no window");
        List<RunResult> results = sweep((run, data) -> failing(failure), EarlierRuns.none(), 1,
                throwing(other, is("Failed")));
        assertEquals(List.of(RunStatus.FAILED, RunStatus.FAILED), results.stream().map(RunResult::status).toList());
        assertEquals("Started Failed Ended", heard());
        assertSame(other, failure.getSuppressed()[0]);
    }

    @Test
    void atAFailureBeforeTheStart() {
        List<RunResult> results = sweep((run, data) -> {
            throw new IllegalStateException("no device");
        }, EarlierRuns.none(), 1, throwing(new IllegalStateException("no window"), is("Failed")));
        assertEquals(2, results.size());
        assertEquals("Failed Ended", heard());
        assertEquals(results, LearningRateAccuracy.read(folder.resolve("lr-accuracy.csv")));
    }

    @Test
    void atANoteBeforeTheFolderIsOpen() throws IOException {
        interrupt();
        Files.writeString(folder.resolve("a/checkpoints/step-2.checkpoint"), "damaged");
        assertOnlyTheFirstFailed(resume(throwing(new IllegalStateException("no window"), is("Noted"))), 1);
        assertEquals("Failed Ended", heard());
    }

    @Test
    void atANoteAfterTheStart() throws IOException {
        interrupt();
        Path environment = folder.resolve("a/environment.json");
        Files.writeString(environment,
                Files.readString(environment).replace("softmax regression in Java", "abacus, 3 threads"));
        assertOnlyTheFirstFailed(resume(throwing(new IllegalStateException("no window"), is("Noted"))), 2);
        assertEquals("Started Failed Ended", heard());
    }

    @Test
    void runsSideBySideGoOn() {
        List<RunResult> results = sweep(SoftmaxEngine.factory(), EarlierRuns.none(), 2,
                throwing(new IllegalStateException("no window"), is("Started")));
        assertEquals(2, results.size());
        assertEquals(RunStatus.FAILED, RunFolder.result(folder.resolve("a")).orElseThrow().status());
        assertEquals(RunStatus.FINISHED, RunFolder.result(folder.resolve("b")).orElseThrow().status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Started", "Stepped", "Evaluated", "CheckpointWritten"})
    void aRecordExceptionEndsTheSweep(String kind) {
        assertThrows(RecordException.class, () -> sweep(SoftmaxEngine.factory(), EarlierRuns.none(), 1,
                throwing(new RecordException("disk full"), is(kind))));
        assertFalse(Files.exists(folder.resolve("b")));
        assertFalse(heard().contains("Ended"));
    }

    /** A class that is missing is found out when it is needed first, which may be in a step. */
    @Test
    void aClassThatIsMissingInAStepFailsTheRun() {
        List<RunResult> results = sweep((run, data) -> {
            ScriptedEngine engine = new ScriptedEngine(4);
            engine.trainingLoss = step -> {
                throw new NoClassDefFoundError("org/nd4j/Missing");
            };
            return engine;
        }, EarlierRuns.none(), 1, event -> { });
        assertEquals(List.of(RunStatus.FAILED, RunStatus.FAILED), results.stream().map(RunResult::status).toList());
        assertEquals("Started Failed Ended", heard());
    }

    @Test
    void theFirstOfSeveralFailuresIsThrownAndCarriesTheOthers() {
        RecordException first = new RecordException("disk full");
        IllegalStateException second = new IllegalStateException("broken pipe");
        RunEvents events = new RunEvents("a", List.of(
                throwing(first, event -> true), throwing(second, event -> true), throwing(first, event -> true)));
        List<RunEvent> all = new ArrayList<>(List.of(
                new RunEvent.Failed("a", second),
                new RunEvent.Ended("a", new Outcome(RunStatus.FINISHED, 3, List.of(), OptionalDouble.empty())
                        .result("mine", RUNS.get("a"), Sample.data()))));
        for (RunEvent event : all) {
            assertSame(first, assertThrows(RecordException.class, () -> events.emit(event)));
        }
        assertEquals(List.of(second, second), List.of(first.getSuppressed()));
    }
}
