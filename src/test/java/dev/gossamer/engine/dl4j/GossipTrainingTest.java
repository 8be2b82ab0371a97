package dev.gossamer.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.Draws;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Normalization;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.cuda.UsableGpu;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Network;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Softmax regression on 8 workers, 20 steps of momentum SGD, gossip and moving average, against the original code. */
class GossipTrainingTest {

    private static final int WORKERS = 8;
    private static final int FEATURES = 5;
    private static final int CLASSES = 3;
    private static final int BATCH = 4;

    private static final int POINTS = 40;

    private final JsonNode golden = read();
    private final ImageSet points = points();

    private static final Update RULE = Rules.descent(0.9, 1e-4, 0.95);

    private static JsonNode read() {
        try (var stream = GossipTrainingTest.class.getResourceAsStream("/reference/gossip-training.json")) {
            return new ObjectMapper().readTree(stream);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ring, ring, DOUBLE, 1e-10",
        "time_varying_exponential, time-varying-exponential, DOUBLE, 1e-10",
        "ring, ring, FLOAT, 1e-5",
        "time_varying_exponential, time-varying-exponential, FLOAT, 1e-5"
    })
    void reproducesTheOriginalCode(String run, String topology, DataType type, double tolerance) {
        JsonNode expected = golden.get("runs").get(run);
        Scheme scheme = Topologies.parse(topology, WORKERS);
        try (Dl4jEngine engine = new Dl4jEngine(
                () -> Network.of("linear", 1, 0)
                .configuration(new ImageShape(FEATURES, 1, 1), CLASSES, 1, type),
                new ImageShape(FEATURES, 1, 1), CLASSES, WORKERS, RULE, 1, 2)) {
            setInitialParameters(engine);
            for (int step = 0; step < 20; step++) {
                double[] losses = gradients(engine, step, type);
                if (step == 0 || step == 19) {
                    assertClose(expected.get("batch_losses_step_" + step), losses, tolerance);
                }
                engine.update(new Clock(step, step < 15 ? 0.1 : 0.01), scheme.at(step));
                JsonNode parameters = expected.get("P_after").get(String.valueOf(step + 1));
                if (parameters != null) {
                    assertClose(parameters, engine.arrays().matrix(RULE.parameters()), tolerance);
                }
            }
            assertClose(expected.get("ema_after_20"), engine.arrays().matrix(RULE.evaluated()), tolerance);
            assertEquals(
                    expected.get("consensus_distance_after_20").asDouble(),
                    engine.matrices().consensusDistance(RULE.parameters()), tolerance);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cpu, ring, ring", "cpu, time_varying_exponential, time-varying-exponential", "reference, ring, ring"})
    void theStackedEngineReproducesTheOriginalCode(String device, String run, String topology) {
        checkStackedEngine(device.equals("cpu") ? HostDevice.cpu(2) : HostDevice.reference(), run, topology);
    }

    @ParameterizedTest
    @CsvSource({"ring, ring", "time_varying_exponential, time-varying-exponential"})
    @Tag("gpu")
    void theStackedEngineReproducesTheOriginalCodeOnAGpu(String run, String topology) {
        checkStackedEngine(UsableGpu.device(Precision.FP32), run, topology);
    }

    private void checkStackedEngine(Device device, String run, String topology) {
        JsonNode expected = golden.get("runs").get(run);
        Scheme scheme = Topologies.parse(topology, WORKERS);
        ImageShape shape = new ImageShape(FEATURES, 1, 1);
        try (StackedEngine engine = new StackedEngine(
                Network.of("linear", 1, 0)
                .configuration(shape, CLASSES, 1, DataType.FLOAT), shape, WORKERS, RULE, 1,
                device)) {
            float[] initial = new float[(int) engine.matrices().parameters()];
            for (int k = 0; k < initial.length; k++) {
                initial[k] = (float) golden.get("initial_parameters").get(k).asDouble();
            }
            for (int i = 0; i < WORKERS; i++) {
                engine.matrices().write(RULE.parameters(), i, FloatBuffer.wrap(initial));
                engine.matrices().write(RULE.evaluated(), i, FloatBuffer.wrap(initial));
            }
            for (int step = 0; step < 20; step++) {
                engine.computeGradients(batch(step), step);
                engine.update(new Clock(step, step < 15 ? 0.1 : 0.01), scheme.at(step));
                JsonNode parameters = expected.get("P_after").get(String.valueOf(step + 1));
                if (parameters != null) {
                    assertClose(parameters, engine, RULE.parameters());
                }
            }
            assertClose(expected.get("ema_after_20"), engine, RULE.evaluated());
            assertEquals(expected.get("consensus_distance_after_20").asDouble(),
                    engine.matrices().consensusDistance(RULE.parameters()), 1e-5);
        }
    }

    private static void assertClose(JsonNode expected, StackedEngine engine, Stored matrix) {
        for (int i = 0; i < WORKERS; i++) {
            FloatBuffer row = FloatBuffer.allocate((int) engine.matrices().parameters());
            engine.matrices().read(matrix, i, row);
            double[] values = new double[row.capacity()];
            Arrays.setAll(values, row::get);
            assertClose(expected.get(i), values, 1e-5);
        }
    }

    private Batch batch(int step) {
        int[] labels = new int[WORKERS * BATCH];
        int[] places = new int[Draws.NUMBERS * labels.length];
        for (int k = 0; k < labels.length; k++) {
            int point = (7 * (k / BATCH) + 11 * step + 3 * (k % BATCH)) % POINTS;
            labels[k] = golden.get("labels").get(point).asInt();
            places[Draws.NUMBERS * k] = point;
        }
        return new Batch(new Draws(points, places), labels, WORKERS, BATCH);
    }

    /** Each point an image whose pixels are its number, which the tables turn into its features. */
    private ImageSet points() {
        byte[] pixels = new byte[POINTS * FEATURES];
        byte[] labels = new byte[POINTS];
        float[][] tables = new float[FEATURES][256];
        for (int point = 0; point < POINTS; point++) {
            labels[point] = (byte) golden.get("labels").get(point).asInt();
            for (int k = 0; k < FEATURES; k++) {
                pixels[point * FEATURES + k] = (byte) point;
                tables[k][point] = (float) golden.get("features").get(point).get(k).asDouble();
            }
        }
        return new ImageSet(new ImageShape(FEATURES, 1, 1), pixels, labels, new Normalization(tables));
    }

    private void setInitialParameters(Dl4jEngine engine) {
        for (int i = 0; i < WORKERS; i++) {
            for (int k = 0; k < engine.matrices().parameters(); k++) {
                double value = golden.get("initial_parameters").get(k).asDouble();
                engine.arrays().matrix(RULE.parameters()).putScalar(i, k, value);
                engine.arrays().matrix(RULE.evaluated()).putScalar(i, k, value);
            }
        }
    }

    private double[] gradients(Dl4jEngine engine, int step, DataType type) {
        double[] losses = new double[WORKERS];
        for (int worker = 0; worker < WORKERS; worker++) {
            double[][] images = new double[BATCH][];
            double[][] labels = new double[BATCH][CLASSES];
            for (int q = 0; q < BATCH; q++) {
                int point = (7 * worker + 11 * step + 3 * q) % POINTS;
                images[q] = doubles(golden.get("features").get(point));
                labels[q][golden.get("labels").get(point).asInt()] = 1;
            }
            INDArray input = Nd4j.createFromArray(images).castTo(type).reshape(BATCH, FEATURES, 1, 1);
            losses[worker] = ((Dl4jGradients) engine.gradients())
                    .compute(worker, 0, input, Nd4j.createFromArray(labels).castTo(type));
        }
        return losses;
    }

    private static double[] doubles(JsonNode array) {
        double[] values = new double[array.size()];
        Arrays.setAll(values, k -> array.get(k).asDouble());
        return values;
    }

    private static void assertClose(JsonNode expected, double[] actual, double tolerance) {
        for (int k = 0; k < actual.length; k++) {
            assertEquals(expected.get(k).asDouble(), actual[k], tolerance, "entry " + k);
        }
    }

    private static void assertClose(JsonNode expected, INDArray actual, double tolerance) {
        assertEquals(expected.size(), actual.rows());
        for (int i = 0; i < actual.rows(); i++) {
            assertClose(expected.get(i), actual.getRow(i).toDoubleVector(), tolerance);
        }
    }
}
