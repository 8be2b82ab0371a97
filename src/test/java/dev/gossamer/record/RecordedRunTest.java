package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedRunTest {

    @TempDir
    Path folder;

    private final List<RunResult> rows = new ArrayList<>();

    private static Map<String, Object> configuration(String momentum) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("topology", "file:a b.csv");
        configuration.put("learning-rate", new BigDecimal("0.0000001"));
        configuration.put("algorithm", "d-sgd");
        configuration.put("momentum", new BigDecimal(momentum));
        List.of("mixing-order=adapt-then-combine", "nesterov=false", "mix-momentum=false", "mixing-rounds=1",
                "acceleration=none", "consensus-step-size=1", "warm-up=0", "gradient-clipping=0", "label-smoothing=0",
                "augmentation=standard", "mixup=0").forEach(
                entry -> configuration.put(entry.split("=")[0], entry.split("=")[1]));
        configuration.put("partition", "dirichlet-0.1");
        configuration.put("seed", 4_000_000_000L);
        return configuration;
    }

    private static RunResult result(RunStatus status, OptionalDouble accuracy) {
        OptionalDouble loss = OptionalDouble.of(status == RunStatus.DIVERGED ? Double.NaN : 0.1 + 0.2);
        OptionalDouble none = OptionalDouble.empty();
        long seed = 4_000_000_000L;
        return new RunResult(
                "e", "file:a b.csv", 4, "mlp", 1e-7, seed, status, 10, accuracy, loss, none, none, loss, none,
                Optional.empty());
    }

    /** Records a run the way a sweep does, and returns it as a sweep knows it. */
    private RecordedRun record(String name, String momentum, RunResult result) {
        Path path = folder.resolve(name);
        try (RunFolder files = RunFolder.create(path, configuration(momentum), Map.of())) {
            files.finish(result);
        }
        rows.add(result);
        LearningRateAccuracy.write(folder, rows);
        return RecordedRun.of(path, result, configuration(momentum));
    }

    @Test
    void runsReadBackAreThoseThatWereRecordedInTheirOrder() throws IOException {
        RecordedRun second = record("z", "0", result(RunStatus.FINISHED, OptionalDouble.of(1 / 3.0)));
        RecordedRun diverged = record("m", "0.9", result(RunStatus.DIVERGED, OptionalDouble.of(0.1)));
        RecordedRun failed = record("a", "0.5", result(RunStatus.FAILED, OptionalDouble.empty()));
        Files.createDirectories(folder.resolve("unfinished"));

        assertEquals(List.of(second, diverged, failed), EndedRuns.in(folder));
        assertEquals("0.9", diverged.configuration().get("momentum"));
        assertEquals("z", second.name());
        assertEquals(List.copyOf(configuration("0").keySet()), List.copyOf(second.configuration().keySet()));
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        record("a", "0", result(RunStatus.FINISHED, OptionalDouble.empty()));
        Path summary = folder.resolve("a/summary.json");
        Files.writeString(summary, Files.readString(summary).replace("\"steps\" : 10", "\"steps\" : true"));
        RecordException damaged = assertThrows(RecordException.class, () -> EndedRuns.in(folder));
        assertEquals(summary + ": steps must be a whole number, got \"true\"", damaged.getMessage());

        Files.writeString(summary, "{}");
        RecordException empty = assertThrows(RecordException.class, () -> EndedRuns.in(folder));
        assertEquals(summary + ": experiment is missing", empty.getMessage());

        Files.writeString(summary, "[");
        RecordException torn = assertThrows(RecordException.class, () -> EndedRuns.in(folder));
        assertTrue(torn.getMessage().startsWith(summary + " is no record of names and values: "), torn.getMessage());
    }
}
