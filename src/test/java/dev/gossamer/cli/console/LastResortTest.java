package dev.gossamer.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gossamer.cli.Main;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes of their own that have too little memory, or lose a thread. */
@DisabledOnOs(OS.WINDOWS)
class LastResortTest {

    @TempDir
    Path folder;

    /** A program of which one thread dies while the first waits for it without end. */
    static final class Waiting {

        private Waiting() {}

        public static void main(String[] arguments) throws InterruptedException {
            LastResort.install();
            Thread worker = new Thread(() -> {
                switch (arguments[0]) {
                    case "fill" -> fill();
                    case "recurse" -> recurse(0);
                    case "allocate" -> allocate();
                    case "threads" -> throw new OutOfMemoryError("unable to create native thread");
                    case "direct" -> ByteBuffer.allocateDirect(Integer.MAX_VALUE);
                    case "overhead" -> throw new OutOfMemoryError("GC overhead limit exceeded");
                    default -> throw new IllegalStateException(arguments[0]);
                }
            }, "worker");
            worker.start();
            Thread.sleep(Long.MAX_VALUE);
        }

        private static int recurse(int depth) {
            return recurse(depth + 1) + 1;
        }

        /** Garbage for ten seconds beside much that is kept, then a good end. */
        private static void allocate() {
            List<byte[]> kept = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                kept.add(new byte[1 << 20]);
            }
            for (long begin = System.nanoTime(); System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(10); ) {
                kept.set(kept.size() - 1, new byte[1 << 16]);
            }
            System.exit(ExitCode.DONE);
        }

        private static void fill() {
            List<long[]> kept = new ArrayList<>();
            for (int size = 1 << 16; ; ) {
                kept.add(new long[size]);
            }
        }
    }

    private Process start(String heap, Class<?> program, String... arguments) throws IOException {
        return start(List.of("-Xmx" + heap), program, arguments);
    }

    private Process start(List<String> options, Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto",
                "-XX:MaxDirectMemorySize=4g", "-Dorg.bytedeco.javacpp.maxbytes=4g",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true",
                "-Dgossamer.home=" + Path.of("").toAbsolutePath()));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    /** The last line of standard error of a process that ends by itself. */
    private String lastWords(Process process) throws IOException, InterruptedException {
        boolean ended = process.waitFor(100, TimeUnit.SECONDS);
        process.destroyForcibly();
        List<String> lines = Files.readAllLines(folder.resolve("err"));
        assertTrue(ended, "it does not end: " + lines);
        assertEquals(ExitCode.FAILED, process.exitValue(), lines.toString());
        return lines.get(lines.size() - 1);
    }

    @Test
    void theDeathOfAThreadEndsTheProcess() throws Exception {
        assertEquals("error: java.lang.IllegalStateException: odd", lastWords(start("64m", Waiting.class, "odd")));
        String said = lastWords(start("64m", Waiting.class, "fill"));
        assertTrue(said.startsWith("error: out of memory: Java's heap of 64 MiB is too small; "), said);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "recurse | java.lang.StackOverflowError",
        "threads | out of memory (unable to create native thread); fewer workers, ",
        "direct | out of memory (Cannot reserve 2147483647 bytes of direct buffer memory ",
        "overhead | out of memory: Java's heap of 64 MiB is too small; "})
    void onlyAFullHeapIsCalledOne(String what, String expected) throws Exception {
        String said = lastWords(start(List.of("-Xmx64m", "-XX:MaxDirectMemorySize=8m"), Waiting.class, what));
        assertTrue(said.startsWith("error: " + expected), said);
    }

    @ParameterizedTest
    @CsvSource({"ZGC Cycles, false", "ZGC Major Cycles, false", "Shenandoah Cycles, false", "ZGC Pauses, true",
        "G1 Old Generation, true", "PS MarkSweep, true", "MarkSweepCompact, true"})
    void onlyCollectorsThatStopThreadsCount(String collector, boolean expected) {
        assertEquals(expected, LastResort.stopsThreads(collector));
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseZGC", "-XX:+UseShenandoahGC", "-XX:+UseSerialGC"})
    void aHealthyProgramIsNotEnded(String collector) throws Exception {
        Process version = start(List.of(collector), Waiting.class, "odd");
        boolean ended = version.waitFor(60, TimeUnit.SECONDS);
        assumeTrue(ended && Files.readString(folder.resolve("err")).contains("error: java.lang."),
                "this Java has no " + collector);
        Process process = start(List.of(collector, "-Xmx128m"), Waiting.class, "allocate");
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(ExitCode.DONE, process.exitValue(), Files.readString(folder.resolve("err")));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8, 24})
    void aRunWithTooSmallAHeapEndsWithASentence(int heap) throws Exception {
        String said = lastWords(run(heap));
        assertTrue(said.startsWith("error: ") && said.contains("Java's heap "), said);
    }

    /** Where the images fit and the rest does not, it may also just get through, or only be a run that failed. */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(ints = {6, 10, 12, 14, 16, 18, 20, 22, 23, 24, 25, 26, 27, 28, 30, 32, 36, 40, 48, 56, 64})
    void noHeapHangs(int heap) throws Exception {
        Process process = run(heap);
        boolean ended = process.waitFor(100, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(folder.resolve("err"));
        assertTrue(ended, said);
        assertTrue(process.exitValue() == ExitCode.DONE || said.contains("error: "), said);
        assertTrue(process.exitValue() <= ExitCode.FAILED, said);
    }

    private Process run(int heap) throws IOException {
        return start(heap + "m", Main.class, "fashion-ring-64", "--data", "synthetic", "--model", "linear",
                "--workers", "3", "--batch-size", "2", "--steps", "20", "--evaluations", "2",
                "--evaluate-test-images", "20", "--evaluate-train-images", "20", "--learning-rate", "0.05", "--output",
                folder.toString());
    }
}
