package dev.gossamer.report;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Runs for tests, with the configuration that their results name. */
public final class Runs {

    private Runs() {}

    public static RunResult finished(String topology, double learningRate, double accuracy) {
        return result(topology, learningRate, 1, RunStatus.FINISHED, OptionalDouble.of(accuracy));
    }

    public static RunResult diverged(String topology, double learningRate) {
        return result(topology, learningRate, 1, RunStatus.DIVERGED, OptionalDouble.empty());
    }

    public static RunResult result(
            String topology, double learningRate, long seed, RunStatus status, OptionalDouble accuracy) {
        OptionalDouble none = OptionalDouble.empty();
        return new RunResult(
                "e", topology, 8, "mlp", learningRate, seed, status, 10, accuracy, none, none, none, none, none,
                Optional.empty());
    }

    public static List<RecordedRun> of(RunResult... results) {
        return of(Arrays.asList(results));
    }

    public static List<RecordedRun> of(List<RunResult> results) {
        return results.stream().map(result -> of(result, Map.of())).toList();
    }

    /** A run with more keys, which come last. */
    public static RecordedRun of(RunResult result, Map<String, ?> more) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("model", result.model());
        configuration.put("topology", result.topology());
        configuration.put("workers", result.workers());
        configuration.put("learning-rate", result.learningRate());
        configuration.put("seed", result.seed());
        configuration.putAll(more);
        return RecordedRun.of(Path.of("run"), result, configuration);
    }
}
