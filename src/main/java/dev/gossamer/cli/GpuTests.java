package dev.gossamer.cli;

import dev.gossamer.cli.GpuReport.LeftOut;
import dev.gossamer.cli.GpuReport.Part;
import dev.gossamer.engine.gpu.CudaLibraries;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The project's own tests that need a GPU, by Maven in a process of its own. */
final class GpuTests {

    private static final String MAVEN = "mvn";
    private static final long MINUTES = 30;
    private static final Pattern SUMMARY = Pattern.compile("Tests run: (\\d+), .*Skipped: (\\d+)");
    private static final String LIBRARY_PATH = "LD_LIBRARY_PATH";

    private GpuTests() {}

    /**
     * Runs them.
     *
     * @param home the project's folder
     * @param libraries what the tests find CUDA's libraries by
     * @param log takes all of Maven's output
     * @throws LeftOut if there are no sources or no Maven
     * @throws IOException if Maven cannot be started
     */
    static Part run(Path home, CudaLibraries libraries, Path log) throws LeftOut, IOException {
        if (Files.notExists(home.resolve("pom.xml")) || Files.notExists(home.resolve("src/test"))) {
            throw new LeftOut("there are no sources beside the program");
        }
        if (Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .noneMatch(folder -> Files.isExecutable(Path.of(folder).resolve(MAVEN)))) {
            throw new LeftOut("Maven is missing");
        }
        ProcessBuilder builder = new ProcessBuilder(MAVEN, "--batch-mode", "--no-transfer-progress", "-Pcuda", "test",
                "-Dgroups=gpu", "-Dexcluded.tags=");
        builder.environment().merge(LIBRARY_PATH, folders(libraries), (given, found) -> found + ":" + given);
        Process process = builder.directory(home.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!ended(process)) {
            throw new IOException("the tests did not end within " + MINUTES + " minutes; see " + log);
        }
        return result(process.exitValue(), Files.readAllLines(log), log);
    }

    private static String folders(CudaLibraries libraries) {
        return libraries.found().stream()
                .flatMap(library -> library.file().stream())
                .map(file -> file.getParent().toString())
                .distinct()
                .collect(Collectors.joining(":"));
    }

    /** What Maven's output says of the tests; that none ran is a failure, too. */
    static Part result(int code, List<String> output, Path log) throws IOException {
        String summary = "no test ran";
        boolean ran = false;
        for (String line : output) {
            Matcher counts = SUMMARY.matcher(line);
            if (counts.find()) {
                summary = counts.group();
                ran = Integer.parseInt(counts.group(1)) > Integer.parseInt(counts.group(2));
            }
        }
        if (code != 0 || !ran) {
            throw new IOException("Maven ended with exit code " + code + " (" + summary + "); see " + log);
        }
        return new Part(summary, Map.of("summary", summary, "log", log.toString()));
    }

    private static boolean ended(Process process) {
        Thread end = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            return process.waitFor(MINUTES, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroy();
            Runtime.getRuntime().removeShutdownHook(end);
        }
    }
}
