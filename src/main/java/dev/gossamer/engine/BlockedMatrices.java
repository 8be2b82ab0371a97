package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Pass;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Trace;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Single-precision matrices in native memory. An update is one pass over them, a block of columns at a time. What a
 * block of all n rows has between two stages stays in the core's cache, so each matrix is read once and written once: 5
 * n d values for SGD with momentum, 7 with the moving average. Where rows have few senders, a block holds those that
 * are still needed instead of all, see {@link RowSchedule}. Mixing costs as many row operations as W has entries; rows
 * of W that are equal to the one before (all, when fully connected) are mixed once.
 *
 * <p>Columns do not depend on each other, so the result is the same bit for bit whatever the number of threads.
 */
public final class BlockedMatrices implements ReplicaMatrices {

    private final Update update;
    private final Map<Stored, List<FloatBuffer>> rows;
    private final FloatBuffer[][] matrices;
    private final FloatBuffer[] parameters;
    private final BlockReader[] readers;
    private final List<Columns> tensors;
    private final Workforce workforce;
    private final Map<Exchange, Prepared<Weights>> weights = new HashMap<>();
    private final Map<Trace, List<Round>> rounds = new HashMap<>();
    private final Scratch[] scratches;
    private final int columns;
    private final BlockShape whole;

    /**
     * A pass, what is measured in it, and how that goes on if it takes several rounds.
     *
     * @param again computes the same once more and writes nothing; null if there are no such measurements
     */
    private record Round(BlockPass pass, List<BlockMeasurement> measurements, BlockPass again) {}

    /**
     * @param update what a step does
     * @param matrices rows of each of its matrices, n direct buffers of d values
     * @param gradients reads the gradients
     * @param tensors which columns are those of each tensor
     * @param workforce threads to share the columns among
     */
    public BlockedMatrices(Update update, Map<Stored, List<FloatBuffer>> matrices, BlockReader gradients,
            List<Columns> tensors, Workforce workforce) {
        this.update = update;
        this.tensors = List.copyOf(tensors);
        rows = Map.copyOf(matrices);
        this.matrices = update.stored().stream()
                .map(matrix -> matrices.get(matrix).toArray(FloatBuffer[]::new)).toArray(FloatBuffer[][]::new);
        parameters = matrices.get(update.parameters()).toArray(FloatBuffer[]::new);
        readers = update.stored().stream()
                .map(matrix -> matrix.equals(update.gradients()) ? gradients : BlockReader.of(matrices.get(matrix)))
                .toArray(BlockReader[]::new);
        this.workforce = workforce;
        columns = parameters[0].capacity();
        whole = BlockShape.of(parameters.length);
        List<BlockProgram> programs = new ArrayList<>();
        update.traces().forEach(trace -> rounds.put(trace, rounds(trace, programs)));
        scratches = new Scratch[workforce.threads()];
        for (int t = 0; t < scratches.length; t++) {
            scratches[t] = new Scratch(t, programs);
        }
    }

    /** That of gradients in memory. */
    public BlockedMatrices(
            Update update, Map<Stored, List<FloatBuffer>> matrices, List<Columns> tensors, Workforce workforce) {
        this(update, matrices, BlockReader.of(matrices.get(update.gradients())), tensors, workforce);
    }

    /** That of a network with a single tensor. */
    public BlockedMatrices(Update update, Map<Stored, List<FloatBuffer>> matrices, Workforce workforce) {
        this(update, matrices, Columns.all(matrices.get(update.parameters()).get(0).capacity()), workforce);
    }

    /**
     * Bytes that it takes on Java's heap to measure what is compressed; with the matrices themselves, this is nearly
     * all.
     *
     * @param workers number of workers n
     * @param columns number of parameters d of one replica
     * @param tensors number of tensors that they are
     */
    public static long bytesOfMeasurements(Update rule, int workers, long columns, int tensors) {
        return rule.traces().stream().flatMap(trace -> trace.compressed().stream())
                .mapToLong(value -> BlockMeasurement.bytes(value.compression(), workers, columns,
                        value.compression().isByTensor() ? tensors : 1, columns / BlockShape.of(workers).columns()))
                .sum();
    }

