package dev.gossamer.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;
import dev.gossamer.topology.Topologies;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Engines one after another in one process, as in a sweep. */
class EngineSeriesTest {

    private static final int BATCH = 24;
    private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
    private static final double WIDTH = 0.4;

    private static Dl4jEngine engine(int workers, int threads) {
        return new Dl4jEngine(() -> Network.of("vgg-11", WIDTH, 0.5)
                .configuration(SHAPE, 10, 7, DataType.FLOAT),
                SHAPE, 10, workers, Rules.descent(0.9, 1e-4, 0.9), 7, threads);
    }

    private static Batch batch(int workers) {
        return NoiseImages.batch(new Random(2), SHAPE, workers, BATCH, 10);
    }

    /** Worker 0's parameters after some steps of a new engine. */
    private static float[] train(int workers, int threads, int steps) {
        try (Dl4jEngine engine = engine(workers, threads)) {
            Batch batch = batch(workers);
            for (int t = 0; t < steps; t++) {
                engine.computeGradients(batch, t);
                engine.update(new Clock(t, 0.05), Topologies.parse("solo", workers).at(t));
            }
            FloatBuffer values = FloatBuffer.allocate((int) engine.matrices().parameters());
            engine.matrices().readParameters(0, values);
            return values.array();
        }
    }

    /** OpenBLAS's limit of threads is one for the process: with another one, its sums are in another order. */
    @Test
    void anEngineBeforeItDoesNotChangeABit() {
        float[] several = train(3, 2, 2);
        float[] one = train(1, 2, 2);
        assertArrayEquals(several, train(3, 2, 2), "three workers after one");
        assertArrayEquals(one, train(1, 2, 2), "one worker after three");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 200})
    void absurdlyManyThreadsAreNotStarted(int workers) {
        int most = 2 * Runtime.getRuntime().availableProcessors();
        try (Dl4jEngine engine = new Dl4jEngine(
                () -> Network.of("linear", 1, 0)
                .configuration(SHAPE, 10, 7, DataType.FLOAT),
                SHAPE, 10, workers, Rules.descent(0.9, 1e-4, 0), 7, 99_999)) {
            engine.computeGradients(batch(workers), 0);
            int threads = Integer.parseInt(engine.description().replaceAll(".* (\\d+) threads?$", "$1"));
            assertTrue(threads <= Math.min(workers, most), engine.description());
        }
    }

    @Test
    void closedEnginesLeaveNoNativeMemory() {
        train(12, 2, 1);
        train(12, 2, 1);
        long before = Pointer.physicalBytes();
        for (int k = 0; k < 4; k++) {
            train(12, 2, 1);
        }
        long growth = Pointer.physicalBytes() - before;
        assertTrue(growth < matrices(12), growth + " bytes over four engines with matrices of " + matrices(12));
    }

    /** Looks at once, before the garbage collection that finds what nobody holds any more. */
    @Test
    void anEngineThatCannotBeMadeLeavesNoNativeMemory() {
        train(1, 1, 1);
        long growth = 0;
        for (int k = 0; k < 3; k++) {
            AtomicInteger calls = new AtomicInteger();
            long before = Pointer.physicalBytes();
            assertThrows(OutOfMemoryError.class, () -> new Dl4jEngine(() -> {
                if (calls.incrementAndGet() == 3) {
                    throw new OutOfMemoryError("native");
                }
                return Network.of("vgg-11", WIDTH, 0.5)
                .configuration(SHAPE, 10, 7, DataType.FLOAT);
            }, SHAPE, 10, 24, Rules.descent(0.9, 1e-4, 0.9), 7, 2));
            growth = Math.max(growth, Pointer.physicalBytes() - before);
        }
        assertTrue(growth < matrices(24) / 2, growth + " bytes after an engine with matrices of " + matrices(24));
    }

    private static long matrices(int workers) {
        return 4L * 4 * workers
                * Models.parameters(Network.of("vgg-11", WIDTH, 0.5)
                .configuration(SHAPE, 10, 7, DataType.FLOAT));
    }
}
