package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.experiment.Engines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;

/**
 * The program as a process of its own, killed at random moments and resumed, against one that was never stopped: the
 * same parameters, momenta and averages bit for bit, and the same rows but for durations.
 */
@DisabledOnOs(OS.WINDOWS)
class KillTest {

    private static final List<String> RUNS = List.of("ring-lr0.01-seed1", "ring-lr0.02-seed1");

    /** How long runs took that were never stopped, by engine, in milliseconds. */
    private static final Map<String, Integer> UNSTOPPED = new HashMap<>();

    @TempDir
    static Path folder;

    private final Random random = new Random(20);
    private Home home;
    private int kills;

    @BeforeEach
    void makeHome() throws IOException {
        home = Home.create(folder.resolve("home"));
    }

    private Process start(String output, String engine, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Djava.awt.headless=true",
                "-Dgossamer.home=" + home.path,
                "-cp", System.getProperty("java.class.path"), Main.class.getName(),
                "tiny", "--engine", engine, "--width", "0.05", "--momentum", "0.9", "--ema", "0.9", "--threads", "2",
                "--steps", engine.equals("dl4j") ? "150" : "700", "--evaluations", "40",
                "--checkpoint-every", "60ms", "--output", folder.resolve(output).toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve(output + ".err").toFile())
                .start();
    }

    private void finish(Process process, String output) throws IOException, InterruptedException {
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it does not end");
        assertEquals(ExitCode.DONE, process.exitValue(), Files.readString(folder.resolve(output + ".err")));
    }

    @Test
    void aRunThatWasKilledEndsAsIfItHadNot() throws IOException, InterruptedException {
        killAndCompare("stacked", 20);
    }

    @Test
    @Tag("slow")
    void soDoesOneOnTheOtherEngine() throws IOException, InterruptedException {
        killAndCompare("dl4j", 8);
    }

    private void killAndCompare(String engine, int wanted) throws IOException, InterruptedException {
        Path expected = unstopped(engine);
        kills = 0;
        for (int round = 1; kills < wanted; round++) {
            String output = engine + wanted + "-" + round;
            killUntil(wanted, output, engine, UNSTOPPED.get(engine));
            compare(expected, folder.resolve(output).resolve("tiny"));
        }
        assertTrue(kills >= wanted);
    }

    /** The results of a sweep that was never stopped, made once. */
    private Path unstopped(String engine) throws IOException, InterruptedException {
        String output = "unstopped-" + engine;
        if (!UNSTOPPED.containsKey(engine)) {
            long begin = System.nanoTime();
            finish(start(output, engine), output);
            UNSTOPPED.put(engine, (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        }
        return folder.resolve(output).resolve("tiny");
    }

    /** One sweep to its end, with kills in between. */
    private void killUntil(int wanted, String output, String engine, int most)
            throws IOException, InterruptedException {
        while (true) {
            boolean resumed = Files.exists(folder.resolve(output).resolve("tiny/.lock"));
            List<String> more = new ArrayList<>(resumed ? List.of("--resume") : List.of());
            if (random.nextBoolean()) {
                more.addAll(List.of("--parallel", "2"));
            }
            Process process = start(output, engine, more.toArray(String[]::new));
            boolean ended = kills >= wanted || process.waitFor(random.nextInt(most), TimeUnit.MILLISECONDS);
            if (ended) {
                finish(process, output);
                return;
            }
            process.destroyForcibly().waitFor();
            kills++;
        }
    }

    private static void compare(Path expected, Path actual) throws IOException {
        for (String run : RUNS) {
            Path one = expected.resolve(run);
            Path other = actual.resolve(run);
            assertEquals(without(2, one.resolve("metrics.csv")), without(2, other.resolve("metrics.csv")), run);
            assertArrayEquals(state(one), state(other), run + ": parameters, momenta, average");
            assertEquals(events(one), events(other), run);
            assertEquals(Files.readString(one.resolve("confusion.csv")), Files.readString(other.resolve("confusion.csv")));
            assertEquals(Files.readString(one.resolve("config.yaml")), Files.readString(other.resolve("config.yaml")));
            List<Double> elapsed = Files.readAllLines(other.resolve("metrics.csv")).stream().skip(1)
                    .map(line -> Double.valueOf(line.split(",")[2])).toList();
            assertEquals(elapsed.stream().sorted().toList(), elapsed, "time goes on");
        }
        assertEquals(without(13, expected.resolve("lr-accuracy.csv")), without(13, actual.resolve("lr-accuracy.csv")));
    }

    /** The lines of a CSV file without the column of a duration. */
    private static List<String> without(int column, Path csv) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(csv)) {
            List<String> values = new ArrayList<>(Arrays.asList(line.split(",", -1)));
            values.remove(column);
            lines.add(String.join(",", values));
        }
        return lines;
    }

    /** The matrices in the last checkpoint, which is the only one that a finished run has. */
    private static byte[] state(Path run) throws IOException {
        byte[] content;
        try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
            content = Files.readAllBytes(files.reduce((one, other) -> {
                throw new AssertionError("more than one file: " + one + ", " + other);
            }).orElseThrow());
        }
        String header = new String(content, 0, 1000, StandardCharsets.ISO_8859_1).lines().findFirst().orElseThrow();
        int matrices = 3 * 4 * Integer.parseInt(header.replaceFirst(".*\"parameters\":(\\d+).*", "$1")) * Float.BYTES;
        return Arrays.copyOfRange(content, header.length() + 1, header.length() + 1 + matrices);
    }

    /** What TensorBoard reads, without the times of day. */
    private static List<Event> events(Path run) throws IOException {
        ByteBuffer content;
        try (Stream<Path> files = Files.list(run)) {
            Path file =
                    files.filter(path -> path.getFileName().toString().contains("tfevents")).findFirst().orElseThrow();
            content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        }
        List<Event> events = new ArrayList<>();
        while (content.hasRemaining()) {
            byte[] event = new byte[Math.toIntExact(content.getLong())];
            content.position(content.position() + Integer.BYTES).get(event).getInt();
            events.add(Event.parseFrom(event).toBuilder().clearWallTime().build());
        }
        return events;
    }

    @Test
    void aSignalKeepsTheStateAndSaysHowToGoOn() throws IOException, InterruptedException {
        Process process = start("stopped", "stacked");
        Path checkpoints = folder.resolve("stopped/tiny/ring-lr0.01-seed1/checkpoints");
        while (process.isAlive() && !Files.exists(checkpoints)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        String err = Files.readString(folder.resolve("stopped.err"));
        assertEquals(ExitCode.INTERRUPTED, process.exitValue(), err);
        assertTrue(err.contains("\nTo go on: ./run.sh tiny --engine stacked --width 0.05 "), err);
        assertTrue(err.endsWith(" --resume\n"), err);
        finish(start("stopped", "stacked", "--resume"), "stopped");
        assertFalse(Files.readString(folder.resolve("stopped.err")).contains("warning"));
        assertTrue(Files.readString(folder.resolve("stopped.err")).contains(": goes on after step "));
        compare(unstopped("stacked"), folder.resolve("stopped/tiny"));
    }

    @Test
    void asLongAsAProcessIsAtWorkNoOtherGoesOnInItsFolder() throws IOException, InterruptedException {
        Process process = start("taken", "stacked");
        try {
            Path table = folder.resolve("taken/tiny/lr-accuracy.csv");
            while (process.isAlive() && !Files.exists(table)) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            String output = folder.resolve("taken").toString();
            int code = home.run(new Engines(line -> { }), "tiny", "--resume", "--output", output);
            assertEquals(ExitCode.FAILED, code);
            assertTrue(home.err().endsWith("error: results folder " + folder.resolve("taken/tiny")
                    + " is in use by another process; wait for it, or stop it\n"), home.err());
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
