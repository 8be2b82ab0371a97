package dev.gossamer.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.gossamer.cli.Home;
import dev.gossamer.cli.SlowProgram;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
public class InterruptionTest {

    private static final int SIGINT = 2;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalKeepsWhatWasRecorded(String signal) throws IOException, InterruptedException {
        Home home = Home.create(folder);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true",
                        "-cp", System.getProperty("java.class.path"),
                        SlowProgram.class.getName(), home.path.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Path metrics = home.path.resolve("runs/tiny/ring-lr0.01-seed1/metrics.csv");
            awaitRows(process, metrics);
            assumeFalse(signal.equals("INT") && ignoresInterrupts(process), "started where Ctrl-C is ignored");
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
            try (BufferedReader out = process.inputReader()) {
                String table = String.join("\n", out.lines().toList());
                assertTrue(table.contains("interrupted"), table);
            }
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "the process did not end");
            assertEquals(ExitCode.INTERRUPTED, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
        List<RunResult> results = LearningRateAccuracy.read(home.path.resolve("runs/tiny/lr-accuracy.csv"));
        assertEquals(List.of(RunStatus.INTERRUPTED), results.stream().map(RunResult::status).toList());
        assertTrue(results.get(0).steps() > 0 && results.get(0).testAccuracy().isPresent());
        assertTrue(Files.exists(home.path.resolve("runs/tiny/ring-lr0.01-seed1/summary.json")));
    }

    private static void awaitRows(Process process, Path metrics) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < 2) {
            assertTrue(process.isAlive() && System.nanoTime() < deadline, "no evaluation was recorded");
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** A process started in the background of a script inherits that SIGINT is ignored. */
    private static boolean ignoresInterrupts(Process process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return false;
        }
        String mask = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).strip())
                .findFirst()
                .orElse("0");
        return (Long.parseUnsignedLong(mask, 16) >> (SIGINT - 1) & 1) == 1;
    }

    @Test
    void whatEndsNormallyWasNotInterrupted() {
        Console console = new Console(System.out, System.err, 0);
        try (Interruption interruption = Interruption.install(console)) {
            assertFalse(interruption.getAsBoolean());
        }
    }
}
