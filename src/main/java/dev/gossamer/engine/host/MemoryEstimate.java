package dev.gossamer.engine.host;

import dev.gossamer.algorithm.Update;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.BlockedMatrices;
import dev.gossamer.engine.ScoreSum;
import dev.gossamer.model.Models;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * Roughly how much memory an engine takes, known before anything is allocated, and how much there is. The constants
 * were measured. Dl4j engine, VGG-11 and ResNet-20, batches of 16 to 256, 1 to 8 threads: the estimate was 8 % below to
 * 40 % above what was resident. Stacked engine, 2 threads: 5.7 GB for 5.62 (32 VGG-11 replicas, batch 16, moving
 * average), 1.2 for 1.20 (2 replicas, batch 128), 0.9 for 0.95 (2 of ResNet-20, batch 128).
 */
public final class MemoryEstimate {

    /** Libraries, the images, and garbage on Java's heap. */
    private static final long FIXED = 384L << 20;

    /** Working memory of native libraries for a thread. */
    private static final long PER_THREAD = 32L << 20;

    /** Vectors of d values beside the matrices: evaluated, initial, as that is drawn, on the way to a checkpoint. */
    private static final int VECTORS = 4;

    /** Memory of a forward and backward pass over that of all activations: gradients, patches, reordered copies. */
    private static final int TRAINING = 5;

    private MemoryEstimate() {}

    /**
     * Memory of an engine in bytes.
     *
     * @param network the configuration of one replica
     * @param images shape of the images
     * @param workers number of workers n
     * @param batchSize images per worker and step
     * @param rule which matrices [n, d] there are
     * @param threads number of threads wanted
     */
    public static long bytes(ComputationGraphConfiguration network, ImageShape images, int workers, int batchSize,
            Update rule, int threads) {
        long inFlight = Float.BYTES * activations(network, images) * ((long) TRAINING * batchSize + ScoreSum.CHUNK);
        return matrices(network, workers, rule)
                + NativeBackend.replicasAtOnce(workers, threads) * (PER_THREAD + inFlight);
    }

    /**
     * Memory in bytes of an engine that plans that of its replicas, evaluates with all threads, and may divide the
     * mini-batch of a single replica among them, each with gradients of its own.
     *
     * @param training bytes that a thread needs for the replica that it trains
     * @param evaluation bytes that it needs for the images that it evaluates
     */
    public static long bytes(ComputationGraphConfiguration network, int workers, Update rule, int threads,
            long training, long evaluation) {
        int all = NativeBackend.sensible(threads);
        int trained = workers == 1 ? all : NativeBackend.replicasAtOnce(workers, threads);
        long partGradients = workers == 1 ? Float.BYTES * Models.parameters(network) : 0;
        return matrices(network, workers, rule)
                + all * (PER_THREAD + evaluation) + trained * (training + partGradients);
    }

    private static long matrices(ComputationGraphConfiguration network, int workers, Update rule) {
        long rows = (long) rule.stored().size() * workers + VECTORS;
        long measured = BlockedMatrices.bytesOfMeasurements(
                rule, workers, Models.parameters(network), Models.tensors(network).length);
        return FIXED + Float.BYTES * rows * Models.parameters(network) + measured;
    }

    /** Number of values that the layers of a replica put out for one image. */
    private static long activations(ComputationGraphConfiguration network, ImageShape images) {
        InputType input = InputType.convolutional(images.height(), images.width(), images.channels());
        return network.getLayerActivationTypes(false, false, input).values().stream()
                .mapToLong(InputType::arrayElementsPerExample)
                .sum();
    }

    /**
     * Memory in bytes that the process may still take: up to its limits, {@code org.bytedeco.javacpp.maxphysicalbytes}
     * in all and {@code org.bytedeco.javacpp.maxbytes} outside Java's heap, and no more than the system has left.
     */
    public static long available() {
        long inAll = orUnlimited(Pointer.maxPhysicalBytes()) - Pointer.physicalBytes();
        long outsideHeap = orUnlimited(Pointer.maxBytes()) - Pointer.totalBytes();
        return Math.min(Math.min(inAll, outsideHeap), orUnlimited(Pointer.availablePhysicalBytes()));
    }

    private static long orUnlimited(long bytes) {
        return bytes > 0 ? bytes : Long.MAX_VALUE;
    }
}
