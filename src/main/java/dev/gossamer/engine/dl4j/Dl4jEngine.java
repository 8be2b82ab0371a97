package dev.gossamer.engine.dl4j;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Purpose;
import dev.gossamer.data.Seeds;
import dev.gossamer.engine.BlockedMatrices;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.ScoreSum;
import dev.gossamer.engine.Workforce;
import dev.gossamer.engine.host.NativeBackend;
import dev.gossamer.model.Models;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs one DL4J network per worker, each on its rows of the parameter and gradient matrices, several side by side: a
 * network is run by one thread at a time, and ND4J's operations stay within that thread unless there is only one
 * worker. Which thread runs which network has no influence on the result.
 */
public final class Dl4jEngine implements ReplicaEngine {

    private final int workers;
    private final int classes;
    private final boolean host;
    private final long seed;
    private final Workforce workforce;
    private final List<INDArray> owned = new ArrayList<>();
    private final INDArray parameters;
    private final INDArray gradients;
    private final INDArray scored;
    private final Replica[] replicas;
    private final Replica[] evaluators;
    private final Inputs[] inputs;
    private final double[] losses;
    private final ReplicaMatrices matrices;
    private final Update rule;
    private final Map<Stored, INDArray> all = new HashMap<>();

    /**
     * Builds n replicas that all start from the same parameters.
     *
     * @param network makes the network's configuration, a new but equal object at each call: any DL4J layers between
     *     one input of images [b, c, h, w] and the loss layer of {@link Models} (log-probabilities [b, classes], mean
     *     loss)
     * @param classes number of classes
     * @param workers number of workers n, at least 1
     * @param rule what a step does, and which matrices it keeps
     * @param seed seed of the dropout masks; that of the initial parameters is in the configuration
     * @param threads number of threads, at least 1; no more are used than workers, nor than twice the processors
     */
    public Dl4jEngine(
            Supplier<ComputationGraphConfiguration> network,
            int classes,
            int workers,
            Update rule,
            long seed,
            int threads) {
        this(network, classes, workers, rule, seed, threads, NativeBackend.isHost());
    }

