package dev.gossamer.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.bench.gpu.GpuReport.LeftOut;
import dev.gossamer.bench.gpu.GpuVariants.Row;
import dev.gossamer.bench.gpu.GpuVariants.Timed;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Task;
import dev.gossamer.engine.stacked.cuda.Switch;
import dev.gossamer.engine.stacked.cuda.Switches;
import dev.gossamer.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With durations by formula in place of a GPU. */
class GpuVariantsTest {

    @TempDir
    Path folder;

    private final List<String> timed = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();
    private double slowing = 1;
    private int stopAfter = Integer.MAX_VALUE;

    /** Baselines take 10 ms, and a hundredth more each time; a round more is a thousandth more. */
    private Timed time(String model, Switches switches, double seconds) throws LeftOut {
        timed.add(switches.toString());
        double milliseconds = switch (switches.toString()) {
            case "standard" -> 10 * (slowing *= 1.01);
            case "GOSSAMER_CUDA_ROUTES=own" -> 8;
            case "GOSSAMER_CUDA_ROUTES=patches" -> 9;
            case "GOSSAMER_CUDA_ROUTES=cudnn" -> 20;
            case "GOSSAMER_CUDA_GRAPH=off" -> throw new LeftOut("Failed: an access fault.");
            default -> 10.15;
        };
        List<Double> step = List.of(1e-3 * milliseconds, 1.001e-3 * milliseconds, 1.002e-3 * milliseconds);
        return new Timed(step, step.stream().map(value -> 0.7 * value).toList(),
                step.stream().map(value -> 0.3 * value).toList());
    }

    private List<Row> measure(String model, double seconds, GpuVariants.Timer timer) throws IOException {
        GpuVariants variants = new GpuVariants(
                Switches.STANDARD, timer, folder.resolve("table"), progress::add, () -> timed.size() >= stopAfter);
        variants.measure(RunConfiguration.of(Map.of(Network.MODEL, model, Gossip.WORKERS, "32",
                Task.KEY, model.equals("mlp") ? "fashion-mnist" : "cifar-10")), seconds);
        return variants.rows();
    }

    private static Row row(List<Row> rows, String name, String value) {
        return rows.stream().filter(row -> row.name().equals("GOSSAMER_CUDA_" + name) && row.value().equals(value))
                .findFirst().orElseThrow();
    }

    @Test
    void everyValueThatMattersIsTimedBetweenBaselines() throws IOException {
        List<Row> rows = measure("resnet-20", Double.POSITIVE_INFINITY, this::time);
        assertEquals(Switches.STANDARD.variants().size() + 3, rows.size());
        assertEquals("standard", timed.get(0));
        assertEquals("standard", timed.get(6));
        assertEquals("standard", timed.get(timed.size() - 1));
        assertEquals(rows.size(), timed.size());
        for (Switch key : Switch.values()) {
            key.others().forEach(value -> row(rows, key.name(), value));
        }
        List<Row> plain = measure("mlp", Double.POSITIVE_INFINITY, this::time);
        assertTrue(plain.stream().noneMatch(row -> row.name().matches(".*(ROUTES|WORKSPACE)")));
        row(plain, "GRAPH", "off");
    }

    @Test
    void theWinnerOfASwitchIsMarkedAndWhatLiesAmongTheBaselinesIsNoDifference() throws IOException {
        List<Row> rows = measure("resnet-20", Double.POSITIVE_INFINITY, this::time);
        assertEquals("winner", row(rows, "ROUTES", "own").verdict());
        assertEquals("faster", row(rows, "ROUTES", "patches").verdict());
        assertEquals("slower", row(rows, "ROUTES", "cudnn").verdict());
        assertEquals("no difference", row(rows, "WORKSPACE", "64").verdict());
        assertEquals("Failed: an access fault.", row(rows, "GRAPH", "off").verdict());
        assertEquals(8 / 10.25, row(rows, "ROUTES", "own").ratio(), 0.01);
        JsonNode json = new ObjectMapper().readTree(folder.resolve("table.json").toFile());
        assertEquals(rows.size(), json.size());
        assertEquals("baseline", json.get(0).get("switch").asText());
        assertEquals(3, json.get(0).get("gradient_seconds").size());
        assertTrue(json.get(4).get("ratio").isNull() || json.get(4).get("ratio").isNumber());
        assertEquals(rows.size() + 1, Files.readAllLines(folder.resolve("table.csv")).size());
        String table = GpuVariants.listing().table(rows);
        assertTrue(table.contains("8.008 (8.000 to 8.016)"), table);
    }

    @Test
    void whereTimeIsShortTheLastBaselineStays() throws IOException {
        List<Row> rows = measure("vgg-11", 21, (model, switches, seconds) -> {
            try {
                TimeUnit.MILLISECONDS.sleep(600);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return time(model, switches, seconds);
        });
        assertTrue(timed.size() <= 4, timed.toString());
        assertTrue(rows.get(rows.size() - 1).isBaseline());
        assertTrue(rows.get(rows.size() - 1).isTimed());
        assertEquals("not begun", rows.get(rows.size() - 2).verdict());
        assertEquals(1 + Switches.STANDARD.variants().size() + 1, rows.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8})
    void nothingIsBegunOnceTheUserStops(int count) throws IOException {
        stopAfter = count;
        List<Row> rows = measure("vgg-11", Double.POSITIVE_INFINITY, this::time);
        assertEquals(count, timed.size());
        int baselines = count < 7 ? 1 : 2;
        assertEquals(Switches.STANDARD.variants().size() + baselines, rows.size());
        assertEquals(rows.size() - count, rows.stream().filter(row -> row.verdict().equals("not begun")).count());
    }

    @Test
    void everythingTimedIsOnTheDiskAtOnce() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        measure("mlp", Double.POSITIVE_INFINITY, (model, switches, seconds) -> {
            Path file = folder.resolve("table.csv");
            try {
                sizes.add(Files.exists(file) ? Files.readAllLines(file).size() - 1 : 0);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return time(model, switches, seconds);
        });
        for (int i = 0; i < sizes.size(); i++) {
            assertEquals(i, sizes.get(i));
        }
    }
}
