package dev.gossamer.engine.dl4j;

import dev.gossamer.algorithm.Update;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.BlockedMatrices;
import dev.gossamer.engine.Columns;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.Workforce;
import dev.gossamer.engine.host.NativeBackend;
import dev.gossamer.model.Models;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs one DL4J network per worker, each on its rows of the parameter and gradient matrices, several side by side: a
 * network is run by one thread at a time, and ND4J's operations stay within that thread unless there is only one
 * worker. Which thread runs which network has no influence on the result.
 */
public final class Dl4jEngine extends ReplicaEngine {

    private final ReplicaArrays arrays;

    /**
     * Builds n replicas that all start from the same parameters.
     *
     * @param network makes the network's configuration, a new but equal object at each call: any DL4J layers between
     *     one input of images [b, c, h, w] and the loss layer of {@link Models} (log-probabilities [b, classes], mean
     *     loss)
     * @param images shape of the images
     * @param classes number of classes
     * @param workers number of workers n, at least 1
     * @param rule what a step does, and which matrices it keeps
     * @param seed seed of the dropout masks; that of the initial parameters is in the configuration
     * @param threads number of threads, at least 1; no more are used than workers, nor than twice the processors
     */
    public Dl4jEngine(
            Supplier<ComputationGraphConfiguration> network,
            ImageShape images,
            int classes,
            int workers,
            Update rule,
            long seed,
            int threads) {
        this(network, images, classes, workers, rule, seed, threads, NativeBackend.isHost());
    }

    /** @param host whether arrays are read and written as memory of the host; otherwise by copies of ND4J's */
    Dl4jEngine(
            Supplier<ComputationGraphConfiguration> network,
            ImageShape images,
            int classes,
            int workers,
            Update rule,
            long seed,
            int threads,
            boolean host) {
        this(network, images, rule, seed, arrays(network, classes, workers, rule, host,
                host ? NativeBackend.workforce(workers, threads) : NativeBackend.workforceWithout(1, 1)));
    }

    private Dl4jEngine(Supplier<ComputationGraphConfiguration> network, ImageShape images, Update rule, long seed,
            ReplicaArrays arrays) {
        super(arrays.description(), images, seed, replicas(network, rule, arrays));
        this.arrays = arrays;
    }

    private static ReplicaArrays arrays(Supplier<ComputationGraphConfiguration> network, int classes, int workers,
            Update rule, boolean host, Workforce workforce) {
        try {
            ComputationGraph initial = new ComputationGraph(network.get());
            seedStockLayers(initial);
            initial.init();
            try (INDArray parameters = initial.params()) {
                return new ReplicaArrays(rule, workers, parameters, tensors(initial), classes, workforce, host);
            }
        } catch (RuntimeException | Error e) {
            workforce.close();
            throw e;
        }
    }

    /** Layers of DL4J's own draw their initial parameters from the thread's generator. */
    private static void seedStockLayers(ComputationGraph network) {
        Nd4j.getRandom().setSeed(network.getConfiguration().getDefaultConfiguration().getSeed());
    }

    /** Columns of the tensors of a network's parameters, in the order in which they lie there. */
    private static List<Columns> tensors(ComputationGraph network) {
        return Columns.inOrder(network.paramTable().values().stream()
                .sorted(Comparator.comparingLong(INDArray::offset)).map(INDArray::length).toList());
    }

    private static Replicas replicas(
            Supplier<ComputationGraphConfiguration> network, Update rule, ReplicaArrays arrays) {
        try {
            return new Replicas(new Dl4jGradients(arrays, network, rule), matrices(rule, arrays),
                    new Dl4jScoring(arrays, network), arrays::close);
        } catch (RuntimeException | Error e) {
            arrays.close();
            throw e;
        }
    }

    private static ReplicaMatrices matrices(Update rule, ReplicaArrays arrays) {
        return arrays.isHostFloat()
                ? new BlockedMatrices(rule, rule.stored().stream()
                        .collect(Collectors.toMap(Function.identity(), arrays::rows)),
                        arrays.tensors(), arrays.workforce())
                : new Nd4jMatrices(rule, arrays.matrices(), arrays.tensors());
    }

    /** The arrays that it works on. */
    ReplicaArrays arrays() {
        return arrays;
    }
}