    /** @param host whether arrays are read and written as memory of the host; otherwise by copies of ND4J's */
    Dl4jEngine(
            Supplier<ComputationGraphConfiguration> network,
            int classes,
            int workers,
            Update rule,
            long seed,
            int threads,
            boolean host) {
        this.workers = workers;
        this.classes = classes;
        this.rule = rule;
        this.seed = seed;
        this.host = host;
        workforce = host ? NativeBackend.workforce(workers, threads) : NativeBackend.workforceWithout(1, 1);
        replicas = new Replica[workers];
        evaluators = new Replica[workforce.threads()];
        inputs = new Inputs[workforce.threads()];
        losses = new double[workers];
        try (INDArray initial = initialParameters(network.get())) {
            rule.stored().forEach(matrix -> all.put(matrix, matrix(initial, workers)));
            parameters = all.get(rule.parameters());
            gradients = all.get(rule.gradients());
            scored = matrix(initial, 1);
            for (int i = 0; i < workers; i++) {
                row(parameters, i).assign(initial);
                replicas[i] = new Replica(network.get(), row(parameters, i));
                replicas[i].writeGradientsTo(row(gradients, i));
            }
            rule.kept().stream().filter(matrix -> matrix.initial() == Kept.Initial.PARAMETERS)
                    .forEach(matrix -> all.get(matrix).assign(parameters));
            Arrays.setAll(evaluators, t -> new Replica(network.get(), scored));
            boolean single = host && initial.dataType() == DataType.FLOAT;
            matrices = single
                    ? new BlockedMatrices(rule, rule.stored().stream()
                            .collect(Collectors.toMap(matrix -> matrix, matrix -> rows(all.get(matrix)))), workforce)
                    : new Nd4jMatrices(rule, all);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** A parameter vector [1, d] as the seed in the configuration says. */
    private static INDArray initialParameters(ComputationGraphConfiguration configuration) {
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        return network.params();
    }

    /** Zeros [rows, d] of the type of a vector [1, d], closed with the engine. */
    private INDArray matrix(INDArray vector, int rows) {
        INDArray matrix = Nd4j.create(vector.dataType(), rows, vector.length());
        owned.add(matrix);
        return matrix;
    }

    private static INDArray row(INDArray matrix, int i) {
        return matrix.getRow(i, true);
    }

    /** The rows of a single-precision matrix as buffers on the same memory. */
    private static List<FloatBuffer> rows(INDArray matrix) {
        List<FloatBuffer> rows = new ArrayList<>();
        for (int i = 0; i < matrix.rows(); i++) {
            FloatPointer pointer = new FloatPointer(matrix.data().pointer());
            rows.add(pointer.position(offset(i, matrix.columns())).limit(offset(i + 1, matrix.columns())).asBuffer());
        }
        return rows;
    }

    /** Index of the first value of a row; above 2^31 for large models and many workers. */
    static long offset(int row, int columns) {
        return (long) row * columns;
    }

    @Override
    public String description() {
        return "dl4j on " + NativeBackend.description() + ", " + workforce.threads()
                + (workforce.threads() == 1 ? " thread" : " threads");
    }

    @Override
    public int workers() {
        return workers;
    }

    @Override
    public long parameters() {
        return parameters.columns();
    }

    @Override
    public Update rule() {
        return rule;
    }

    @Override
    public double computeGradients(Batch batch, long step) {
        if (batch.workers() != workers) {
            throw new IllegalArgumentException(
                    "the engine has " + workers + " workers, but the batch is for " + batch.workers());
        }
        workforce.forEach(workers, (thread, i) -> {
            Inputs input = inputs(thread, batch.size(), batch.shape());
            input.fill(batch, i);
            losses[i] = computeGradient(i, step, input.images(), input.labels());
        });
        return Arrays.stream(losses).average().getAsDouble();
    }

    /** Fills row i of G from images [b, c, h, w] and one-hot labels [b, classes]; the mean loss. */
    double computeGradient(int worker, long step, INDArray images, INDArray labels) {
        Replica replica = replicas[worker];
        replica.reseed(Seeds.derive(seed, Purpose.DROPOUT, worker, step));
        replica.setInputs(images);
        replica.setLabels(labels);
        replica.computeGradientAndScore();
        return replica.score();
    }

    /** X [n, d], not a copy. */
    INDArray parameterMatrix() {
        return parameters;
    }

    /** G [n, d], not a copy. */
    INDArray gradientMatrix() {
        return gradients;
    }

    /** A matrix [n, d] of the rule, not a copy. */
    INDArray matrix(Stored matrix) {
        return all.get(matrix);
    }

    private Inputs inputs(int thread, int size, ImageShape shape) {
        if (inputs[thread] == null || !inputs[thread].fit(size, shape)) {
            if (inputs[thread] != null) {
                inputs[thread].close();
            }
            inputs[thread] = new Inputs(size, shape, classes, parameters.dataType(), host);
        }
        return inputs[thread];
    }

    @Override
    public void update(Clock clock, MixingMatrix mixing) {
        if (mixing.workers() != workers) {
            throw new IllegalArgumentException(
                    "the engine has " + workers + " workers, but the mixing matrix is for " + mixing.workers());
        }
        matrices.step(clock, mixing);
    }

    @Override
    public Score evaluate(int worker, ImageSet images) {
        copy(all.get(rule.evaluated()), worker, scored);
        ScoreSum[] sums = new ScoreSum[ScoreSum.chunks(images)];
        workforce.forEach(sums.length, (thread, chunk) -> {
            int from = ScoreSum.start(images, chunk);
            int to = ScoreSum.start(images, chunk + 1);
            Inputs input = inputs(thread, to - from, images.shape());
            input.fill(images, from);
            sums[chunk] = score(evaluators[thread], input.images(), images, from);
        });
        return ScoreSum.total(sums, images.size());
    }

    private static ScoreSum score(Replica network, INDArray inputs, ImageSet images, int from) {
        INDArray logProbabilities = network.output(false, inputs)[0];
        float[] values = logProbabilities.data().asFloat();
        logProbabilities.close();
        return ScoreSum.of(values, images, from, (int) inputs.size(0));
    }

    /** Copies a worker's row of a matrix, or the mean of all rows. */
    private void copy(INDArray matrix, int worker, INDArray destination) {
        if (worker != MEAN) {
            destination.assign(row(matrix, worker));
            return;
        }
        destination.assign(0);
        for (int i = 0; i < workers; i++) {
            destination.addi(row(matrix, i));
        }
        destination.divi(workers);
    }

    @Override
    public double consensusDistance() {
        return matrices.consensusDistance();
    }

    @Override
    public void read(Stored matrix, int worker, FloatBuffer destination) {
        INDArray row = row(matrix, worker);
        destination.put(host ? values(row) : FloatBuffer.wrap(row.toFloatVector()));
    }

    @Override
    public void write(Stored matrix, int worker, FloatBuffer source) {
        INDArray row = row(matrix, worker);
        FloatBuffer values = host ? values(row) : FloatBuffer.allocate(row.columns());
        values.put(source.duplicate().limit(source.position() + values.capacity()));
        source.position(source.position() + values.capacity());
        if (!host) {
            row.assign(Nd4j.createFromArray(values.array()).reshape(1, values.capacity()));
        }
    }

    private INDArray row(Stored matrix, int worker) {
        Objects.checkIndex(worker, workers);
        if (parameters.dataType() != DataType.FLOAT) {
            throw new UnsupportedOperationException("parameters are read and written in single precision only");
        }
        return row(all.get(matrix), worker);
    }

    /** The values of a row in the host's memory. */
    private static FloatBuffer values(INDArray row) {
        return new FloatPointer(row.data().addressPointer()).capacity(row.length()).asBuffer();
    }

    @Override
    public void close() {
        for (Inputs input : inputs) {
            if (input != null) {
                input.close();
            }
        }
        owned.forEach(INDArray::close);
    }
}
