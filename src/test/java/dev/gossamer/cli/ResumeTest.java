package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gossamer.data.Batch;
import dev.gossamer.data.DataSet;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.experiment.SoftmaxEngine;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.MetricsFile;
import dev.gossamer.record.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumeTest {

    private static final String FIRST = "ring-lr0.01-seed1";
    private static final String RUN = FIRST + "/";
    private static final String SECOND = "ring-lr0.02-seed1";

    @TempDir
    Path folder;

    private final List<String> trained = Collections.synchronizedList(new ArrayList<>());
    private Home home;
    private Path results;

    /** Something that goes wrong in a step. */
    private interface Accident {
        void at(RunConfiguration run, long step) throws IOException;
    }

    @BeforeEach
    void makeHome() throws IOException {
        home = Home.create(folder.resolve("home"));
        results = home.path.resolve("runs/tiny");
    }

    private int run(String arguments) {
        return run(arguments, (run, step) -> {});
    }

    /** Runs the program, notes each step that is trained, and lets an accident happen. */
    private int run(String arguments, Accident accident) {
        EngineFactory engines = (run, data) -> watched(run, data, accident);
        trained.clear();
        return home.run(engines, arguments.split(" "));
    }

    private ReplicaEngine watched(RunConfiguration run, DataSet data, Accident accident) {
        ReplicaEngine engine = SoftmaxEngine.factory().create(run, data);
        return (ReplicaEngine) Proxy.newProxyInstance(
                ResumeTest.class.getClassLoader(), new Class<?>[] {ReplicaEngine.class}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof Batch) {
                        trained.add(run.learningRate() + " " + arguments[1]);
                        accident.at(run, (long) arguments[1]);
                    }
                    try {
                        return method.invoke(engine, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void failAt(RunConfiguration run, double rate, long step, long fatal) {
        if (run.learningRate() == rate && step == fatal) {
            throw new IllegalStateException("the device is gone");
        }
    }

    private List<String> statuses() {
        return LearningRateAccuracy.read(results.resolve("lr-accuracy.csv")).stream()
                .map(result -> result.learningRate() + " " + result.status() + " " + result.steps()).toList();
    }

    /** The rows of a run without the time. */
    private List<String> rows(Path sweep, String run) {
        return MetricsFile.read(sweep.resolve(run).resolve("metrics.csv")).stream()
                .map(row -> row.step() + " " + row.split() + " " + row.worker() + " " + row.loss() + " "
                        + row.accuracy() + " " + row.consensusDistance())
                .toList();
    }

    private void assertAsIfNeverStopped() {
        assertEquals(ExitCode.DONE, run("tiny --output " + folder.resolve("whole")), home.err());
        for (String run : List.of(FIRST, SECOND)) {
            assertEquals(rows(folder.resolve("whole/tiny"), run), rows(results, run), run);
        }
        assertEquals(List.of("0.01 finished 6", "0.02 finished 6"), statuses());
    }

    @Test
    void aFailedRunGoesOnAtItsCheckpointAndFinishedOnesAreNotRepeated() {
        assertEquals(ExitCode.FAILED, run("tiny --checkpoint-every 1ms", (run, step) -> failAt(run, 0.02, step, 4)));
        assertEquals(List.of("0.01 finished 6", "0.02 failed 4"), statuses());
        assertTrue(home.err().contains(", and --resume repeats them\n"), home.err());
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals("0.02 5", trained.get(trained.size() - 1));
        assertTrue(trained.stream().allMatch(step -> step.startsWith("0.02 ")), trained::toString);
        assertTrue(home.err().contains("\nResults: " + results + "\n1 of 2 runs finished before\n"), home.err());
        assertTrue(home.out().contains("0.01  finished") && home.out().contains("0.02  finished"), home.out());
        assertAsIfNeverStopped();
    }

    @Test
    void withoutACheckpointARunIsDoneAnew() {
        assertEquals(ExitCode.FAILED, run("tiny --checkpoint-every never", (run, step) -> failAt(run, 0.01, step, 4)));
        assertFalse(Files.exists(results.resolve(SECOND).resolve("checkpoints")));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals(List.of("0.01 0", "0.01 1", "0.01 2", "0.01 3", "0.01 4", "0.01 5"), trained);
        assertAsIfNeverStopped();
    }

    /** Killed between the covariance between workers and the summary. */
    @Test
    void withoutACheckpointARunWithACovarianceIsDoneAnew() throws IOException {
        String arguments = "tiny --repetitions 3 --repetition-steps 2 --checkpoint-every never";
        assertEquals(ExitCode.DONE, run(arguments), home.err());
        Path covariance = results.resolve(FIRST).resolve("covariance.csv");
        String before = Files.readString(covariance);
        Files.delete(results.resolve(FIRST).resolve("summary.json"));
        assertEquals(ExitCode.DONE, run(arguments + " --resume"), home.err());
        assertEquals(6 + 3 * 2, trained.size());
        assertEquals(before, Files.readString(covariance));
    }

    @Test
    void repetitionsThatAreDoneAreNotRepeated() throws IOException {
        String arguments = "tiny --learning-rate 0.01 --repetitions 4 --repetition-steps 2 --checkpoint-every 1ms";
        int code = run(arguments, (run, step) -> {
            pause();
            failAt(run, 0.01, step, 6 + 2 * 2 + 1);
        });
        assertEquals(ExitCode.FAILED, code);
        assertEquals(ExitCode.DONE, run(arguments + " --resume"), home.err());
        assertEquals(List.of("0.01 10", "0.01 11", "0.01 12", "0.01 13"), trained);
        run(arguments + " --output " + folder.resolve("whole"));
        assertEquals(Files.readString(folder.resolve("whole/tiny").resolve(FIRST).resolve("covariance.csv")),
                Files.readString(results.resolve(FIRST).resolve("covariance.csv")));
    }

    @Test
    void whatIsFinishedStaysAsItIs() throws IOException {
        run("tiny");
        String before = Files.readString(results.resolve("lr-accuracy.csv"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals(List.of(), trained);
        assertEquals(before, Files.readString(results.resolve("lr-accuracy.csv")));
        assertEquals(ExitCode.DONE, run("tiny --resume --learning-rate 0.02,0.03"), home.err());
        assertEquals(List.of("0.02 finished 6", "0.03 finished 6", "0.01 finished 6"), statuses());
    }

    @Test
    void aDamagedCheckpointIsToldOfAndTheOneBeforeUsed() throws IOException {
        run("tiny --checkpoint-every 1ms", (run, step) -> {
            pause();
            failAt(run, 0.01, step, 5);
        });
        Path damaged = results.resolve(FIRST).resolve("checkpoints/step-5.checkpoint");
        byte[] content = Files.readAllBytes(damaged);
        content[content.length / 2]++;
        Files.write(damaged, content);
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        String line = "warning: checkpoint " + damaged
                + " is damaged: its checksum is wrong; the one before it is used, if there is one\n";
        assertTrue(home.err().contains(line), home.err());
        assertTrue(home.err().contains("\n" + FIRST + ": goes on after step 4\n"), home.err());
        assertAsIfNeverStopped();
    }

    /** So that each step is followed by a checkpoint. */
    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anotherEngineIsToldOf() throws IOException {
        run("tiny --checkpoint-every 1ms", (run, step) -> failAt(run, 0.01, step, 4));
        Path environment = results.resolve(FIRST).resolve("environment.json");
        Files.writeString(environment, Files.readString(environment).replace("softmax regression in Java", "abacus"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        String line = " was begun with abacus and goes on with softmax regression in Java\n";
        assertTrue(home.err().contains("warning: " + FIRST + line), home.err());
    }

    /** Killed between the two files. */
    @Test
    void aRowThatIsMissingIsWrittenAndNoneTwice() throws IOException {
        run("tiny");
        Path table = results.resolve("lr-accuracy.csv");
        List<RunResult> before = LearningRateAccuracy.read(table);
        LearningRateAccuracy.write(results, before.subList(0, 1));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals(before, LearningRateAccuracy.read(table));
    }

    @Test
    void anotherConfigurationIsRefusedWithTheDifference() {
        run("tiny");
        assertEquals(ExitCode.USAGE, run("tiny --resume --steps 7 --train-limit 50"));
        assertTrue(home.err().endsWith("error: run " + FIRST + " cannot be resumed with another configuration: "
                + "steps was 6 and is 7; train-limit was none and is 50; give the values that it was started with\n"),
                home.err());
        assertEquals(ExitCode.DONE, run("tiny --resume --threads 1"), home.err());
        assertEquals(List.of(), trained);
    }

    @Test
    void otherDataAreRefused() throws IOException {
        run("tiny");
        Path images = home.path.resolve("datasets/fashion-mnist/train-images-idx3-ubyte");
        byte[] changed = Files.readAllBytes(images);
        changed[1000]++;
        Files.write(images, changed);
        assertEquals(ExitCode.USAGE, run("tiny --resume"));
        assertTrue(home.err().contains(": the data had the fingerprint "), home.err());
    }

    @Test
    void theFolderIsTheNewestOrTheOneThatIsGiven() {
        assertEquals(ExitCode.USAGE, run("tiny --resume"));
        assertTrue(home.err().startsWith("error: there is nothing to resume: no folder tiny with "), home.err());
        run("tiny", (run, step) -> failAt(run, 0.01, step, 0));
        run("tiny", (run, step) -> failAt(run, 0.02, step, 0));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertTrue(home.err().contains("\nResults: " + home.path.resolve("runs/tiny-2") + "\n"), home.err());
        assertEquals(ExitCode.DONE, run("tiny --resume --output " + results), home.err());
        assertEquals("0.01 0", trained.get(0));
        assertEquals(List.of("0.01 finished 6", "0.02 finished 6"), statuses());
    }

    @Test
    void theFolderOfAnotherExperimentIsLeftAlone() throws IOException {
        run("tiny");
        Path experiments = home.path.resolve("experiments");
        Files.copy(experiments.resolve("tiny.yaml"), experiments.resolve("tiny-2.yaml"));
        assertEquals(ExitCode.DONE, run("tiny-2 --learning-rate 0.03"), home.err());
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertTrue(home.err().contains("\nResults: " + results + "\n"), home.err());
        assertEquals(ExitCode.USAGE, run("tiny-2 --resume --output " + results));
        assertTrue(home.err().endsWith("error: results folder " + results
                + " is of tiny and cannot be resumed with tiny-2; without --resume a new one is made\n"), home.err());
    }

    @Test
    void aRunWithoutItsConfigurationIsRefused() throws IOException {
        run("tiny", (run, step) -> failAt(run, 0.01, step, 4));
        Files.delete(results.resolve(FIRST).resolve("config.yaml"));
        assertEquals(ExitCode.FAILED, run("tiny --resume --momentum 0.5"));
        assertTrue(home.err().endsWith("error: run " + FIRST + " cannot be resumed, because its config.yaml is gone; put"
                + " it back, or remove " + results.resolve(FIRST) + " to do the run anew\n"), home.err());
        assertEquals(List.of(), trained);
    }

    @Test
    void aRecordThatIsNoneIsOneLine() throws IOException {
        run("tiny", (run, step) -> failAt(run, 0.01, step, 4));
        Path configuration = results.resolve(FIRST).resolve("config.yaml");
        String before = Files.readString(configuration);
        Files.writeString(configuration, "}{");
        assertEquals(ExitCode.FAILED, run("tiny --resume"));
        assertTrue(home.err().endsWith("/config.yaml is no record of names and values: while parsing a block node\n"),
                home.err());
        Files.writeString(configuration, before);
        Files.writeString(results.resolve(FIRST).resolve("summary.json"), "{");
        assertEquals(ExitCode.FAILED, run("tiny --resume"));
        assertTrue(home.err().endsWith("/summary.json is no record of names and values: Unexpected end-of-input:"
                + " expected close marker for Object\n"), home.err());
    }

    @Test
    void anyTimeBetweenCheckpointsIsTaken() {
        assertEquals(ExitCode.DONE, run("tiny --checkpoint-every 999999999h"), home.err());
        assertTrue(Files.exists(results.resolve(FIRST).resolve("checkpoints/step-6.checkpoint")));
    }

    @Test
    void aCheckpointThatCannotBeWrittenIsOneLineAndTheSweepGoesOnLater() throws IOException {
        Path state = results.resolve(FIRST).resolve("checkpoints/step-6.checkpoint");
        assertEquals(ExitCode.FAILED, run("tiny", (run, step) -> {
            if (step == 3) {
                Files.createDirectories(state.resolve("in-the-way"));
            }
        }));
        assertTrue(home.err().contains("error: cannot write " + state + ": "), home.err());
        assertEquals(1, home.err().lines().filter(line -> line.startsWith("error: ")).count(), home.err());
        Files.delete(state.resolve("in-the-way"));
        Files.delete(state);
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertAsIfNeverStopped();
    }

    @Test
    void aDataFileThatVanishesIsNotMissedUntilTheNextStart() throws IOException {
        Path images = home.path.resolve("datasets/fashion-mnist/train-images-idx3-ubyte");
        byte[] content = Files.readAllBytes(images);
        assertEquals(ExitCode.FAILED, run("tiny", (run, step) -> {
            Files.deleteIfExists(images);
            failAt(run, 0.02, step, 4);
        }));
        Files.write(images, new byte[10]);
        assertEquals(ExitCode.FAILED, run("tiny --resume"));
        assertEquals(1, home.err().lines().filter(line -> line.startsWith("error: ")).count(), home.err());
        Files.write(images, content);
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertAsIfNeverStopped();
    }

    @Test
    void runsSideBySideAreThoseOneAfterAnotherAndKeepTheirOrder() throws IOException {
        assertEquals(ExitCode.DONE, run("tiny --parallel 2", (run, step) -> {
            if (run.learningRate() == 0.01) {
                pause();
            }
        }), home.err());
        assertTrue(home.err().contains(FIRST + " (") && home.err().contains(SECOND + " ("), home.err());
        assertAsIfNeverStopped();
        assertTrue(home.out().indexOf(" 0.01 ") < home.out().indexOf(" 0.02 "), home.out());
        try (Stream<Path> files = Files.list(results)) {
            assertFalse(files.anyMatch(file -> file.toString().endsWith(".part")));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Test
    void severalDevicesHaveARunEach() {
        Set<String> places = Collections.synchronizedSet(new TreeSet<>());
        CountDownLatch both = new CountDownLatch(2);
        EngineFactory engines = (run, data) -> {
            places.add(run.devices() + " " + run.engineThreads());
            both.countDown();
            await(both);
            return SoftmaxEngine.factory().create(run, data);
        };
        assertEquals(ExitCode.DONE, home.run(engines, "tiny", "--devices", "3,1", "--threads", "8"), home.err());
        assertEquals(Set.of("1 4", "3 4"), places);
        assertEquals(ExitCode.USAGE, home.run(engines, "tiny", "--devices", "1,1"));
        assertTrue(home.err().endsWith(
                "error: devices must be numbers of GPUs in [0, 1023], each once, got \"1,1\"\n"), home.err());
        assertEquals(ExitCode.DONE, run("tiny --resume --threads 8 --devices 2"), home.err());
        assertEquals(List.of(), trained);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), "the runs are not side by side");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRecordThatCannotBeWrittenEndsTheRunsBesideItToo() throws IOException {
        Files.createDirectories(results.getParent());
        assertEquals(ExitCode.FAILED, run("tiny --parallel 2 --steps 2000", (run, step) -> {
            pause();
            if (run.learningRate() == 0.01 && step == 3) {
                Files.createDirectories(results.resolve(FIRST).resolve("summary.json/in-the-way"));
                throw new IllegalStateException("the device is gone");
            }
        }));
        assertTrue(home.err().contains(SECOND + ": interrupted after "), home.err());
        assertEquals(1, home.err().lines().filter(line -> line.startsWith("error: cannot write ")).count(), home.err());
    }

    /** A sweep that fails after step 4 of its first run, with a checkpoint after each step. */
    private void failInTheMiddle() {
        run("tiny --checkpoint-every 1ms", (run, step) -> {
            pause();
            failAt(run, 0.01, step, 4);
        });
    }

    @Test
    void whatTheUserKeepsAmongTheCheckpointsStays() throws IOException {
        failInTheMiddle();
        Path checkpoints = results.resolve(FIRST).resolve("checkpoints");
        Path backup = Files.copy(checkpoints.resolve("step-4.checkpoint"), checkpoints.resolve("my step-4.checkpoint"));
        Files.createDirectories(checkpoints.resolve("old/deep"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals("0.01 4", trained.get(0));
        assertTrue(Files.exists(backup) && Files.exists(checkpoints.resolve("old/deep")));
        assertAsIfNeverStopped();
    }

    @Test
    void aRunGoesOnWithoutItsEventsAndWithAnotherProgramsLineEnds() throws IOException {
        failInTheMiddle();
        Path run = results.resolve(FIRST);
        Path metrics = run.resolve("metrics.csv");
        Files.delete(events(run));
        Files.writeString(metrics, Files.readString(metrics).replace("\n", "\r\n"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals("0.01 4", trained.get(0));
        assertTrue(home.err().contains("warning: " + metrics + " is not as it was written and is made again; what was there"
                + " is in " + metrics + ".damaged\n"), home.err());
        assertTrue(home.err().contains("warning: the event file of " + run + " is gone and is made again\n"), home.err());
        assertAsIfNeverStopped();
        assertEquals(Files.size(events(folder.resolve("whole/tiny").resolve(FIRST))), Files.size(events(run)));
    }

    private static Path events(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.filter(file -> file.toString().endsWith(".gossamer")).findFirst().orElseThrow();
        }
    }

    @Test
    void aRunWithoutAnyUsableCheckpointSaysThatItBeginsAnew() throws IOException {
        failInTheMiddle();
        Path run = results.resolve(FIRST);
        for (int step : new int[] {3, 4}) {
            Files.write(run.resolve("checkpoints/step-" + step + ".checkpoint"), new byte[10]);
        }
        String rows = Files.readString(run.resolve("metrics.csv"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals("0.01 0", trained.get(0));
        assertTrue(home.err().contains("warning: " + FIRST + " begins anew, because it has no checkpoint to go on from;"
                + " what it had recorded is in "), home.err());
        assertEquals(rows, Files.readString(run.resolve("metrics.csv.damaged")));
        assertTrue(Files.exists(run.resolve("checkpoints/step-4.checkpoint.damaged")));
        assertAsIfNeverStopped();
    }

    /** Each file of a run that has ended, and of its sweep, cut and then removed. */
    @ParameterizedTest
    @CsvSource({
        RUN + "summary.json,   true,  false",
        RUN + "metrics.csv,    true,  true",
        RUN + "covariance.csv, true,  false",
        RUN + "covariance.json, true, false",
        "lr-accuracy.csv,      false, false",
        "seeds.csv,            false, false",
        "curves.svg,           false, false",
        "report.html,          false, false"})
    void theFilesOfFinishedRunsAreMadeAgain(String name, boolean damageIsToldOf, boolean lossIsToldOf)
            throws IOException {
        String arguments = "tiny --seed 1,2 --learning-rate 0.01 --repetitions 3 --repetition-steps 2";
        assertEquals(ExitCode.DONE, run(arguments), home.err());
        Path file = results.resolve(name);
        String before = Files.readString(file);
        Files.writeString(file, before.substring(0, before.length() * 3 / 4));
        assertMadeAgain(arguments, file, before, damageIsToldOf);
        Files.delete(file);
        assertMadeAgain(arguments, file, before, lossIsToldOf);
    }

    private void assertMadeAgain(String arguments, Path file, String before, boolean isToldOf) throws IOException {
        assertEquals(ExitCode.DONE, run(arguments + " --resume"), home.err());
        assertEquals(List.of(), trained);
        assertEquals(before, Files.readString(file));
        assertEquals(isToldOf, home.err().contains("warning: "), home.err());
    }

    @Test
    void whatCannotBeMadeAgainIsNamed() throws IOException {
        assertEquals(ExitCode.DONE, run("tiny --checkpoint-every never"), home.err());
        Path run = results.resolve(FIRST);
        Files.delete(run.resolve("environment.json"));
        Path summary = run.resolve("summary.json");
        Files.writeString(summary, Files.readString(summary).replaceFirst("\"test_accuracy\" : 0\\.\\d", "\"test_accuracy\" : 0.0"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertTrue(home.err().contains("warning: " + FIRST + " has ended, but cannot read " + run.resolve("environment.json")
                + ": no such file or folder\n"), home.err());
        assertTrue(home.err().contains("warning: " + FIRST + " has ended, but its summary.json is not what its metrics.csv"
                + " and config.yaml say\n"), home.err());
        assertEquals(List.of(), trained);
    }

    @Test
    void aTableThatIsTheUsersOwnByNowIsPutAside() throws IOException {
        run("tiny");
        Path table = results.resolve("lr-accuracy.csv");
        String before = Files.readString(table);
        Files.writeString(table, "my notes," + before);
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals(before, Files.readString(table));
        assertEquals("my notes," + before, Files.readString(results.resolve("lr-accuracy.csv.damaged")));
        assertTrue(home.err().contains("; it is made again, and what was there is in " + table + ".damaged\n"), home.err());
    }

    /** As after a kill between the summary and the picture. */
    @Test
    void aPictureThatIsMissingIsDrawn() throws IOException {
        String arguments = "tiny --learning-rate 0.01 --repetitions 3 --repetition-steps 2";
        run(arguments);
        Path picture = results.resolve(FIRST).resolve("covariance.svg");
        String before = Files.readString(picture);
        Files.delete(picture);
        assertEquals(ExitCode.DONE, run(arguments + " --resume"), home.err());
        assertEquals(before, Files.readString(picture));
    }

    @Test
    void aRunIsKnownByItsConfigurationWhateverItsName() {
        run("tiny --momentum 0");
        assertEquals(ExitCode.DONE, run("tiny --resume --momentum 0,0.5"), home.err());
        assertEquals(12, trained.size(), "only those with momentum 0.5");
        assertTrue(home.err().contains("\n2 of 4 runs finished before\n"), home.err());
        assertEquals(List.of("0.01 finished 6", "0.01 finished 6", "0.02 finished 6", "0.02 finished 6"),
                statuses().stream().sorted().toList());
        assertTrue(Files.exists(results.resolve(FIRST + "-momentum0.5")));
        assertFalse(Files.exists(results.resolve(FIRST + "-momentum0")));
        assertEquals(ExitCode.DONE, run("tiny --resume --momentum 0.5"), home.err());
        assertEquals(List.of(), trained);
    }

    @Test
    void aFolderThatIsRenamedInUseDoesNotAppearAgain() throws IOException {
        Path renamed = folder.resolve("renamed");
        assertEquals(ExitCode.FAILED, run("tiny --checkpoint-every 1ms", (run, step) -> {
            pause();
            if (step == 4) {
                Files.move(results, renamed);
            }
        }));
        assertTrue(home.err().contains("error: cannot write " + results), home.err());
        assertFalse(Files.exists(results));
        assertEquals(ExitCode.DONE, run("tiny --resume --output " + renamed), home.err());
        assertEquals("0.01 4", trained.get(0));
    }
}
