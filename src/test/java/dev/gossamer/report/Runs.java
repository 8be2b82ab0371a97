package dev.gossamer.report;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResult;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs for tests, with the configuration that their results name. */
final class Runs {

    private Runs() {}

    static List<RecordedRun> of(RunResult... results) {
        return of(Arrays.asList(results));
    }

    static List<RecordedRun> of(List<RunResult> results) {
        return results.stream().map(result -> of(result, Map.of())).toList();
    }

    /** A run with more keys, which come last. */
    static RecordedRun of(RunResult result, Map<String, ?> more) {
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
