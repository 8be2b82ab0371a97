package dev.gossamer.engine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.model.Network;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class MemoryEstimateTest {

    private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
    private static final long MATRIX_ROW = 4L * 9_750_922;

    private static Update rule(boolean ema) {
        return Rules.descent(0.9, 0, ema ? 0.9 : 0);
    }

    private static long vgg11(double width, int workers, int batchSize, boolean ema, int threads) {
        var network = Network.of("vgg-11", width, 0.5)
                .configuration(SHAPE, 10, 1, DataType.FLOAT);
        return MemoryEstimate.bytes(network, SHAPE, workers, batchSize, rule(ema), threads);
    }

    /** The experiment cifar-ring-32 was measured to take 5.94 GB, and has to run where 8 GB are available. */
    @Test
    void aMachineWithEightGigabytesCanRunTheMainExperiment() {
        double gigabytes = vgg11(1, 32, 16, true, 2) / 1e9;
        assertTrue(gigabytes > 5.3 && gigabytes < 6.5, gigabytes + " GB");
        assertTrue(vgg11(1, 32, 16, true, 16) < 7.8e9, "16 threads");
    }

    @Test
    void eachWorkerAddsItsRows() {
        assertEquals(4 * MATRIX_ROW, vgg11(1, 33, 16, true, 1) - vgg11(1, 32, 16, true, 1));
        assertEquals(3 * MATRIX_ROW, vgg11(1, 4096, 16, false, 1) - vgg11(1, 4095, 16, false, 1));
    }

    @Test
    void activationsGrowWithBatchAndThreadsInFlight() {
        long activations = 4 * 187_914L; // of VGG-11 for one image, the input included; counted by hand
        assertEquals(5 * 48 * activations, vgg11(1, 1, 64, true, 1) - vgg11(1, 1, 16, true, 1));
        assertTrue(vgg11(1, 8, 16, true, 2) > vgg11(1, 8, 16, true, 1));
        assertEquals(vgg11(1, 1, 16, true, 2), vgg11(1, 1, 16, true, 1), "one worker is one replica in flight");
    }

    /** Of 22 tensors, or of a whole row: bins of ranks for each, and a number for each piece of 8192 values. */
    @Test
    void whatIsMeasuredForCompressionsIsCounted() {
        var network = Network.of("vgg-11", 1, 0.5).configuration(SHAPE, 10, 1, DataType.FLOAT);
        long pieces = 9_750_922 / 8192; // of eight workers and more
        long[] expected = {8 * (pieces + 1), 4 * (2048 + pieces + 1), 4 * (22 * 2048L + pieces + 22)};
        Compression[] compressions = {new Compression.ScaledSign(false), new Compression.TopK(0.1, false),
            new Compression.TopK(0.1, true)};
        for (int k = 0; k < expected.length; k++) {
            Compression compression = compressions[k];
            Update rule = Update.of(step -> step.parameters().becomes(
                    step.compressed(step.parameters().minus(step.gradients()), compression)));
            assertEquals(2 * (2 * MATRIX_ROW + expected[k]), MemoryEstimate.bytes(network, 10, rule, 1, 0, 0)
                    - MemoryEstimate.bytes(network, 8, rule, 1, 0, 0), compression.toString());
        }
    }

    /** All activations are alive when the backward pass starts, and no more than their gradients come on top. */
    @Test
    void thePlannedMemoryOfAReplicaGrowsWithItsBatch() {
        var network = Network.of("vgg-11", 1, 0.5)
                .configuration(SHAPE, 10, 1, DataType.FLOAT);
        long perImage = (StackedEngine.bytesOfTraining(network, SHAPE, 64)
                - StackedEngine.bytesOfTraining(network, SHAPE, 16)) / 48;
        assertTrue(perImage > 4 * 180_000 && perImage < 2 * 4 * 187_914, perImage + " bytes per image");
        assertTrue(StackedEngine.bytesOfEvaluation(network, SHAPE) > 50 * 4 * (65_536 + 16_384),
                "50 images are scored");
    }

    @Test
    void aThreadOfAPlannedEngineAddsWhatIsInFlight() {
        var network = Network.of("vgg-11", 1, 0.5)
                .configuration(SHAPE, 10, 1, DataType.FLOAT);
        long[] one = new long[2];
        long[] two = new long[2];
        for (int t = 0; t < 2; t++) {
            one[t] = MemoryEstimate.bytes(network, 1, rule(true), t + 1, 1_000_000, 70_000);
            two[t] = MemoryEstimate.bytes(network, 2, rule(true), t + 1, 1_000_000, 70_000);
        }
        assertEquals((32L << 20) + 1_070_000, two[1] - two[0]);
        assertEquals((32L << 20) + 1_070_000 + MATRIX_ROW, one[1] - one[0], "gradients of a part of the mini-batch");
    }

    @Test
    void whatIsAvailableIsWithinTheLimitOfTheProcess() {
        long available = MemoryEstimate.available();
        assertTrue(available > 0 && available < Pointer.maxPhysicalBytes(), available + " bytes");
    }
}
