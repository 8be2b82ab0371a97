package dev.gossamer.engine.stacked;

import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.ScoreSum;
import dev.gossamer.model.LayerSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * All replicas as one program on a device. The network is compiled once; its layers have to be Gossamer's own. Of ND4J
 * and DL4J it takes configurations only, for which their native libraries are not loaded.
 */
public final class StackedEngine extends ReplicaEngine {

    /** Most copies of the parameters with which a device that holds all replicas scores chunks of a set at once. */
    public static final int MOST_CHUNKS = 8;

    /** Bytes of the counts of a vector's values by digits of their ranks, on a GPU. */
    public static final int BYTES_OF_COUNTS = Integer.BYTES << 11;

    /** Copies of the largest weight tensor that an operation may need. */
    private static final long ORDERED_WEIGHTS = 3;

    /**
     * Builds n replicas that all start from the same parameters.
     *
     * @param network one input of images, one loss layer; see {@link dev.gossamer.model.Models}
     * @param images shape of the images
     * @param workers number of workers n, at least 1
     * @param rule what a step does, and which matrices it keeps
     * @param seed seed of the dropout masks; that of the initial parameters is in the configuration
     * @param device where to run
     * @throws UnknownLayerException if the network has a layer of a kind that is not known
     * @throws IllegalArgumentException if the network is not in single precision
     */
    public StackedEngine(ComputationGraphConfiguration network, ImageShape images, int workers, Update rule, long seed,
            Device device) {
        this(Compiler.compile(network, images, true), Compiler.compile(network, images, false), images, workers, rule,
                seed, device, Compiler.layers(network));
    }

    /**
     * Builds n replicas that all start from the same parameters.
     *
     * @param network a stack of layers that ends with a loss layer; everything else as for a graph
     * @throws UnknownLayerException if the network has a layer of a kind that is not known, or a preprocessor
     */
    public StackedEngine(MultiLayerConfiguration network, ImageShape images, int workers, Update rule, long seed,
            Device device) {
        this(Compiler.compile(network, images, true), Compiler.compile(network, images, false), images, workers, rule,
                seed, device, network.getConfs());
    }

    private StackedEngine(Program training, Program evaluation, ImageShape images, int workers, Update rule, long seed,
            Device device, List<NeuralNetConfiguration> layers) {
        super("stacked on " + device.description(), images, seed,
                initialized(training, evaluation, workers, rule, device, layers));
    }

    private static Replicas initialized(Program training, Program evaluation, int workers, Update rule, Device device,
            List<NeuralNetConfiguration> layers) {
        checkPrecision(layers);
        Replicas replicas = device.load(training, evaluation, workers, rule);
        try {
            initialize(replicas.matrices(), layers);
            return replicas;
        } catch (RuntimeException | Error e) {
            replicas.close();
            throw e;
        }
    }

    /**
     * Bytes that a thread needs for the replica that it trains: the planned tensors, and weights and gradients in a
     * device's own order.
     *
     * @param batch images per worker and step
     * @throws UnknownLayerException if the network has a layer of a kind that is not known
     */
    public static long bytesOfTraining(ComputationGraphConfiguration network, ImageShape images, int batch) {
        Program training = Compiler.compile(network, images, true);
        long weights = training.parameters().stream().mapToLong(Slice::size).max().orElse(0);
        return bytes(training, batch) + ORDERED_WEIGHTS * Float.BYTES * weights;
    }

    /**
     * Bytes that a thread needs for the images that it evaluates.
     *
     * @throws UnknownLayerException if the network has a layer of a kind that is not known
     */
    public static long bytesOfEvaluation(ComputationGraphConfiguration network, ImageShape images) {
        return bytes(Compiler.compile(network, images, false), ScoreSum.CHUNK);
    }

    /**
     * Bytes on a device that holds all replicas and their tensors at once.
     *
     * @param workers number of workers n
     * @param batch images per worker and step
     * @param rule which matrices there are
     * @param rounded whether parameters are kept in BF16 as well, as precision bf16 on a GPU does
     * @throws UnknownLayerException if the network has a layer of a kind that is not known
     */
    public static long bytesOfAll(ComputationGraphConfiguration network, ImageShape images, int workers, int batch,
            Update rule, boolean rounded) {
        Program training = Compiler.compile(network, images, true);
        long row = training.size() * Float.BYTES;
        long parameters = row + (rounded ? training.size() * Short.BYTES : 0);
        long matrices = workers * (parameters + (rule.stored().size() - 1) * row); // all others
        long chunk = parameters + bytes(Compiler.compile(network, images, false), ScoreSum.CHUNK);
        return matrices + workers * (bytes(training, batch) + bytesOfMeasurements(rule, training))
                + Math.min(workers, MOST_CHUNKS) * chunk;
    }

    /** Bytes of a row that a GPU needs to find what is kept of vectors: values of the largest, and counts of ranks. */
    private static long bytesOfMeasurements(Update rule, Program program) {
        long values = rule.traces().stream().flatMap(trace -> trace.passes().stream())
                .mapToLong(pass -> pass.measured().stream()
                        .filter(value -> value.compression() instanceof Compression.TopK).count())
                .max().orElse(0);
        long vectors = rule.traces().stream().flatMap(trace -> trace.compressed().stream())
                .map(Value.Compressed::compression).filter(Compression.Selection.class::isInstance)
                .mapToLong(compression -> compression.isByTensor() ? program.parameters().size() : 1)
                .max().orElse(0);
        return values * program.size() * Float.BYTES + vectors * BYTES_OF_COUNTS;
    }

    private static long bytes(Program program, int batch) {
        return program.plan(tensor -> (long) Float.BYTES * batch * tensor.size()).bytes();
    }

    private static void checkPrecision(List<NeuralNetConfiguration> layers) {
        DataType type = layers.get(0).getDataType();
        if (type != DataType.FLOAT) {
            throw new IllegalArgumentException(
                    "the stacked engine computes in FLOAT, but the network is configured for " + type);
        }
    }

    private static void initialize(ReplicaMatrices matrices, List<NeuralNetConfiguration> layers) {
        FloatBuffer row = initial(matrices.parameters(), layers);
        for (Kept matrix : matrices.rule().kept()) {
            for (int i = 0; i < matrices.workers() && matrix.initial() == Kept.Initial.PARAMETERS; i++) {
                matrices.write(matrix, i, row.rewind());
            }
        }
    }

    /** The parameters that every replica starts from, outside of Java's heap. */
    private static FloatBuffer initial(long parameters, List<NeuralNetConfiguration> layers) {
        FloatBuffer row = ByteBuffer.allocateDirect(Math.toIntExact(parameters * Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (NeuralNetConfiguration layer : layers) {
            if (layer.getLayer() instanceof LayerSpec spec) {
                spec.parameters().forEach(parameter -> parameter.draw(layer.getSeed(), drawn -> put(drawn, row)));
            }
        }
        return row;
    }

    private static void put(double[] values, FloatBuffer row) {
        for (double value : values) {
            row.put((float) value);
        }
    }
}
