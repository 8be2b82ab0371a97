package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.text.Damage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of records that somebody or something has damaged. */
class UnreadableRecordsTest {

    private static final int TIMES = 700;

    @TempDir
    Path folder;

    private Path run;

    @BeforeEach
    void recordRun() {
        run = folder.resolve("run");
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("topology", "file:a b.csv");
        configuration.put("learning-rate", 0.05);
        configuration.put("learning-rate-schedule", "1:0.75+0.1:0.25");
        configuration.put("seed", 1);
        RunResult result = new RunResult("e", "ring", 4, "mlp", 0.05, 1, RunStatus.FINISHED, 10,
                OptionalDouble.of(0.5), OptionalDouble.of(1.5), OptionalDouble.empty(), OptionalDouble.empty(),
                OptionalDouble.of(0.1), OptionalDouble.of(100), Optional.empty());
        try (RunFolder files = RunFolder.create(run, configuration, Map.of("cores", 2, "synthetic", true))) {
            files.append(new MetricsRow(5, 0.5, 1, 0.05, "test", "0", 2.5, 0.25, 0.1, Optional.empty()));
            files.append(new MetricsRow(10, 1, 2, 0.05, "test", "mean", 1.5, 0.5, 0.1, Optional.empty()));
            files.finish(result);
        }
        LearningRateAccuracy.write(folder, List.of(result));
        new WorkerCovariance(new double[][] {{1, 0.5}, {0.5, 1}}, Optional.empty(), 2, 3, 4).write(run);
        new ConfusionMatrix(List.of("a", "b, c"), new int[][] {{12, 3}, {4, 56}}).write(run);
    }

