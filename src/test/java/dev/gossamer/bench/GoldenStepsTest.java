package dev.gossamer.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Purpose;
import dev.gossamer.data.Seeds;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

class GoldenStepsTest {

    private static GoldenSteps steps(Device device, String model, int workers, Map<Key<?>, String> changes) {
        EngineFactory engines = (run, data) -> engine(device, run, data);
        return GoldenSteps.make(engines, GoldenSteps.run(model, workers, changes), Map.of("commit", "abc"));
    }

    private static StackedEngine engine(Device device, RunConfiguration run, DataSet data) {
        return new StackedEngine(run.network().configuration(data.train().shape(),
                data.classes(), Seeds.derive(run.seed(), Purpose.INITIALIZATION), DataType.FLOAT),
                data.train().shape(), run.gossip().workers(), run.optimization().rule(), run.seed(), device);
    }

    private static GoldenSteps small() {
        return steps(HostDevice.reference(), "mlp", 4, Map.of(Network.WIDTH, "0.01"));
    }

    private static boolean ok(GoldenSteps expected, GoldenSteps actual, String precision) {
        return actual.compareWith(expected, precision).stream().allMatch(GoldenSteps.Row::ok);
    }

    /** Two implementations, of which one knows no other library. */
    @Test
    void oneDnnTrainsLikeTheReference() {
        Map<Key<?>, String> narrow = Map.of(Network.WIDTH, "0.1");
        for (String model : List.of("mlp", "resnet-20")) {
            GoldenSteps expected = steps(HostDevice.reference(2), model, 2, narrow);
            List<GoldenSteps.Row> rows = steps(HostDevice.cpu(2), model, 2, narrow).compareWith(expected, "fp32");
            assertEquals(model.equals("mlp") ? 5 : 7, rows.size(), rows.toString());
            rows.forEach(row -> assertTrue(row.ok() && row.error() > 0, model + " " + row));
        }
    }

    @Test
    void aFileHoldsThem(@TempDir Path folder) throws IOException {
        assertEquals(Optional.empty(), GoldenSteps.read(folder, "mlp", 4));
        GoldenSteps written = small();
        written.write(folder);
        GoldenSteps read = GoldenSteps.read(folder, "mlp", 4).orElseThrow();
        assertArrayEquals(written.losses(), read.losses());
        read.compareWith(written, "fp32").forEach(row -> assertEquals(0, row.error(), row.toString()));
        assertEquals("reference, 1 thread", read.madeBy().get("engine").replace("stacked on ", ""));
        assertEquals("abc", read.madeBy().get("commit"));
        assertEquals("1", read.settings().get("seed"));
        Files.writeString(folder.resolve("mlp-1.json"), "{");
        assertThrows(IOException.class, () -> GoldenSteps.read(folder, "mlp", 1));
    }

    /** One tensor only, so that nothing else may hide it. */
    private static GoldenSteps withGradient(GoldenSteps steps, int tensor, float factor) {
        GoldenSteps.TensorSample first = steps.gradients().get(tensor);
        float[] values = first.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
        GoldenSteps.TensorSample changed = new GoldenSteps.TensorSample(first.tensor(), first.kind(), first.worker(),
                first.size(), first.norm() * Math.abs(factor), first.sum() * factor, values);
        List<GoldenSteps.TensorSample> gradients = new ArrayList<>(steps.gradients());
        gradients.set(tensor, changed);
        return new GoldenSteps(steps.madeBy(), steps.settings(), steps.losses(), gradients, steps.updates());
    }

    @Test
    void whatIsWrongIsSeen() {
        GoldenSteps expected = small();
        assertTrue(ok(expected, small(), "fp32"));
        assertFalse(ok(expected, withGradient(expected, 0, 1.1f), "fp32"));
        assertTrue(ok(expected, withGradient(expected, 0, 1.1f), "tf32"));
        assertFalse(ok(expected, withGradient(expected, 0, 1.5f), "tf32"));
        assertTrue(ok(expected, withGradient(expected, 0, 1.5f), "bf16"));
        assertFalse(ok(expected, withGradient(expected, 0, Float.NaN), "bf16"));
        GoldenSteps notANumber = small();
        notANumber.losses()[9] = Double.NaN;
        assertFalse(ok(expected, notANumber, "bf16"));
        GoldenSteps another = steps(HostDevice.reference(), "mlp", 4,
                Map.of(Network.WIDTH, "0.01", RunConfiguration.SEED, "2"));
        assertThrows(IllegalArgumentException.class, () -> another.compareWith(expected, "fp32"));
    }

    /** In the deepest network, where most other tensors are right. */
    @Test
    void oneWrongTensorAmongManyIsSeenInEveryPrecision() {
        GoldenSteps expected = steps(HostDevice.cpu(2), "resnet-20", 4, Map.of(Network.WIDTH, "0.1"));
        for (String precision : List.of("fp32", "tf32", "bf16")) {
            assertTrue(ok(expected, expected, precision));
            for (int tensor = 0; tensor < expected.gradients().size(); tensor++) {
                for (float factor : new float[] {0, -1, 2, 0.5f}) {
                    assertFalse(ok(expected, withGradient(expected, tensor, factor), precision),
                            precision + ", " + expected.gradients().get(tensor).tensor() + " times " + factor);
                }
            }
        }
    }
}
