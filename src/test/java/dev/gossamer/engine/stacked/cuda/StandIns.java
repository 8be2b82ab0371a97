package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * Stand-ins for CUDA's libraries, with which the program's own use of them runs in processes without a GPU; see
 * {@code standin.h}. They are compiled once, and again where they or the kernels change.
 */
public final class StandIns {

    private static final List<String> FILES = List.of("emulator.h", "tensor_cores.h", "standins/standin.h",
            "standins/cuda.cpp", "standins/cudart.cpp", "standins/cublas.cpp", "standins/cudnn.cpp",
            "standins/nvrtc.cpp", "standins/build.sh", "standins/nvidia-smi");
    private static final long LONGEST_SECONDS = 600;

    private final Path libraries;
    private final Path binding;
    private final Path folder;
    private final Map<String, String> variables = new LinkedHashMap<>();

    /**
     * How a process ended.
     *
     * @param code exit code
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     * @param report what the stand-ins report: lines of {@code calls FUNCTION COUNT}, and of what was not freed
     */
    public record Ended(int code, String out, String err, List<String> report) {

        /** How often a function was called; a kernel is {@code <<<NAME>>>}. */
        public long calls(String function) {
            String start = "calls " + function + " ";
            return report.stream()
                    .filter(line -> line.startsWith(start))
                    .mapToLong(line -> Long.parseLong(line.substring(start.length())))
                    .sum();
        }

        /** What was not freed, or freed twice. */
        public List<String> faults() {
            return report.stream().filter(line -> !line.startsWith("calls ")).toList();
        }

        /** The same, checked to be that of a process that went well and left nothing. */
        public Ended clean() {
            assertEquals(0, code, err + out);
            assertTrue(calls("cudaSetDevice") > 0, "the stand-ins were not used: " + err + out);
            assertEquals(List.of(), faults());
            return this;
        }
    }

    private StandIns(Path libraries, Path binding, Path folder) {
        this.libraries = libraries;
        this.binding = binding;
        this.folder = folder;
    }

    /**
     * Makes them, if they are not there; skips the test where they cannot be made or used.
     *
     * @param folder for files of the processes that use them
     */
    public static StandIns make(Path folder) throws IOException, InterruptedException {
        assumeTrue(Loader.Detector.getPlatform().equals("linux-x86_64"), "stand-ins for CUDA are for Linux on x86-64");
        assumeTrue(Shim.runs("g++", "--version"), "there is no C++ compiler (g++) to make stand-ins for CUDA with");
        Path binding = binding();
        assumeTrue(Files.exists(binding), binding.getFileName() + " is not in the local Maven repository;"
                + " \"mvn -Pcuda dependency:resolve\" brings it");
        return new StandIns(libraries(), binding, folder);
    }

    /** The jar of the Java binding's own native libraries, beside that of its classes; need not exist. */
    private static Path binding() {
        String classes = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(path -> path.matches(".*[/\\\\]cuda-[0-9.]+-[0-9.]+-[0-9.]+\\.jar"))
                .findFirst().orElse("cuda.jar");
        return Path.of(classes.replaceFirst("\\.jar$", "-linux-x86_64.jar"));
    }

    private static Path libraries() throws IOException, InterruptedException {
        return CompiledSources.folder("stand-ins", sources(), "sh", "build.sh");
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        for (String file : FILES) {
            sources.put(Path.of(file).getFileName().toString(), CompiledSources.resource(file));
        }
        sources.put("kernels.cu", Shim.source());
        sources.put("table.h", Shim.table());
        sources.put("source.h", "static const std::string SOURCE = " + literal(KernelSource.text()) + ";\n"
                + "static const std::string SIZED[] = {" + sized("convolve_fp32_64x64") + ", " + sized("sum_patches")
                + "};\n"
                + "static const std::string UPDATES[] = {" + TestUpdates.kernels().stream()
                        .map(kernel -> literal(kernel.source())).collect(Collectors.joining(", "))
                + "};\n");
        return sources;
    }

    private static String sized(String kernel) {
        return literal(KernelSource.sized(new SizedKernel(kernel, List.of(1))));
    }

    private static String literal(String content) {
        return "R\"source(" + content + ")source\"";
    }

    /** Sets a variable of the environment of the processes to come; null removes it. */
    public StandIns with(String variable, String value) {
        if (value == null) {
            variables.remove(variable);
        } else {
            variables.put(variable, value);
        }
        return this;
    }

    /** The folder of the libraries. */
    public Path folder() {
        return libraries;
    }

    /** A Java process with the stand-ins in place of CUDA, not started: the classes of the tests, a main class. */
    public ProcessBuilder process(List<String> options, String main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path") + File.pathSeparator + binding, main));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.put("LD_LIBRARY_PATH", libraries.toString());
        environment.put("PATH", libraries + File.pathSeparator + environment.get("PATH"));
        environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        environment.put("STANDIN_REPORT", report().toString());
        environment.keySet().removeAll(List.of("CUDA_VISIBLE_DEVICES", "CUDA_HOME", "CUDA_PATH", "VIRTUAL_ENV"));
        environment.putAll(variables);
        return builder;
    }

    private Path report() {
        return folder.resolve("report.txt");
    }

    /** Runs such a process to its end. */
    public Ended run(String main, String... arguments) throws IOException, InterruptedException {
        return end(process(List.of(), main, arguments));
    }

    /** Runs a process of {@link #process} to its end. */
    public Ended end(ProcessBuilder builder) throws IOException, InterruptedException {
        Files.deleteIfExists(report());
        return end(builder, () -> Files.exists(report()) ? Files.readAllLines(report()) : List.of());
    }

    private interface Lines {
        List<String> read() throws IOException;
    }

    private static Ended end(ProcessBuilder builder, Lines report) throws IOException, InterruptedException {
        Path out = Files.createTempFile("stand-ins", ".out");
        Path err = Files.createTempFile("stand-ins", ".err");
        Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try {
            assertTrue(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS), () -> "it takes too long: " + text(err));
            return new Ended(process.exitValue(), text(out), text(err), report.read());
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }

    private static String text(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "(" + e + ")";
        }
    }
}
