package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.engine.stacked.cuda.StandIns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program on a GPU, from command line to files, in processes with stand-ins for CUDA's libraries. */
class CudaProgramTest {

    private static final String RUN = "ring-lr0.01-seed1";

    @TempDir
    Path folder;

    private StandIns standIns;
    private Home home;

    @BeforeEach
    void makeHome() throws IOException, InterruptedException {
        standIns = StandIns.make(folder);
        home = Home.create(folder.resolve("home"));
    }

    private ProcessBuilder process(String arguments) {
        return standIns.process(List.of("-Dgossamer.home=" + home.path), "dev.gossamer.cli.Main", arguments.split(" "));
    }

    private StandIns.Ended run(String arguments) throws IOException, InterruptedException {
        return standIns.end(process(arguments));
    }

    /** The rows of a run, without the time that they took. */
    private static List<String> rows(Path results) throws IOException {
        return Files.readAllLines(results.resolve(RUN).resolve("metrics.csv")).stream()
                .map(row -> {
                    List<String> cells = Arrays.asList(row.split(",", -1));
                    cells.set(2, "");
                    return String.join(",", cells);
                })
                .toList();
    }

    @Test
    @Tag("slow")
    void theSelfTestPasses() throws IOException, InterruptedException {
        StandIns.Ended ended = run("gpu --precision fp32 --ways --model mlp --workers 1").clean();
        assertTrue(ended.out().startsWith("GPU 0, Stand-in (compute capability 9.0, driver 580.65.06, 8.6 GB)\n"
                + "Route: CUDA 13, on GPU 0\n"), ended.out());
        assertTrue(ended.out().lines().filter(line -> line.contains("  ok")).count() > 20, ended.out());
        assertFalse(ended.out().contains("WRONG"), ended.out());
        String ways = ended.out().substring(ended.out().indexOf("\nmlp, 1 workers, batch 16\nSwitches: standard\n"));
        assertTrue(ways.matches("(?s).*training, 1 times 16 images: a CUDA graph of [1-9][0-9]* nodes, ready after .*"
                + "Memory: [1-9][0-9]* MiB allocated, .*"), ways);
    }

    @Test
    @Tag("slow")
    void theSelfTestNoticesAnAlgorithmThatIsWrong() throws IOException, InterruptedException {
        standIns.with("STANDIN_CUDNN", "1=wrong");
        StandIns.Ended ended = run("gpu --precision fp32");
        assertEquals(ExitCode.FAILED, ended.code(), ended.out());
        assertTrue(ended.out().contains("WRONG") && ended.out().contains("cuDNN algorithm 1"), ended.out());
        assertEquals(List.of(), ended.faults());
    }

    @Test
    @Tag("slow")
    void theSelfTestPassesWithRoundedFactors() throws IOException, InterruptedException {
        for (String precision : List.of("tf32", "bf16")) {
            StandIns.Ended ended = run("gpu --precision " + precision).clean();
            assertFalse(ended.out().contains("WRONG"), ended.out());
        }
    }

    /** Ctrl-C, and on from there, gives what an undisturbed run gives. */
    @Test
    @Tag("slow")
    void anInterruptedRunGoesOnBitForBit() throws IOException, InterruptedException {
        String run = "tiny --device cuda --width 0.02 --learning-rate 0.01 --steps 200 --evaluations 10 --ema 0.9"
                + " --momentum 0.9";
        Process process = process(run).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("interrupted.txt").toFile()).start();
        Path results = home.path.resolve("runs/tiny");
        try {
            awaitRows(process, results.resolve(RUN).resolve("metrics.csv"));
            new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the process did not end");
            assertEquals(ExitCode.INTERRUPTED, process.exitValue(),
                    Files.readString(folder.resolve("interrupted.txt")));
        } finally {
            process.destroyForcibly();
        }
        int before = rows(results).size();
        run(run + " --resume").clean();
        run(run + " --output " + folder.resolve("whole")).clean();
        List<String> whole = rows(folder.resolve("whole/tiny"));
        assertTrue(before < whole.size(), "it was not interrupted");
        assertEquals(whole, rows(results));
        String environment = Files.readString(results.resolve(RUN).resolve("environment.json"));
        assertTrue(environment.contains("\"device\" : \"GPU 0, Stand-in\""), environment);
    }

    private static void awaitRows(Process process, Path metrics) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!Files.exists(metrics) || Files.readAllLines(metrics).size() < 4) {
            assertTrue(process.isAlive() && System.nanoTime() < deadline, "no evaluation was recorded");
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Test
    @Tag("slow")
    void aLibraryThatCannotBeLoadedIsNamed() throws IOException, InterruptedException {
        Path broken = Files.createDirectories(folder.resolve("broken"));
        try (Stream<Path> files = Files.list(standIns.folder())) {
            for (Path file : files.toList()) {
                Files.copy(file, broken.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Files.writeString(broken.resolve("libcublas.so.13"), "no library");
        standIns.with("LD_LIBRARY_PATH", broken.toString());
        StandIns.Ended ended = run("tiny --device cuda --width 0.02 --learning-rate 0.01");
        assertEquals(ExitCode.USAGE, ended.code(), ended.err());
        List<String> errors = ended.err().lines().filter(line -> line.startsWith("error: ")).toList();
        assertEquals(1, errors.size(), ended.err());
        assertTrue(errors.get(0).startsWith("error: device cuda: GPU 0, Stand-in ")
                && errors.get(0).contains(" is not used: CUDA cannot be loaded (" + broken.resolve("libcublas.so.13")),
                ended.err());
        assertFalse(Files.exists(home.path.resolve("runs")));
    }

    @Test
    @Tag("slow")
    void aGpuThatIsLostEndsTheRunInOneSentence() throws IOException, InterruptedException {
        standIns.with("STANDIN_FAIL", "cross_entropy:3=700");
        StandIns.Ended ended = run("tiny --device cuda --width 0.02 --learning-rate 0.01");
        assertEquals(ExitCode.FAILED, ended.code(), ended.err());
        assertTrue(ended.err().contains("cudaErrorIllegalAddress: an illegal memory access was encountered"),
                ended.err());
        assertFalse(ended.err().contains("\tat "), ended.err());
    }
}
