package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.bench.GoldenSteps;
import dev.gossamer.engine.gpu.Gpus;
import dev.gossamer.engine.stacked.cuda.CudaException;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.Key;
import dev.gossamer.experiment.RunConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuReportTest {

    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();

    @Test
    void everyPartIsInItWithItsResultOrTheReason() throws IOException {
        GpuReport report = new GpuReport(folder.resolve("new"), Map.of("cores", 2), title -> !title.equals("Other"), progress::add);
        report.add("First", () -> new GpuReport.Part("fine", Map.of("value", 1)));
        assertFalse(report.hasFailures());
        report.add("Other", () -> {
            throw new AssertionError("nobody wants this");
        });
        report.add("Second", () -> {
            throw new GpuReport.LeftOut("there is no data");
        });
        assertFalse(report.hasFailures());
        report.add("Third", () -> {
            throw new UnsatisfiedLinkError("libcudnn.so.9");
        });
        assertTrue(report.hasFailures());
        assertEquals("# GPU report\n\n- cores: 2\n\n## First\n\nfine\n\n## Second\n\nLeft out: there is no data.\n\n"
                + "## Third\n\nFailed: java.lang.UnsatisfiedLinkError: libcudnn.so.9.\n", Files.readString(report.file()));
        JsonNode json = new ObjectMapper().readTree(folder.resolve("new/gpu-report.json").toFile());
        assertEquals(1, json.get("First").get("value").asInt());
        assertEquals("there is no data", json.get("Second").get("left_out").asText());
        assertEquals("java.lang.UnsatisfiedLinkError: libcudnn.so.9", json.get("Third").get("failed").asText());
    }

    @Test
    void testsThatAreAllSkippedAreNoTests() throws IOException {
        Path log = folder.resolve("log");
        assertEquals("Tests run: 15, Failures: 0, Errors: 0, Skipped: 2", GpuTests.result(0, List.of(
                "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0 -- in A",
                "[INFO] Tests run: 15, Failures: 0, Errors: 0, Skipped: 2", "[INFO] BUILD SUCCESS"), log).text());
        for (String line : List.of("[WARNING] Tests run: 15, Failures: 0, Errors: 0, Skipped: 15", "[INFO] no tests")) {
            assertThrows(IOException.class, () -> GpuTests.result(0, List.of(line), log));
        }
        assertEquals("Maven ended with exit code 1 (Tests run: 4, Failures: 1, Errors: 0, Skipped: 0); see " + log,
                assertThrows(IOException.class, () -> GpuTests.result(
                        1, List.of("Tests run: 4, Failures: 1, Errors: 0, Skipped: 0"), log)).getMessage());
    }

    /** Every run on the CPU: what is measured and how it is written down needs no GPU. */
    private static EngineFactory onCpu() {
        Engines engines = new Engines(line -> { }, Home.devices(new Gpus(List.of(), "there is none")));
        return (run, data) -> {
            Map<Key, String> texts = new EnumMap<>(Key.class);
            run.values().forEach((key, value) -> texts.put(key, value.toString()));
            texts.putAll(Map.of(Key.DEVICE, "cpu", Key.THREADS, run.device().equals("cpu") ? "1" : "2"));
            return engines.create(RunConfiguration.of(texts), data);
        };
    }

    @Test
    void whatDoesNotFitIsTriedWithFewerWorkers() {
        List<Integer> tried = new ArrayList<>();
        assertEquals("90 fit", GpuMeasurements.asManyAsFit(100, workers -> {
            tried.add(workers);
            if (workers > 90) {
                throw new CudaException("out of memory");
            }
            return workers + " fit";
        }));
        assertEquals(List.of(100, 95, 90), tried);
        assertThrows(CudaException.class, () -> GpuMeasurements.asManyAsFit(3, workers -> {
            throw new CudaException("out of memory with " + workers);
        }));
    }

    @Test
    void stepsAreComparedWithAGoldenFileOrElseWithTheCpu() throws IOException {
        GpuMeasurements measurements = new GpuMeasurements(onCpu(), 0, progress::add);
        GpuReport.Part part = measurements.steps(folder.resolve("none"), "mlp", 1);
        List<?> rows = (List<?>) part.values();
        assertEquals(3 * 5, rows.size(), part.text()); // precisions; losses, gradients and updates of weights and biases
        for (Object row : rows) {
            assertTrue((Double) ((Map<?, ?>) row).get("error") < 1e-4, row.toString());
        }
        GoldenSteps steps = GoldenSteps.make(onCpu(), GoldenSteps.run("mlp", 1, Map.of()), Map.of("commit", "abc"));
        steps.losses()[3] *= 1.1;
        steps.write(folder);
        String message = assertThrows(
                IllegalStateException.class, () -> measurements.steps(folder, "mlp", 1)).getMessage();
        assertTrue(message.contains("(commit abc)") && message.matches("(?s).*fp32 +losses +9.1e-02 .*WRONG.*"), message);
    }
}
