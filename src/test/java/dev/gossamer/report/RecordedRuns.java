package dev.gossamer.report;

import dev.gossamer.algorithm.Sent;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunResults;
import dev.gossamer.record.RunStatus;
import dev.gossamer.record.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Folders of runs for tests, as a sweep records them. */
public final class RecordedRuns {

    private RecordedRuns() {}

    /** A run of three evaluations that ends with a test accuracy. */
    public static RunResult write(
            Path experiment, String topology, double learningRate, long seed, RunStatus status, double accuracy) {
        List<MetricsRow> rows = new ArrayList<>();
        for (int e = 1; e <= 3; e++) {
            for (String worker : List.of("0", "4", "mean")) {
                rows.add(new MetricsRow(
                        e * 10, e * 0.5, e, learningRate, "test", worker, 2 / accuracy / e, accuracy * e / 3, 0.1 * e,
                        Optional.of(new Sent(160 * e, 160_000_000L * e))));
            }
        }
        return write(experiment, topology, learningRate, seed, status, accuracy, rows);
    }

    public static RunResult write(
            Path experiment,
            String topology,
            double learningRate,
            long seed,
            RunStatus status,
            double accuracy,
            List<MetricsRow> rows) {
        RunResult result = new RunResult("e", topology, 8, "mlp", learningRate, seed, status, 30,
                OptionalDouble.of(accuracy), OptionalDouble.of(1 / accuracy), OptionalDouble.of(accuracy + 0.05),
                OptionalDouble.of(0.9 / accuracy), OptionalDouble.of(0.3), OptionalDouble.of(1234.5678),
                rows.get(rows.size() - 1).sent());
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("model", "mlp");
        configuration.put("topology", topology);
        configuration.put("workers", 8);
        configuration.put("learning-rate", learningRate);
        configuration.put("momentum", 0.9);
        configuration.put("seed", seed);
        String name = topology.replaceAll("[^a-z-]", "_") + "-lr" + learningRate + "-seed" + seed;
        Map<String, Object> environment = Map.of("gossamer", "test", "synthetic", true);
        try (RunFolder run = RunFolder.create(experiment.resolve(name), configuration, environment)) {
            rows.forEach(run::append);
            run.finish(result);
        }
        addRow(experiment, result);
        return result;
    }

    /** Adds a row to {@code lr-accuracy.csv}. */
    public static void addRow(Path experiment, RunResult result) {
        Path csv = experiment.resolve(LearningRateAccuracy.FILE_NAME);
        List<RunResult> results = new ArrayList<>(Files.exists(csv) ? LearningRateAccuracy.read(csv) : List.of());
        results.add(result);
        WholeFile.write(csv, RunResults.csv(results));
    }
}
