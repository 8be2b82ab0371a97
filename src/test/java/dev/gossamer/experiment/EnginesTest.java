package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.cli.Main;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Mixup;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.stacked.UnknownLayerException;
import dev.gossamer.machine.CudaLibraries;
import dev.gossamer.machine.Gpu;
import dev.gossamer.machine.Gpus;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Devices;
import dev.gossamer.placement.Placement;
import dev.gossamer.placement.Replication;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;

/** The checks of the real engines before the start. */
class EnginesTest {

    private final List<String> notes = new ArrayList<>();

    private <T extends RuntimeException> String refusal(Class<T> kind, int parallel, Map<Key<?>, String> changes) {
        var runs = Map.of("run", Sample.configuration(changes));
        return assertThrows(kind, () -> check(runs, parallel)).getMessage();
    }

    private void check(Map<String, RunConfiguration> runs, int parallel) {
        new RunChecks(runs, new Engines(notes::add), new Execution(parallel, Duration.ZERO, List.of()))
                .check(Sample.data().train().shape(), Sample.data().classes());
    }

    @Test
    void aRunThatNeedsMoreMemoryThanThereIsIsRefused() {
        String message = refusal(MemoryException.class, 1, Map.of(
                Gossip.WORKERS, "4096", Network.WIDTH, "16", Optimization.BATCH_SIZE, "1", Placement.THREADS, "3",
                Optimization.STEPS, "1"));
        assertTrue(message.startsWith("4096 workers with model mlp need about "), message);
        assertTrue(message.endsWith(" GB are available; make workers (4096), width (16), batch-size (1) or threads (3)"
                + " smaller"), message);
    }

    @Test
    void theMemoryThatIsThereDecides() {
        var run = Sample.configuration(Map.of(Network.WIDTH, "0.5", Placement.THREADS, "2"));
        assertDoesNotThrow(() -> Engines.checkMemory(run, 6_000_000_000L, 6_000_000_000L));
        var failure = assertThrows(
                MemoryException.class, () -> Engines.checkMemory(run, 6_100_000_000L, 6_000_000_000L));
        assertEquals("4 workers with model mlp need about 6.1 GB of memory, but 6.0 GB are available; make workers (4),"
                + " width (0.5), batch-size (5) or threads (2) smaller", failure.getMessage());
    }

    @Test
    void theMemoryOfTheGpuIsChecked() {
        RunConfiguration run = Sample.configuration(Map.of(Network.WIDTH, "0.01"));
        Gpu small = new Gpu(1, "Small", 75, "580.1", 4L << 30);
        Engines.checkGpuMemory(run, small, 5L << 29);
        String message = assertThrows(
                ConfigurationException.class, () -> Engines.checkGpuMemory(run, small, (5L << 29) + 1)).getMessage();
        assertEquals("4 workers with model mlp need about 4.3 GB of GPU memory, but GPU 1, Small, has 4.3 GB; make"
                + " workers (4), width (0.01) or batch-size (5) smaller, or train with --device cpu", message);
        Engines.checkGpuMemory(run, new Gpu(0, "Shared", 121, "580.1", 0), 1L << 40);
    }

    @Test
    void aRunThatFitsIsNot() {
        check(Map.of("run", Sample.configuration(Map.of())), 1);
    }

    @Test
    void runsSideBySideThatNeedMoreMemoryThanThereIsAreRefused() {
        Map<String, RunConfiguration> runs = new HashMap<>();
        for (int seed = 1; seed <= 100; seed++) {
            runs.put("run " + seed, Sample.configuration(Map.of(RunConfiguration.SEED, "" + seed)));
        }
        check(runs, 1);
        String message = assertThrows(MemoryException.class, () -> check(runs, 100)).getMessage();
        assertTrue(message.matches("100 runs side by side need about \\d+\\.\\d GB of memory, but \\d+\\.\\d GB are"
                + " available; make parallel smaller"), message);
    }

    @Test
    void aModelThatDoesNotFitTheImagesIsRefused() {
        assertEquals("model vgg-11 needs images of 32x32 pixels, got 3x3; resnet-20 and mlp take any size",
                refusal(ConfigurationException.class, 1, Map.of(Network.MODEL, "vgg-11")));
    }

    private static Devices devices(Gpu gpu) {
        return new Devices(() -> new Gpus(List.of(gpu), ""), () ->
                new CudaLibraries(List.of(), List.of(), List.of(), true),
                false, Map.of(), (index, precision, switches, profile) -> null);
    }

    private static Replication replication(RunConfiguration run, boolean stock) {
        return new Replication(() -> network(stock), Sample.data().train().shape(), Sample.data().classes(),
                run.gossip().workers(), run.optimization().batchSize(), run.optimization().rule(), run.seed());
    }

