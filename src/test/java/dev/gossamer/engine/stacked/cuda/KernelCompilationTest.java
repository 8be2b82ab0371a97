package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels are CUDA C++ without a warning. */
class KernelCompilationTest {

    @ParameterizedTest
    @ValueSource(ints = {75, 80, 90})
    void theCompilerTakesThem(int capability, @TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(Shim.runs("nvcc", "--version"), "there is no CUDA compiler (nvcc)");
        Path source = folder.resolve("kernels.cu");
        Path code = folder.resolve("kernels.ptx");
        Files.writeString(source, KernelSource.text());
        Process compiler = new ProcessBuilder("nvcc", "-ptx", "-arch=compute_" + capability, "-fmad=false",
                "-std=c++17", "-Werror=all-warnings", "-o", code.toString(), source.toString())
                .redirectErrorStream(true).start();
        String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, compiler.waitFor(), output);
        assertEquals(Shim.kernels().size(), Files.readString(code).split("\\.visible \\.entry", -1).length - 1);
    }
}
