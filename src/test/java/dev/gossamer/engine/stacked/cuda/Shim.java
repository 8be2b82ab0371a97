package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kernels compiled for the host, where a C++ compiler is found; see {@code shim.cpp}. */
final class Shim {

    private static final Pattern KERNEL = Pattern.compile("__global__ void (\\w+)\\(");

    private Shim() {}

    /** Compiles the kernels into a folder; skips the test where there is no compiler. */
    static Path compile(Path folder) throws IOException, InterruptedException {
        assumeTrue(runs("g++", "--version"), "there is no C++ compiler (g++) to run the kernels on the host with");
        Files.writeString(folder.resolve("kernels.cu"), KernelSource.text());
        Files.writeString(folder.resolve("table.h"),
                kernels().stream().map(name -> "KERNEL(" + name + ")\n").collect(Collectors.joining()));
        try (InputStream shim = Shim.class.getResourceAsStream("shim.cpp")) {
            Files.write(folder.resolve("shim.cpp"), shim.readAllBytes());
        }
        Path program = folder.resolve("shim");
        Process compiler = new ProcessBuilder("g++", "-std=c++17", "-O1", "-g", "-fsanitize=address",
                "-ffp-contract=off", "-o", program.toString(), folder.resolve("shim.cpp").toString())
                .redirectErrorStream(true).start();
        String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, compiler.waitFor(), output);
        return program;
    }

    /** Names of all kernels. */
    static List<String> kernels() {
        return KERNEL.matcher(KernelSource.text()).results().map(found -> found.group(1)).toList();
    }

    /** Whether a command can be run. */
    static boolean runs(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