    private static ReplicaEngine engine(Engines engines, String engine, boolean stock) {
        var run = Sample.configuration(Map.of(Placement.ENGINE, engine, Network.MODEL, "mlp", Network.WIDTH, "0.01"));
        return engines.create(run, replication(run, stock));
    }

    /** @param stock whether one of its layers is DL4J's own */
    private static ComputationGraphConfiguration network(boolean stock) {
        DataSet data = Sample.data();
        ComputationGraphConfiguration network = Network.of("mlp", 0.01, 0)
                .configuration(data.train().shape(), data.classes(), 1, DataType.FLOAT);
        if (stock) {
            LayerVertex logits = (LayerVertex) network.getVertices().get(Models.LOGITS);
            logits.getLayerConf().setLayer(new DenseLayer.Builder().nIn(50).nOut(data.classes())
                    .activation(Activation.IDENTITY).weightInit(WeightInit.XAVIER).name(Models.LOGITS).build());
        }
        return network;
    }

    @Test
    void besideAGpuTheDl4jEngineTakesALayerThatTheStackedOneDoesNotKnow() {
        Gpu gpu = new Gpu(0, "Card", 90, "580.1", 100L << 30);
        String unknown = "the stacked engine does not know layer logits (DenseLayer)";
        for (String device : List.of("auto", "cuda")) {
            notes.clear();
            Engines engines = new Engines(notes::add, devices(gpu));
            var run = Sample.configuration(Map.of(Placement.DEVICE, device, Network.WIDTH, "0.01"));
            engines.check(run, replication(run, true), () -> 1);
            try (ReplicaEngine engine = engines.create(run, replication(run, true))) {
                assertTrue(engine.description().startsWith("dl4j on ND4J CpuBackend"), engine.description());
            }
            assertEquals(List.of("Note: " + unknown + ", so the dl4j engine is used, on the CPU."), notes);
            var stacked = Sample.configuration(Map.of(Placement.DEVICE, device, Placement.ENGINE, "stacked",
                    Network.WIDTH, "0.01"));
            assertThrows(UnknownLayerException.class, () -> engines.check(
                    stacked, replication(stacked, true), () -> 1));
        }
    }

    @Test
    void onAGpuMixupIsRefused() {
        Engines engines = new Engines(notes::add, devices(new Gpu(0, "Card", 90, "580.1", 100L << 30)));
        var run = Sample.configuration(Map.of(Placement.DEVICE, "cuda", Mixup.ALPHA, "0.2", Network.WIDTH, "0.01"));
        String message = assertThrows(ConfigurationException.class,
                () -> engines.check(run, replication(run, false), () -> 1)).getMessage();
        assertEquals("mixup: the stacked engine mixes images on the CPU only, see --device; on a GPU mixup has to be 0,"
                + " got 0.2", message);
        engines.check(run, replication(run, true), () -> 1); // DL4J's engine, on the CPU
    }

    @Test
    void theStackedEngineIsTakenWhereItKnowsAllLayers() {
        for (String name : List.of("auto", "stacked", "dl4j")) {
            try (ReplicaEngine engine = engine(new Engines(notes::add), name, false)) {
                assertTrue(engine.description().startsWith(name.equals("dl4j") ? "dl4j on" : "stacked on cpu"), name);
            }
        }
        assertEquals(List.of(), notes);
    }

    @Test
    void anUnknownLayerIsNamed() {
        String expected = "the stacked engine does not know layer logits (DenseLayer)";
        ConfigurationException failure = assertThrows(
                ConfigurationException.class, () -> engine(new Engines(notes::add), "stacked", true));
        assertEquals("engine: " + expected + "; dl4j knows all layers of DL4J", failure.getMessage());
        try (ReplicaEngine engine = engine(new Engines(notes::add), "auto", true)) {
            assertTrue(engine.description().startsWith("dl4j on"), engine.description());
        }
        assertEquals(List.of("Note: " + expected + ", so the dl4j engine is used."), notes);
    }

    /** A process of its own, since libraries are loaded once; it has all of the class path but oneDNN's library. */
    @Test
    void withoutOneDnnTheDl4jEngineIsUsed(@TempDir Path folder) throws IOException {
        String withoutOneDnn = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().matches("dnnl-.*-(linux|macosx|windows)-.*"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-Dgossamer.home=" + folder, "-cp", withoutOneDnn,
                        Main.class.getName(), "bench", "--model", "linear", "--engine", "auto", "--workers", "1",
                        "--rounds", "1", "--steps", "1")
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader()) {
            String printed = String.join("\n", out.lines().toList());
            assertTrue(printed.contains("Note: oneDNN cannot be loaded here"), printed);
            assertTrue(printed.contains("so the dl4j engine is used"), printed);
            assertTrue(Files.readString(folder.resolve("runs/bench.json")).contains("\"dl4j on "), printed);
        } finally {
            process.destroy();
        }
    }
}
