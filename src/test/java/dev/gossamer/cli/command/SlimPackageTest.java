package dev.gossamer.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.bench.GoldenSteps;
import dev.gossamer.engine.stacked.cuda.StandIns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The package of {@code run.sh package --slim}, made once, and started with an empty environment. */
@Tag("slow")
@EnabledOnOs(value = OS.LINUX, architectures = {"amd64", "x86_64"})
public class SlimPackageTest {

    @TempDir
    static Path folder;

    private static Path file;

    /** What a process did. */
    private record Ended(int code, String printed) {}

    @BeforeAll
    static void makePackage() throws Exception {
        file = folder.resolve("slim.tar.xz");
        Ended made = run(600, Path.of("").toAbsolutePath(), "./run.sh", "package", "--slim", file.toString());
        assertEquals(0, made.code, made.printed);
        assertTrue(made.printed.matches("(?s).* MiB  runtime\n.* MiB  lib\n.* MiB  the file .*"), made.printed);
        assertEquals(0, run(60, folder, "tar", "-xf", file.toString()).code);
    }

    private static Ended run(int seconds, Path where, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", "");
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        process.destroyForcibly();
        String printed = Files.readString(out);
        assertTrue(ended, "it does not end: " + printed);
        return new Ended(process.exitValue(), printed);
    }

    /** With no variable at all: the tools of a shell are out of reach. */
    private static Ended packaged(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "env", "-i", "PATH=/nonexistent", folder.resolve("gossamer/run.sh").toString()));
        command.addAll(List.of(arguments));
        return run(300, folder, command.toArray(String[]::new));
    }

    private static List<String> files(Path where) throws IOException {
        try (Stream<Path> files = Files.walk(where)) {
            return files.filter(Files::isRegularFile)
                    .map(found -> where.relativize(found).toString()).sorted().toList();
        }
    }

    @Test
    void itIsSmallAndPythonUnpacksItToo() throws Exception {
        assertTrue(Files.size(file) < 40_000_000, "" + Files.size(file));
        Path other = Files.createDirectories(folder.resolve("python"));
        Ended unpacked = run(120, other, "python3", "-c",
                "import sys, tarfile; tarfile.open(sys.argv[1]).extractall()", file.toString());
        assertEquals(0, unpacked.code, unpacked.printed);
        List<String> files = files(other.resolve("gossamer"));
        assertEquals(files(folder.resolve("gossamer")).stream()
                .filter(name -> !name.startsWith("runs/")).toList(), files);
        assertTrue(Files.isExecutable(other.resolve("gossamer/run.sh")));
        assertFalse(files.stream().anyMatch(name -> name.matches("lib/(nd4j-native|openblas|dnnl).*")),
                files.toString());
    }

    @Test
    void itSaysThatThereIsNoGpuHere() throws Exception {
        Ended gpu = packaged("gpu");
        assertEquals(1, gpu.code, gpu.printed);
        assertTrue(gpu.printed.matches("error: there is no NVIDIA driver here .*\n"), gpu.printed);
        Ended run = packaged("cifar-ring-32", "--quick", "--data", "synthetic");
        assertEquals(2, run.code, run.printed);
        assertTrue(run.printed.contains("this package has no native library to train on the CPU"), run.printed);
        Ended bench = packaged("bench", "--engine", "reference", "--model", "linear");
        assertEquals(2, bench.code, bench.printed);
        assertTrue(bench.printed.contains("this package has no OpenBLAS"), bench.printed);
        assertEquals(1, packaged("test").code);
    }

    @Test
    void helpListAndTheReferenceWork() throws Exception {
        assertEquals(0, packaged("--help").code);
        Ended list = packaged("list");
        assertEquals(0, list.code, list.printed);
        assertTrue(list.printed.contains("cifar-ring-32"), list.printed);
        Ended run = packaged("fashion-ring-64", "--quick", "--data", "synthetic", "--engine", "reference", "--workers",
                "4", "--steps", "6", "--learning-rate", "0.1", "--evaluate-test-images", "50");
        assertEquals(0, run.code, run.printed);
        Path results = folder.resolve("gossamer/runs/fashion-ring-64-quick-synthetic");
        assertTrue(Files.exists(results.resolve("ring-lr0.1-seed1/metrics.csv")), run.printed);
        assertTrue(Files.exists(results.resolve("report.html")), run.printed);
    }

    /** The golden files are oneDNN's, the steps here those of plain Java in the package's own runtime. */
    @Test
    void theReferenceInThePackageAgreesWithTheGoldenFile() throws Exception {
        Path made = Files.createDirectories(folder.resolve("made"));
        Path home = folder.resolve("gossamer");
        Ended steps = run(300, folder, "env", "-i", home.resolve("runtime/bin/java").toString(), "-cp",
                home + "/lib/*:" + home + "/tests/*", "dev.gossamer.cli.ReferenceSteps", made.toString());
        assertEquals(0, steps.code, steps.printed);
        GoldenSteps golden = GoldenSteps.read(home.resolve("golden"), "mlp", 1).orElseThrow();
        assertTrue(golden.madeBy().get("engine").startsWith("stacked on cpu (oneDNN"), golden.madeBy().toString());
        assertEquals(Files.readString(home.resolve("commit")).strip(), golden.madeBy().get("commit"));
        GoldenSteps.read(made, "mlp", 1).orElseThrow().compareWith(golden, "fp32")
                .forEach(row -> assertTrue(row.ok(), row.toString()));
        assertEquals(9, files(home.resolve("golden")).size());
    }

    /** On stand-ins for CUDA's libraries, which compute in single precision and round factors as a GPU does. */
    @Test
    void stepsOnCudaAgreeWithTheGoldenFiles() throws Exception {
        Path standIns = StandIns.make(folder).folder();
        Path output = folder.resolve("full");
        Ended full = run(600, folder, "env", "-i", "PATH=" + standIns, "LD_LIBRARY_PATH=" + standIns,
                "XDG_CACHE_HOME=" + folder.resolve("cache"), folder.resolve("gossamer/run.sh").toString(), "gpu",
                "--full",
                "--parts", "ten-steps-mlp-workers-1,ten-steps-mlp-workers-4", "--output", output.toString());
        String report = Files.readString(output.resolve("gpu-report.md"));
        assertEquals(0, full.code, full.printed + report);
        assertEquals(2, report.split("beside the same by stacked on cpu \\(oneDNN", -1).length - 1, report);
        assertEquals(2 * 3 * 5, report.lines().filter(line -> line.matches("(fp32|tf32|bf16) .* ok *")).count(),
                report);
    }

    /** All tests tagged gpu are found, and end without a GPU as skipped. */
    @Test
    void theLauncherFindsTheTestsForGpus() throws Exception {
        Path home = folder.resolve("gossamer");
        Ended tests = run(300, folder, "env", "-i", home.resolve("runtime/bin/java").toString(), "-cp",
                home + "/lib/*:" + home + "/tests/*", "org.junit.platform.console.ConsoleLauncher", "execute",
                "--disable-banner", "--disable-ansi-colors", "--include-tag", "gpu", "--select-package",
                "dev.gossamer.engine");
        assertEquals(0, tests.code, tests.printed);
        assertTrue(tests.printed.matches("(?s).*\\[ +0 tests failed +].*"), tests.printed);
        assertTrue(tests.printed.contains("itAgreesWithPyTorch"), tests.printed);
        assertTrue(tests.printed.contains("no usable GPU"), tests.printed);
    }
}
