package dev.gossamer.bench.gpu;

import dev.gossamer.bench.TimeEstimate;
import dev.gossamer.bench.gpu.GpuReport.LeftOut;
import dev.gossamer.bench.gpu.GpuReport.Part;
import dev.gossamer.machine.CudaLibraries;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The project's own tests that need a GPU, in a process of its own: by {@code run.sh test}, or by JUnit's launcher
 * where a package brings it.
 */
public final class GpuTests {

    private static final String SCRIPT = "run.sh";
    private static final String ERROR = "error: ";
    private static final Pattern MAVEN_SUMMARY = Pattern.compile("Tests run: (\\d+), .*Skipped: (\\d+)");
    private static final Pattern LAUNCHER_COUNT =
            Pattern.compile("\\[ *(\\d+) tests (found|skipped|started|aborted|successful|failed) *]");
    private static final String SUCCESSFUL = "successful";
    private static final String LIBRARY_PATH = "LD_LIBRARY_PATH";

    private GpuTests() {}

    /**
     * Runs them.
     *
     * @param home the project's folder
     * @param libraries what the tests find CUDA's libraries by
     * @param log takes all of the output
     * @param seconds how long they may take
     * @throws LeftOut if there is no launcher, and no sources or no tools for it
     * @throws IOException if a test fails or none ran, they take longer, or no process can be started
     */
    public static Part run(Path home, CudaLibraries libraries, Path log, double seconds) throws LeftOut, IOException {
        Path packaged = home.resolve("tests");
        ProcessBuilder builder = Files.exists(packaged) ? launcher(packaged) : sources(home);
        builder.environment().compute(LIBRARY_PATH, (name, given) -> libraryPath(libraries, given));
        ChildProcess.Ended ended = ChildProcess.run(builder.directory(home.toFile()), log, seconds, () -> false);
        if (ended.end() != ChildProcess.End.BY_ITSELF) {
            throw new GpuReport.TooLate("the tests did not end within " + TimeEstimate.text(seconds) + "; see " + log);
        }
        return result(ended.code(), Files.readAllLines(log), log);
    }

    /** With the options that this process has, as to memory. */
    static ProcessBuilder launcher(Path packaged) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path") + File.pathSeparator + packaged + "/*",
                "org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner", "--disable-ansi-colors",
                "--details", "tree", "--include-tag", "gpu", "--select-package", "dev.gossamer.engine"));
        return new ProcessBuilder(command);
    }

    private static ProcessBuilder sources(Path home) throws LeftOut {
        if (Files.notExists(home.resolve("pom.xml")) || Files.notExists(home.resolve("src/test"))) {
            throw new LeftOut("there are no sources beside the program");
        }
        return new ProcessBuilder(
                home.resolve(SCRIPT).toString(), "test", "-Pcuda", "-Dgroups=gpu", "-Dexcluded.tags=");
    }

    /**
     * The folders of the libraries before those that are given; null where there are none. An empty name among them
     * would be the current folder.
     */
    static String libraryPath(CudaLibraries libraries, String given) {
        Stream<String> found = libraries.found().stream()
                .flatMap(library -> library.file().stream())
                .map(file -> file.getParent().toString());
        String all = Stream.concat(found, Stream.ofNullable(given))
                .filter(folder -> !folder.isEmpty())
                .distinct()
                .collect(Collectors.joining(":"));
        return all.isEmpty() ? null : all;
    }

    /**
     * What Maven's or the launcher's output says of the tests; that none ran is a failure, too.
     *
     * @throws LeftOut if the script says what it lacks to run them
     */
    static Part result(int code, List<String> output, Path log) throws LeftOut, IOException {
        String summary = "no test ran";
        boolean ran = false;
        List<String> launcher = new ArrayList<>();
        for (String line : output) {
            Matcher counts = MAVEN_SUMMARY.matcher(line);
            if (counts.find()) {
                summary = counts.group();
                ran = Integer.parseInt(counts.group(1)) > Integer.parseInt(counts.group(2));
            }
            Matcher count = LAUNCHER_COUNT.matcher(line);
            if (count.find()) {
                launcher.add(count.group(1) + " " + count.group(2));
                summary = "tests: " + String.join(", ", launcher);
                ran |= count.group(2).equals(SUCCESSFUL) && !count.group(1).equals("0");
            }
        }
        if (!ran && output.size() == 1 && output.get(0).startsWith(ERROR)) {
            throw new LeftOut(output.get(0).substring(ERROR.length()).replaceFirst(";.*", ""));
        }
        if (code != 0 || !ran) {
            throw new IOException("the tests ended with exit code " + code + " (" + summary + "); see " + log);
        }
        return new Part(summary, Map.of("summary", summary, "log", log.toString()));
    }
}
