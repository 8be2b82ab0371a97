package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.experiment.Engines;
import dev.gossamer.placement.Devices;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first picture that a user sees. */
class QuickJobTest {

    @TempDir
    Path folder;

    private void run(String experiment) {
        PrintStream nowhere = new PrintStream(new ByteArrayOutputStream());
        Console console = new Console(nowhere, nowhere, 0);
        Main main = new Main(Path.of("").toAbsolutePath(), new Engines(text -> { }, new Devices()), console);
        assertEquals(ExitCode.DONE,
                main.run(experiment, "--quick", "--data", "synthetic", "--device", "cpu", "--output",
                folder.toString()));
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"cifar-ring-32", "fashion-ring-64", "cifar-resnet-ring-32"})
    void showsRiseBestFallAndDivergence(String experiment) throws IOException {
        run(experiment);
        Path results = folder.resolve(experiment + "-quick-synthetic");
        List<RunResult> runs = LearningRateAccuracy.read(results.resolve(LearningRateAccuracy.FILE_NAME));
        List<RunResult> finished = runs.stream().filter(run -> run.status() == RunStatus.FINISHED).toList();
        RunResult best = finished.stream().max(Comparator.comparingDouble(QuickJobTest::accuracy)).orElseThrow();
        RunResult last = finished.get(finished.size() - 1);
        assertTrue(accuracy(finished.get(0)) < accuracy(best) - 0.1, "rise: " + runs);
        assertTrue(last.learningRate() > best.learningRate() && accuracy(last) < accuracy(best) - 0.02, "fall: "
                + runs);
        assertEquals(RunStatus.DIVERGED, runs.get(runs.size() - 1).status());
        try (Stream<Path> files = Files.walk(results)) {
            List<Path> metrics = files.filter(file -> file.endsWith("metrics.csv")).toList();
            assertEquals(finished.size(), metrics.stream().filter(file -> evaluations(file) == 6).count());
        }
    }

    private static long evaluations(Path metrics) {
        try (Stream<String> rows = Files.lines(metrics)) {
            return rows.filter(row -> row.contains(",test,mean,")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double accuracy(RunResult run) {
        return run.testAccuracy().orElseThrow();
    }
}
