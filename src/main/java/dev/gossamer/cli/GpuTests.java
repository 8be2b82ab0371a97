package dev.gossamer.cli;

import dev.gossamer.cli.GpuReport.LeftOut;
import dev.gossamer.cli.GpuReport.Part;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The project's own tests that need a GPU, by Maven in a process of its own. */
final class GpuTests {

    private static final String MAVEN = "mvn";
    private static final long MINUTES = 30;
    private static final String SUMMARY = "Tests run:";

    private GpuTests() {}

    /**
     * Runs them.
     *
     * @param home the project's folder
     * @param log takes all of Maven's output
     * @throws LeftOut if there are no sources or no Maven
     * @throws IOException if Maven cannot be started
     */
    static Part run(Path home, Path log) throws LeftOut, IOException {
        if (Files.notExists(home.resolve("pom.xml")) || Files.notExists(home.resolve("src/test"))) {
            throw new LeftOut("there are no sources beside the program");
        }
        if (Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .noneMatch(folder -> Files.isExecutable(Path.of(folder).resolve(MAVEN)))) {
            throw new LeftOut("Maven is missing");
        }
        Process process = new ProcessBuilder(MAVEN, "--batch-mode", "--no-transfer-progress", "-Pcuda", "test",
                        "-Dgroups=gpu", "-Dexcluded.tags=")
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!ended(process)) {
            throw new IOException("the tests did not end within " + MINUTES + " minutes; see " + log);
        }
        List<String> summaries =
                Files.readAllLines(log).stream().filter(line -> line.contains(SUMMARY)).toList();
        String summary = summaries.isEmpty()
                ? "no test ran"
                : summaries.get(summaries.size() - 1).replaceFirst(".*" + SUMMARY, SUMMARY);
        if (process.exitValue() != 0) {
            throw new IOException(
                    "Maven ended with exit code " + process.exitValue() + " (" + summary + "); see " + log);
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