    private List<Round> rounds(Trace trace, List<BlockProgram> programs) {
        trace.mixed().forEach(mixed -> weights.computeIfAbsent(mixed.exchange(), exchange -> new Prepared<>(
                mixing -> new Weights(exchange.weights().apply(mixing)), forgotten -> {})));
        Map<Value.Compressed, BlockMeasurement> measurements = new HashMap<>();
        trace.compressed().forEach(value -> measurements.put(value, measurement(value.compression())));
        List<Round> rounds = new ArrayList<>();
        for (int p = 0; p < trace.passes().size(); p++) {
            Pass pass = trace.passes().get(p);
            List<Value.Compressed> selected = pass.measured().stream()
                    .filter(value -> value.compression() instanceof Compression.TopK).toList();
            rounds.add(new Round(pass(pass, measurements, programs),
                    pass.measured().stream().map(measurements::get).toList(),
                    selected.isEmpty() ? null : pass(trace.again(p, selected), measurements, programs)));
        }
        return rounds;
    }

    private BlockPass pass(
            Pass pass, Map<Value.Compressed, BlockMeasurement> measurements, List<BlockProgram> programs) {
        BlockProgram program = new BlockProgram(update.stored(), pass);
        programs.add(program);
        return new BlockPass(program, matrices, readers, weights, measurements);
    }

    private BlockMeasurement measurement(Compression compression) {
        List<Columns> vectors = compression.isByTensor() ? tensors : Columns.all(columns);
        return BlockMeasurement.of(compression, parameters.length, new VectorPieces(vectors, columns, whole.columns()),
                workforce.threads());
    }

    @Override
    public void step(Clock clock, MixingMatrix mixing) {
        for (Round round : rounds.get(update.at(clock.step()))) {
            for (BlockMeasurement measurement : round.measurements()) {
                measurement.begin(clock);
                if (!measurement.isOfValues()) {
                    workforce.forEach(parameters.length, measurement::choose);
                }
            }
            run(round.pass(), clock, mixing);
            while (isToGoOn(round.measurements())) {
                run(round.again(), clock, mixing);
            }
        }
    }

    private void run(BlockPass pass, Clock clock, MixingMatrix mixing) {
        pass.begin(clock, mixing);
        BlockShape shape = shape(pass);
        workforce.forEach(shape.blocks(columns), (thread, index) -> {
            int from = index * shape.columns();
            scratches[thread].turnTo(shape, pass.schedule());
            pass.run(scratches[thread], index, from, Math.min(shape.columns(), columns - from));
        });
    }

    private BlockShape shape(BlockPass pass) {
        return pass.isMeasured() ? whole
                : BlockShape.rolling(pass.schedule().places(), parameters.length, columns);
    }

    private static boolean isToGoOn(List<BlockMeasurement> measurements) {
        boolean isToGoOn = false;
        for (BlockMeasurement measurement : measurements) {
            isToGoOn |= measurement.endRound();
        }
        return isToGoOn;
    }

    @Override
    public Update rule() {
        return update;
    }

    @Override
    public int workers() {
        return parameters.length;
    }

    @Override
    public long parameters() {
        return columns;
    }

    @Override
    public void read(Stored matrix, int worker, FloatBuffer destination) {
        if (!matrix.equals(update.gradients())) {
            destination.put(rows.get(matrix).get(worker).duplicate().clear());
            return;
        }
        float[] values = new float[whole.columns()];
        for (int from = 0; from < columns; from += values.length) {
            int length = Math.min(values.length, columns - from);
            reader(matrix).read(0, Objects.checkIndex(worker, parameters.length), from, values, length);
            destination.put(values, 0, length);
        }
    }

    private BlockReader reader(Stored matrix) {
        return readers[update.stored().indexOf(matrix)];
    }

    @Override
    public void write(Stored matrix, int worker, FloatBuffer source) {
        rows.get(matrix).get(worker).put(0, source, source.position(), columns);
        source.position(source.position() + columns);
        reader(matrix).replaced(worker);
    }

    @Override
    public double consensusDistance(Kept matrix) {
        List<FloatBuffer> rows = this.rows.get(matrix);
        double[] distances = new double[whole.blocks(columns)];
        workforce.forEach(distances.length, (thread, index) -> {
            int from = index * whole.columns();
            distances[index] = squaredDistances(rows, from, Math.min(whole.columns(), columns - from));
        });
        return Arrays.stream(distances).sum() / parameters.length;
    }

    private static double squaredDistances(List<FloatBuffer> rows, int from, int length) {
        float[] values = new float[length];
        double[] means = new double[length];
        for (FloatBuffer row : rows) {
            row.get(from, values);
            for (int k = 0; k < length; k++) {
                means[k] += values[k];
            }
        }
        Arrays.setAll(means, k -> means[k] / rows.size());
        double sum = 0;
        for (FloatBuffer row : rows) {
            row.get(from, values);
            for (int k = 0; k < length; k++) {
                sum += (values[k] - means[k]) * (values[k] - means[k]);
            }
        }
        return sum;
    }
}
