package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gossamer.algorithm.Sent;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.Preparation.Choice;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.SoftmaxEngine;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.MetricsFile;
import dev.gossamer.record.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest extends ResumedSweeps {

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

    /** A scheme without a period goes on where it was, too. */
    @Test
    void aTopologyThatIsRedrawnGoesOnWhereItWas() {
        String topology = " --topology redrawn-random-matching";
        assertEquals(ExitCode.FAILED, run("tiny --checkpoint-every 1ms" + topology, (run, step) -> {
            pause();
            failAt(run, 0.02, step, 4);
        }), home.err());
        assertEquals(ExitCode.DONE, run("tiny --resume" + topology), home.err());
        assertEquals(List.of("0.02 4", "0.02 5"), trained);
        assertEquals(ExitCode.DONE, run("tiny --output " + folder.resolve("whole") + topology), home.err());
        for (String run : List.of(FIRST, SECOND)) {
            String name = run.replace("ring", "redrawn-random-matching");
            assertEquals(rows(folder.resolve("whole/tiny"), name), rows(results, name));
        }
        assertEquals(ExitCode.DONE, run("report " + results), home.err());
    }

    /** Whenever workers mix, and whatever they keep for it. */
    @ParameterizedTest
    @ValueSource(strings = {"adapt-then-combine", "combine-then-adapt", "adapt-while-combining"})
    void aRunGoesOnToTheSameBitsInEachMixingOrder(String order) {
        String keys = " --topology time-varying-exponential --momentum 0.9 --mixing-order " + order;
        assertEquals(ExitCode.FAILED, run("tiny --checkpoint-every 1ms" + keys, (run, step) -> {
            pause();
            failAt(run, 0.02, step, 3);
        }), home.err());
        assertEquals(ExitCode.DONE, run("tiny --resume" + keys), home.err());
        assertEquals(List.of("0.02 3", "0.02 4", "0.02 5"), trained);
        assertEquals(ExitCode.DONE, run("tiny --output " + folder.resolve("whole") + keys), home.err());
        for (String run : List.of(FIRST, SECOND)) {
            String name = run.replace("ring", "time-varying-exponential");
            assertEquals(rows(folder.resolve("whole/tiny"), name), rows(results, name));
        }
    }

    /** Rates that change with every step, and squares of the seed. */
    @Test
    void aRunGoesOnToTheSameBitsWhereEveryStepHasItsLearningRate() {
        String keys = " --learning-rate-schedule 1:0.5+cosine:0.5 --warm-up 2 --gradient-clipping 0.5"
                + " --label-smoothing 0.1 --augmentation crop+flip+cutout-8 --mixup 0.2";
        assertEquals(ExitCode.FAILED, run("tiny --checkpoint-every 1ms" + keys, (run, step) -> {
            pause();
            failAt(run, 0.02, step, 3);
        }), home.err());
        assertEquals(ExitCode.DONE, run("tiny --resume" + keys), home.err());
        assertEquals(List.of("0.02 3", "0.02 4", "0.02 5"), trained);
        assertEquals(ExitCode.DONE, run("tiny --output " + folder.resolve("whole") + keys), home.err());
        for (String run : List.of(FIRST, SECOND)) {
            assertEquals(rows(folder.resolve("whole/tiny"), run), rows(results, run));
        }
        assertEquals(ExitCode.USAGE, run("tiny --resume" + keys.replace("warm-up 2", "warm-up 3")));
        assertTrue(home.err().contains("warm-up was 2 and is 3"), home.err());
        assertEquals(ExitCode.USAGE, run("tiny --resume" + keys.replace("mixup 0.2", "mixup 0.4")));
        assertTrue(home.err().contains("mixup was 0.2 and is 0.4"), home.err());
        assertEquals(ExitCode.USAGE, run("tiny --output " + folder.resolve("none") + " --augmentation cutout-33"));
        assertTrue(home.err().contains(
                "augmentation: cutout-N has to have N in [1, 28] for images of 28x28 pixels, got 33"), home.err());
    }

    /** A run of fp32 never goes on in bf16, and neither does one that a version recorded as bf16 which had none. */
    @Test
    void aRunGoesOnInItsPrecision() throws IOException {
        assertEquals(ExitCode.FAILED, run("tiny --checkpoint-every 1ms", (run, step) -> failAt(run, 0.02, step, 4)));
        assertEquals(ExitCode.USAGE, run("tiny --resume --precision bf16"));
        assertTrue(home.err().contains("precision was tf32 and is bf16; give the values that it was started with"),
                home.err());
        String elsewhere = "tiny --precision bf16 --output " + folder.resolve("rounded");
        assertEquals(ExitCode.FAILED, run(elsewhere, (run, step) -> failAt(run, 0.02, step, 4)));
        Path environment = folder.resolve("rounded/tiny").resolve(SECOND).resolve("environment.json");
        ObjectNode entries = (ObjectNode) new ObjectMapper().readTree(environment.toFile());
        new ObjectMapper().writeValue(environment.toFile(), entries.put("device", "cpu").without("precision"));
        assertEquals(ExitCode.USAGE, run(elsewhere + " --resume"));
        assertTrue(home.err().contains("precision was bf16 and fp32 in fact, as it was on every CPU, and is bf16"),
                home.err());
        new ObjectMapper().writeValue(environment.toFile(), entries.put("precision", "bf16"));
        assertEquals(ExitCode.DONE, run(elsewhere + " --resume"), home.err());
    }

    /** It goes on in the files that it has; only the result, which is of all steps, says what was sent. */
    @Test
    void aRunOfAVersionThatDidNotCountMessagesGoesOn() throws IOException {
        assertEquals(ExitCode.FAILED, run("tiny --checkpoint-every 1ms", (run, step) -> {
            pause();
            failAt(run, 0.02, step, 5);
        }));
        forgetMessages(results.resolve(FIRST));
        forgetMessages(results.resolve(SECOND));
        Files.writeString(results.resolve("lr-accuracy.csv"), withoutMessages(results.resolve("lr-accuracy.csv")));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals(List.of("0.02 5"), trained);
        assertFalse(home.err().contains("warning"), home.err());
        for (String run : List.of(FIRST, SECOND)) {
            assertTrue(MetricsFile.read(results.resolve(run).resolve("metrics.csv")).stream()
                    .allMatch(row -> row.sent().isEmpty()), run);
        }
        // 8 messages a step of 784 times 5,000 and 5,001 times 10 parameters
        assertEquals(List.of(Optional.empty(), Optional.of(new Sent(48, 48L * 4 * (785 * 5000 + 5001 * 10)))),
                LearningRateAccuracy.read(results.resolve("lr-accuracy.csv")).stream().map(RunResult::sent).toList());
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals(List.of(), trained);
        assertFalse(home.err().contains("warning"), home.err());
        assertEquals(ExitCode.DONE, run("report " + results), home.err());
    }

    /** Takes from the files of a run what earlier versions did not write. */
    private static void forgetMessages(Path run) throws IOException {
        Path metrics = run.resolve("metrics.csv");
        Files.writeString(metrics, withoutMessages(metrics));
        Path summary = run.resolve("summary.json");
        Files.writeString(summary, Files.readString(summary)
                .replaceFirst(",\\s*\"messages\" : \\d+,\\s*\"bytes_sent\" : \\d+", ""));
        try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
            for (Path checkpoint : checkpoints.toList()) {
                holdWithoutMessages(checkpoint);
            }
        }
    }

    private static String withoutMessages(Path csv) throws IOException {
        return Files.readString(csv).replaceAll("(?m),[^,\n]*,[^,\n]*$", "");
    }

    private static void holdWithoutMessages(Path checkpoint) throws IOException {
        String text = Files.readString(checkpoint, StandardCharsets.ISO_8859_1);
        int body = text.indexOf('\n') + 1;
        JsonNode header = new ObjectMapper().readTree(text.substring(0, body));
        int rows = text.length() - 4 - header.get("metrics_bytes").asInt();
        String before = text.substring(rows, text.length() - 4).replaceAll("(?m),[^,\n]*,[^,\n]*$", "");
        ((ObjectNode) header).put("metrics_bytes", before.length()).put("metrics_checksum", checksum(before));
        String content = header + "\n" + text.substring(body, rows) + before;
        ByteBuffer bytes = ByteBuffer.allocate(content.length() + 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(content.getBytes(StandardCharsets.ISO_8859_1)).putInt((int) checksum(content));
        Files.write(checkpoint, bytes.array());
    }

    private static long checksum(String bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return checksum.getValue();
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

    @Test
    void anotherEngineIsToldOf() throws IOException {
        run("tiny --checkpoint-every 1ms", (run, step) -> failAt(run, 0.01, step, 4));
        Path environment = results.resolve(FIRST).resolve("environment.json");
        Files.writeString(environment, Files.readString(environment).replace("softmax regression in Java", "abacus"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        String line = " was begun with abacus and goes on with softmax regression in Java\n";
        assertTrue(home.err().contains("warning: " + FIRST + line), home.err());
    }

    @Test
    void otherWaysOfConvolutionsAreToldOf() throws IOException {
        preparation = ways("own 64x64");
        run("tiny --checkpoint-every 1ms", (run, step) -> failAt(run, 0.01, step, 4));
        String environment = Files.readString(results.resolve(FIRST).resolve("environment.json"));
        assertTrue(environment.contains("\"convolution_ways\" : \"own 64x64: 1 (1eecdf06d9fa)\""), environment);
        preparation = ways("patches");
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertTrue(home.err().contains("warning: " + FIRST
                + " was begun with convolutions by own 64x64: 1 (1eecdf06d9fa) and goes on with convolutions by patches:"
                + " 1 ("), home.err());
        assertFalse(home.err().contains(SECOND + " was begun"), home.err());
    }

    @Test
    void anEngineThatCannotBeMadeReadyIsClosed() {
        unprepared = true;
        assertEquals(ExitCode.FAILED, run("tiny"));
        assertEquals(2, closed);
        assertEquals(List.of("0.01 failed 0", "0.02 failed 0"), statuses());
        unprepared = false;
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertAsIfNeverStopped();
    }

    private static Optional<Preparation> ways(String chosen) {
        return Optional.of(new Preparation("standard", List.of(),
                List.of(new Choice("forward 3x3", chosen, false, List.of())), 0, 0, 0));
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

    /** As an earlier version wrote it: none of the keys that came later. */
    @Test
    void aRecordWithoutLaterKeysIsOfTheirFirstValues() throws IOException {
        run("tiny");
        for (String name : List.of(FIRST, SECOND)) {
            Path configuration = results.resolve(name).resolve("config.yaml");
            List<String> lines = Files.readAllLines(configuration);
            List<String> earlier = lines.stream().filter(line -> !line.matches(
                    "(mixing-rounds|acceleration|consensus-step-size|algorithm|mixing-order|nesterov|mix-momentum|warm-up"
                            + "|gradient-clipping|label-smoothing|augmentation|mixup):.*"))
                    .toList();
            assertTrue(earlier.size() <= lines.size() - 10, lines::toString);
            Files.write(configuration, earlier);
        }
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals(List.of(), trained);
        assertEquals(ExitCode.USAGE, run("tiny --resume --mixing-rounds 2"));
        assertTrue(home.err().contains(" cannot be resumed with another configuration: mixing-rounds was 1 and is 2;"),
                home.err());
    }

    @Test
    void otherDataAreRefused() throws IOException {
        run("tiny");
        changeAnImage();
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
        assertTrue(home.err().endsWith("error: run " + FIRST
                + " cannot be resumed, because its config.yaml is gone; put"
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
        assertTrue(home.err()
                .endsWith("/config.yaml is no record of names and values: line 1: expected the node content, but found '}'\n"),
                home.err());
        Files.writeString(configuration, before);
        Files.writeString(results.resolve(FIRST).resolve("summary.json"), "{");
        assertEquals(ExitCode.FAILED, run("tiny --resume"));
        assertTrue(home.err()
                .endsWith("/summary.json is no record of names and values: line 1: Unexpected end-of-input:"
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
            if (run.optimization().learningRate() == 0.01) {
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
            places.add(run.placement().gpu() + " " + run.placement().engineThreads());
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
            if (run.optimization().learningRate() == 0.01 && step == 3) {
                Files.createDirectories(results.resolve(FIRST).resolve("summary.json/in-the-way"));
                throw new IllegalStateException("the device is gone");
            }
        }));
        assertTrue(home.err().contains(SECOND + ": interrupted after "), home.err());
        assertEquals(1, home.err().lines().filter(line -> line.startsWith("error: cannot write ")).count(), home.err());
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
}