    /** What has no end is not read, nor waited for. */
    @ParameterizedTest
    @ValueSource(strings = {"config.yaml", "environment.json", "summary.json", "metrics.csv", "covariance.csv",
            "confusion.csv"})
    @DisabledOnOs(OS.WINDOWS)
    void onlyFilesAreRead(String name) throws Exception {
        Path file = run.resolve(name);
        Files.delete(file);
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> assertEquals(
                "cannot read " + file + ": it is a pipe or a device, not a file",
                assertThrows(RecordException.class, () -> read(name)).getMessage()));
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/dev/zero"));
        assertEquals("cannot read " + file + ": it is a pipe or a device, not a file",
                assertThrows(RecordException.class, () -> read(name)).getMessage());
    }

    private void read(String name) {
        switch (name) {
            case "environment.json" -> EnvironmentFile.read(run);
            case "metrics.csv" -> MetricsFile.read(run.resolve(name));
            case "confusion.csv" -> ConfusionMatrix.read(run);
            case "covariance.csv" -> WorkerCovariance.read(run);
            default -> RecordedRun.read(run);
        }
    }

    /** As editors write it that put a mark at the start. */
    @Test
    void aMarkAtTheStartDoesNotMatter() throws IOException {
        Path summary = run.resolve("summary.json");
        RunResult before = RecordedRun.read(run).result();
        Files.writeString(summary, "\uFEFF" + Files.readString(summary));
        assertEquals(before, RecordedRun.read(run).result());
    }

    @Test
    void whatDoesNotBelongIsSaidWithoutTheWordsOfTheFormat() throws IOException {
        Path summary = run.resolve("summary.json");
        String text = Files.readString(summary);
        assertEquals("FILE is no record of names and values: line 19: Unrecognized token 'x'",
                refusal(summary, text + "x", file -> RecordedRun.read(run)));
        assertEquals("FILE is no record of names and values: line 1: Unexpected character ('?')",
                refusal(summary, "?" + text, file -> RecordedRun.read(run)));
    }

    @Test
    void oneRecordIsInAFile() throws IOException {
        Path summary = run.resolve("summary.json");
        String twice = Files.readString(summary) + Files.readString(summary);
        String refusal = refusal(summary, twice, file -> RecordedRun.read(run));
        assertTrue(refusal.startsWith("FILE is no record of names and values: line "), refusal);
    }

    private static String refusal(Path file, String content, Consumer<Path> reader) throws IOException {
        Files.writeString(file, content);
        return assertThrows(RecordException.class, () -> reader.accept(file)).getMessage()
                .replace(file.toString(), "FILE");
    }

    /** Reads a file again and again, damaged in other ways; at least some of them must have been refused. */
    private void damage(Path file, Consumer<Path> reader) throws IOException {
        String content = Files.readString(file);
        Random random = new Random(1);
        int refused = 0;
        for (int k = 0; k < TIMES; k++) {
            Files.write(file, Damage.of(content, random));
            try {
                reader.accept(file);
            } catch (RecordException e) {
                Damage.check(e.getMessage(), file);
                refused++;
            }
        }
        Files.writeString(file, content);
        assertTrue(refused > TIMES / 5, file + ": " + refused);
    }

    @Test
    void everyMessageIsALineInAReadersWordsThatNamesTheFile() throws IOException {
        damage(run.resolve(RunFolder.CONFIGURATION), file -> RunFolder.configuration(run));
        damage(run.resolve(RunFolder.SUMMARY), file -> RunFolder.result(run));
        damage(run.resolve(RunFolder.ENVIRONMENT), file -> EnvironmentFile.read(run));
        damage(run.resolve(RunFolder.METRICS), MetricsFile::read);
        damage(folder.resolve(LearningRateAccuracy.FILE_NAME), LearningRateAccuracy::read);
        damage(run.resolve(WorkerCovariance.JSON), file -> WorkerCovariance.read(run));
        damage(run.resolve(WorkerCovariance.CSV), file -> WorkerCovariance.read(run));
        damage(run.resolve(ConfusionMatrix.CSV), file -> ConfusionMatrix.read(run));
    }

    @Test
    void theLineIsThatOfTheProblem() throws IOException {
        Path yaml = run.resolve(RunFolder.CONFIGURATION);
        Consumer<Path> configuration = file -> RunFolder.configuration(run);
        String not = "FILE is no record of names and values: ";
        assertEquals(not + "line 2: tabs are not allowed for indentation; use blanks",
                refusal(yaml, "model: mlp\n\tworkers: 8\n", configuration));
        assertEquals(not + "line 3: control characters are not allowed, found U+001B",
                refusal(yaml, "a: 1\nb: 2\nc: \u001b[2J\n", configuration));
        assertEquals(not + "line 2: the value of \"b\" must be a single one",
                refusal(yaml, "a: 1\nb: [1]\n", configuration));
        assertEquals(not + "it is empty", refusal(yaml, "", configuration));
        assertEquals(not + "it is empty", refusal(yaml, "~", configuration));
        assertEquals(not + "line 1: it is a list or a single value", refusal(yaml, "[1]", configuration));
        Path json = run.resolve(RunFolder.SUMMARY);
        assertEquals(not + "line 3: Unexpected character ('}'): was expecting double-quote to start field"
                + " name",
                refusal(json, "{\n\"a\": 1,\n}\n", file -> RunFolder.result(run)));
    }

    @Test
    void aTableSaysInWhichLineAQuoteIsOpen() throws IOException {
        Path csv = run.resolve(RunFolder.METRICS);
        String rows = Files.readString(csv);
        String quote = ": a quoted value is not closed, or there is something between its end and the comma";
        assertEquals("FILE, line 3" + quote,
                refusal(csv, rows.replace("\n10,", "\n\"10,"), MetricsFile::read));
        assertEquals("FILE, line 2" + quote, refusal(csv, rows.replace("\n5,", "\n\"5\"5,"), MetricsFile::read));
    }

    @Test
    void otherBytesThanUtf8AreSaidToBeThese() throws IOException {
        for (String name : List.of(RunFolder.CONFIGURATION, RunFolder.SUMMARY, RunFolder.METRICS)) {
            Path file = run.resolve(name);
            byte[] latin = Files.readString(file).replace("test", "tést").replace("ring", "rïng")
                    .replace("file", "fïle")
                    .getBytes(StandardCharsets.ISO_8859_1);
            Files.write(file, latin);
            assertEquals("cannot read " + file + ": it must be a text in UTF-8",
                    assertThrows(RecordException.class, () -> {
                        RunFolder.configuration(run);
                        RunFolder.result(run);
                        MetricsFile.read(run.resolve(RunFolder.METRICS));
                    }).getMessage());
            Files.delete(file);
            recordAgain();
        }
    }

    private void recordAgain() throws IOException {
        try (var files = Files.walk(run)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        recordRun();
    }

    /** Java takes all of these for numbers; the last one used to take seconds. */
    @Test
    void numbersAreDigits() throws IOException {
        Path json = run.resolve(RunFolder.SUMMARY);
        String content = Files.readString(json);
        for (String number : List.of("0x1p5", "1f", "1d", "١", "5".repeat(2_000_000))) {
            String message = refusal(json, content.replace("\"steps\" : 10", "\"steps\" : \"" + number + "\""),
                    file -> RunFolder.result(run));
            assertTrue(message.startsWith("FILE: steps must be a whole number, got \"" + number.charAt(0)), message);
            assertTrue(message.length() < 200, message);
            assertTrue(refusal(json, content.replace("\"test_loss\" : 1.5", "\"test_loss\" : \"" + number + "x\""),
                    file -> RunFolder.result(run)).startsWith("FILE: test_loss must be a number, got "));
        }
        assertEquals(OptionalDouble.of(Double.NaN), resultWith(json, content, "NaN").testLoss());
        assertEquals(OptionalDouble.of(Double.POSITIVE_INFINITY), resultWith(json, content, "Infinity").testLoss());
    }

    private RunResult resultWith(Path json, String content, String loss) throws IOException {
        Files.writeString(json, content.replace("\"test_loss\" : 1.5", "\"test_loss\" : \"" + loss + "\""));
        return RunFolder.result(run).orElseThrow();
    }
}
