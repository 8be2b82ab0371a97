package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kernels compiled for the host, where a C++ compiler is found; see {@code shim.cpp}. */
final class Shim {

    private static final String BOUNDS = "(?:__launch_bounds__\\([^)]*\\)\\s+)?";
    private static final Pattern KERNEL =
            Pattern.compile("__global__\\s+" + BOUNDS + "void\\s+" + BOUNDS + "(\\w+)\\(");
    private static final Pattern DYNAMIC_SHARED =
            Pattern.compile("extern __shared__ (?:__align__\\(\\d+\\) )?([\\w ]+) (\\w+)\\[\\];");

    private Shim() {}

    /** Compiles the kernels; skips the test where there is no compiler. */
    static Path compile() throws IOException, InterruptedException {
        return compile(UnaryOperator.identity());
    }

    /** The same with a change of the source. */
    static Path compile(UnaryOperator<String> change) throws IOException, InterruptedException {
        assumeTrue(runs("g++", "--version"), "there is no C++ compiler (g++) to run the kernels on the host with");
        Map<String, String> sources = new TreeMap<>(Map.of("kernels.cu", change.apply(source()), "table.h", table()));
        for (String file : List.of("emulator.h", "tensor_cores.h", "shim.cpp")) {
            sources.put(file, CompiledSources.resource(file));
        }
        return CompiledSources.folder("shim", sources, "g++", "-std=c++17", "-O1", "-g",
                "-fsanitize=address", "-fno-strict-aliasing", "-ffp-contract=off", "-o", "shim", "shim.cpp")
                .resolve("shim");
    }

    /** The kernels' source for the host, where a block's dynamic shared memory is one array, whatever its names. */
    static String source() {
        return DYNAMIC_SHARED.matcher(all()).replaceAll("static $1* const $2 = ($1*) dynamic_shared;");
    }

    /** All kernels, those for some sizes with them as parameters, and those of updates. */
    private static String all() {
        return KernelSource.text() + KernelSource.ofSizes() + KernelSource.ofUpdates()
                + TestUpdates.kernels().stream().map(UpdateKernel::text).collect(Collectors.joining("\n"));
    }

    /** A line of C++ for each kernel. */
    static String table() {
        return kernels().stream().map(name -> "KERNEL(" + name + ")\n").collect(Collectors.joining());
    }

    /** Names of all kernels. */
    static List<String> kernels() {
        return KERNEL.matcher(all()).results().map(found -> found.group(1)).toList();
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
