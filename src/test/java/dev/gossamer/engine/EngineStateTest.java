package dev.gossamer.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.engine.dl4j.Dl4jEngine;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Network;
import dev.gossamer.topology.Topologies;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** The state that an engine gives is all that another one needs to go on. */
class EngineStateTest {

    private static final ImageShape IMAGES = new ImageShape(3, 32, 32);
    private static final int WORKERS = 3;
    private static final int BATCH = 2;

    private static ReplicaEngine engine(String kind, String model, boolean ema, long seed) {
        Supplier<ComputationGraphConfiguration> network =
                () -> Network.of(model, 0.05, 0.5)
                .configuration(IMAGES, 10, seed, DataType.FLOAT);
        Update rule = Rules.descent(0.9, 1e-4, ema ? 0.9 : 0);
        return kind.equals("dl4j")
                ? new Dl4jEngine(network, IMAGES, 10, WORKERS, rule, 3, 2)
                : new StackedEngine(network.get(), IMAGES, WORKERS, rule, 3, HostDevice.cpu(2));
    }

    private static void train(ReplicaEngine engine, long from, long to) {
        for (long step = from; step < to; step++) {
            engine.computeGradients(NoiseImages.batch(new Random(step), IMAGES, WORKERS, BATCH, 10), step);
            engine.update(new Clock(step, 0.05), Topologies.parse("ring", WORKERS).at(step));
        }
    }

    /** Every row of every matrix, one after another in one direct buffer, as a checkpoint reads them. */
    private static List<float[]> state(ReplicaEngine engine) {
        FloatBuffer row = ByteBuffer.allocateDirect((int) engine.matrices().parameters() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        List<float[]> rows = new ArrayList<>();
        for (Kept matrix : engine.matrices().rule().kept()) {
            for (int i = 0; i < WORKERS; i++) {
                engine.matrices().read(matrix, i, row.clear());
                float[] values = new float[row.flip().remaining()];
                row.get(values);
                rows.add(values);
            }
        }
        return rows;
    }

    @ParameterizedTest
    @CsvSource({"stacked, vgg-11, true", "stacked, mlp, false", "dl4j, vgg-11, true", "dl4j, mlp, false"})
    void anotherEngineGoesOnBitForBit(String kind, String model, boolean ema) {
        try (ReplicaEngine first = engine(kind, model, ema, 7); ReplicaEngine second = engine(kind, model, ema, 8)) {
            assertEquals(ema ? 3 : 2, first.matrices().rule().kept().size());
            train(first, 0, 4);
            List<float[]> rows = state(first);
            for (int k = 0; k < rows.size(); k++) {
                Kept matrix = second.matrices().rule().kept().get(k / WORKERS);
                second.matrices().write(matrix, k % WORKERS, FloatBuffer.wrap(rows.get(k)));
            }
            train(first, 4, 7);
            train(second, 4, 7);
            List<float[]> expected = state(first);
            List<float[]> actual = state(second);
            for (int k = 0; k < expected.size(); k++) {
                assertArrayEquals(expected.get(k), actual.get(k),
                        first.matrices().rule().kept().get(k / WORKERS) + " " + k % WORKERS);
            }
        }
    }
}
