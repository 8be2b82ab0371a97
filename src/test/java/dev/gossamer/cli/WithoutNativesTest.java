package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that has the Java classes and JavaCPP's own library, but none of ND4J, OpenBLAS or oneDNN. */
class WithoutNativesTest {

    private static final String NATIVES = "nd4j-native-1.*|(openblas|dnnl|opencl|cuda)-.*-(linux|macosx|windows)-.*";

    private static String printed(Path folder) throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().matches(NATIVES))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-cp", classPath, WithoutNatives.class.getName(), folder.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader()) {
            return String.join("\n", out.lines().toList());
        } finally {
            process.destroy();
        }
    }

    @Test
    void theReferenceTrainsAndTheRouteOfTheGpuIsPrepared(@TempDir Path folder) throws IOException {
        String printed = printed(folder);
        assertTrue(printed.matches("(?s).*tiny +2 +6 +- +To see that it runs\\..*"), printed);
        assertTrue(printed.contains("this package has no native library to train on the CPU; engine reference does so"),
                printed);
        assertTrue(printed.contains("--engine reference: 0\n"), printed);
        assertTrue(printed.contains("--engine reference --resume: 0\n"), printed);
        assertTrue(printed.contains("report tiny: 0\n"), printed);
        Path results = folder.resolve("runs/tiny");
        assertTrue(Files.readString(results.resolve("ring-lr0.01-seed1/environment.json"))
                .contains("\"engine\" : \"stacked on reference, "), printed);
        assertTrue(Files.exists(results.resolve("report.html")), printed);
        assertEquals(2, Files.readAllLines(results.resolve("lr-accuracy.csv")).size(), printed);
        assertTrue(printed.contains("convolution"), printed);
        assertTrue(printed.contains("consensus distance: 0.0"), printed);
        assertTrue(printed.contains("left out: this package has no native library to train on the CPU"), printed);
        assertTrue(printed.contains("Device: GPU 0, Card"), printed);
        assertTrue(printed.matches("(?s).*workers with model resnet-20 need about \\d\\.\\d GB of GPU memory, but GPU"
                + " 0, Card, has 1\\.1 GB.*"), printed);
        assertFalse(printed.contains("Exception"), printed);
    }
}
