package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.bench.GoldenSteps;
import dev.gossamer.bench.gpu.GpuMeasurements;
import dev.gossamer.bench.gpu.GpuReport;
import dev.gossamer.catalogue.Key;
import dev.gossamer.cli.command.SlimPackage;
import dev.gossamer.configuration.Keys;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.Engines;
import dev.gossamer.machine.Gpus;
import dev.gossamer.placement.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuMeasurementsTest {

    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();

    /** Every run on the CPU: what is measured and how it is written down needs no GPU. */
    static EngineFactory onCpu() {
        Engines engines = new Engines(line -> { }, Home.devices(new Gpus(List.of(), "there is none")));
        return (run, data) -> {
            Map<Key<?>, String> texts = Keys.map();
            run.values().forEach((key, value) -> texts.put(key, value.toString()));
            texts.putAll(Map.of(Placement.DEVICE, "cpu", Placement.THREADS, run.placement().device().equals("cpu")
                    ? "1" : "2"));
            return engines.create(RunConfiguration.of(texts), data);
        };
    }

    @Test
    void stepsAreComparedWithAGoldenFileOrElseWithTheCpu() throws IOException {
        GpuMeasurements measurements = new GpuMeasurements(onCpu(), 0, "tf32", SlimPackage::program, progress::add);
        GpuReport.Part part = measurements.steps(folder.resolve("none"), "mlp", 1);
        List<?> rows = (List<?>) part.values();
        // Precisions; losses, gradients and updates of weights and biases.
        assertEquals(3 * 5, rows.size(), part.text());
        for (Object row : rows) {
            assertTrue((Double) ((Map<?, ?>) row).get("error") < 1e-4, row.toString());
        }
        GoldenSteps steps = GoldenSteps.make(onCpu(), GoldenSteps.run("mlp", 1, Map.of()), Map.of("commit", "abc"));
        steps.losses()[3] *= 1.1;
        steps.write(folder);
        GpuReport.Part wrong = measurements.steps(folder, "mlp", 1);
        assertTrue(wrong.failed());
        assertTrue(wrong.text().contains("(commit abc)"), wrong.text());
        assertTrue(wrong.text().matches("(?s).*fp32 +losses +9.1e-02 .*WRONG.*"), wrong.text());
    }

    @Test
    void aStepIsTimedInRounds() {
        GpuReport.Part part = new GpuMeasurements(onCpu(), 0, "tf32", SlimPackage::program, progress::add)
                .timing("mlp", "2", "2");
        List<?> rounds = (List<?>) part.values();
        assertEquals(3, rounds.size());
        for (Object round : rounds) {
            Map<?, ?> durations = (Map<?, ?>) round;
            assertTrue((Double) durations.get("update") > 0);
            assertTrue((Double) durations.get("gradients") < (Double) durations.get("step"));
        }
    }
}
