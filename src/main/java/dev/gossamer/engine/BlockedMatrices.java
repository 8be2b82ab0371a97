package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Trace;
import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.BlockProgram.Chain;
import dev.gossamer.engine.BlockProgram.Combine;
import dev.gossamer.engine.BlockProgram.Elementwise;
import dev.gossamer.engine.BlockProgram.Instruction;
import dev.gossamer.engine.BlockProgram.Load;
import dev.gossamer.engine.BlockProgram.Mix;
import dev.gossamer.engine.BlockProgram.Place;
import dev.gossamer.engine.BlockProgram.Shift;
import dev.gossamer.engine.BlockProgram.Stage;
import dev.gossamer.engine.BlockProgram.Store;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Single-precision matrices in native memory. An update is one pass over them, a block of columns at a time. What a
 * block of all n rows has between two stages stays in the core's cache, so each matrix is read once and written once: 5
 * n d values for SGD with momentum, 7 with the moving average. Mixing costs as many row operations as W has entries;
 * rows of W that are equal to the one before (all, when fully connected) are mixed once.
 *
 * <p>Columns do not depend on each other, so the result is the same bit for bit whatever the number of threads.
 */
public final class BlockedMatrices implements ReplicaMatrices {

    /** Values of one block of all rows: a quarter MiB, which leaves room in a second-level cache of 512 KiB and up. */
    private static final int CACHED_VALUES = 1 << 16;

    /** Columns of a block where rows are many: shorter pieces of so many rows cost more than leaving the cache. */
    private static final int MANY_ROWS_BLOCK = 8192;

    /** Most values of one block, of each thread on Java's heap. */
    private static final int MOST_VALUES = 1 << 20;

    private final Update update;
    private final Map<Stored, List<FloatBuffer>> rows;
    private final FloatBuffer[][] matrices;
    private final FloatBuffer[] parameters;
    private final Workforce workforce;
    private final Map<Exchange, Prepared<Weights>> weights = new HashMap<>();
    private final Map<Trace, List<BlockProgram>> programs = new HashMap<>();
    private final Scratch[] scratches;
    private final int columns;
    private final int block;

    /**
     * @param update what a step does
     * @param matrices rows of each of its matrices, n direct buffers of d values
     * @param workforce threads to share the columns among
     */
    public BlockedMatrices(Update update, Map<Stored, List<FloatBuffer>> matrices, Workforce workforce) {
        this.update = update;
        rows = Map.copyOf(matrices);
        this.matrices = update.stored().stream()
                .map(matrix -> matrices.get(matrix).toArray(FloatBuffer[]::new)).toArray(FloatBuffer[][]::new);
        parameters = matrices.get(update.parameters()).toArray(FloatBuffer[]::new);
        this.workforce = workforce;
        for (Trace trace : update.traces()) {
            programs.put(trace,
                    trace.passes().stream().map(pass -> new BlockProgram(update.stored(), pass)).toList());
            trace.mixed().forEach(mixed -> weights.computeIfAbsent(mixed.exchange(), exchange -> new Prepared<>(
                    mixing -> new Weights(exchange.weights().apply(mixing)), forgotten -> {})));
        }
        columns = parameters[0].capacity();
        block = block(parameters.length);
        scratches = new Scratch[workforce.threads()];
        for (int t = 0; t < scratches.length; t++) {
            scratches[t] = new Scratch(programs.values(), parameters.length, block);
        }
    }

    private static int block(int rows) {
        return Math.max(CACHED_VALUES / rows, Math.min(MANY_ROWS_BLOCK, MOST_VALUES / rows));
    }

    @Override
    public void step(Clock clock, MixingMatrix mixing) {
        for (BlockProgram program : programs.get(update.at(clock.step()))) {
            Map<Exchange, Weights> prepared = prepared(program, mixing);
            float[][] factors = factors(program, clock);
            workforce.forEach(blocks(), (thread, index) -> {
                int from = index * block;
                int length = Math.min(block, columns - from);
                program.stages().forEach(stage -> run(stage, prepared, factors, scratches[thread], from, length));
            });
        }
    }

    private Map<Exchange, Weights> prepared(BlockProgram program, MixingMatrix mixing) {
        Map<Exchange, Weights> prepared = new HashMap<>();
        program.exchanges().forEach(exchange -> prepared.put(exchange, weights.get(exchange).of(mixing)));
        return prepared;
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
        destination.put(rows.get(matrix).get(worker).duplicate().clear());
    }

    @Override
    public void write(Stored matrix, int worker, FloatBuffer source) {
        rows.get(matrix).get(worker).put(0, source, source.position(), columns);
        source.position(source.position() + columns);
    }

    @Override
    public double consensusDistance(Kept matrix) {
        List<FloatBuffer> rows = this.rows.get(matrix);
        double[] distances = new double[blocks()];
        workforce.forEach(distances.length, (thread, index) -> {
            int from = index * block;
            distances[index] = squaredDistances(rows, scratches[thread], from, Math.min(block, columns - from));
        });
        return Arrays.stream(distances).sum() / parameters.length;
    }

    private int blocks() {
        return (columns + block - 1) / block;
    }

    private static double squaredDistances(List<FloatBuffer> matrix, Scratch scratch, int from, int length) {
        float[][] rows = scratch.slots[0];
        for (int i = 0; i < rows.length; i++) {
            matrix.get(i).get(from, rows[i], 0, length);
        }
        double sum = 0;
        for (int k = 0; k < length; k++) {
            double mean = 0;
            for (float[] row : rows) {
                mean += row[k];
            }
            mean /= rows.length;
            for (float[] row : rows) {
                sum += (row[k] - mean) * (row[k] - mean);
            }
        }
        return sum;
    }

    /** The factors of a step, rounded once: each [1], or [n] where workers have their own. */
    private static float[][] factors(BlockProgram program, Clock clock) {
        float[][] factors = new float[program.factors().size()][];
        for (int k = 0; k < factors.length; k++) {
            factors[k] = program.factors().get(k).rounded(clock);
        }
        return factors;
    }

    private static float factor(float[][] factors, int number, int row) {
        float[] values = factors[number];
        return values.length == 1 ? values[0] : values[row];
    }

    private void run(
            Stage stage, Map<Exchange, Weights> weights, float[][] factors, Scratch scratch, int from, int length) {
        for (int i = 0; i < parameters.length; i++) {
            for (Mix mix : stage.mixes()) {
                Weights rows = weights.get(mix.exchange());
                if (!rows.sameAsPrevious(i)) {
                    rows.combine(i, scratch.slots[mix.from().index()], scratch.at(mix.to(), i), length);
                }
            }
            for (Instruction instruction : stage.instructions()) {
                if (instruction instanceof Load load) {
                    matrices[load.matrix()][i].get(from, scratch.at(load.to(), i), 0, length);
                } else if (instruction instanceof Combine combine) {
                    combine(combine, factors, scratch, i, length);
                } else if (instruction instanceof Chain chain) {
                    chain(chain, factors, scratch, i, length);
                } else if (instruction instanceof Shift shift) {
                    Combination.shift(factor(factors, shift.amount(), i), scratch.at(shift.value(), i),
                            scratch.at(shift.to(), i), length);
                } else if (instruction instanceof Elementwise elementwise) {
                    elementwise(elementwise, scratch, i, length);
                }
            }
            for (Store store : stage.stores()) {
                matrices[store.matrix()][i].put(from, scratch.at(store.from(), i), 0, length);
            }
        }
    }

    private static void combine(Combine combine, float[][] factors, Scratch scratch, int row, int length) {
        float[] to = scratch.at(combine.to(), row);
        Terms terms = new Terms(combine, factors, scratch, row);
        int first = Math.min(terms.count(), 3);
        switch (first) {
            case 1 -> Combination.set(terms.a(0), terms.x(0), to, length);
            case 2 -> Combination.set(terms.a(0), terms.x(0), terms.a(1), terms.x(1), to, length);
            default -> Combination.set(
                    terms.a(0), terms.x(0), terms.a(1), terms.x(1), terms.a(2), terms.x(2), to, length);
        }
        for (int k = first; k < terms.count(); k++) {
            Combination.add(terms.a(k), terms.x(k), to, length);
        }
    }

    private static void chain(Chain chain, float[][] factors, Scratch scratch, int row, int length) {
        Terms first = new Terms(chain.first(), factors, scratch, row);
        Terms second = new Terms(chain.second(), factors, scratch, row);
        Combination.chain(first.a(0), first.x(0), first.a(1), first.x(1), first.a(2), first.x(2),
                scratch.at(chain.first().to(), row), second.a(0), second.x(0), second.a(1),
                scratch.at(chain.second().to(), row), length);
    }

    private static void elementwise(Elementwise elementwise, Scratch scratch, int row, int length) {
        float[] first = scratch.at(elementwise.first(), row);
        float[] second = scratch.at(elementwise.second(), row);
        float[] to = scratch.at(elementwise.to(), row);
        switch (elementwise.operator()) {
            case PRODUCT -> Combination.product(first, second, to, length);
            case QUOTIENT -> Combination.quotient(first, second, to, length);
            case MAXIMUM -> Combination.maximum(first, second, to, length);
            case ROOT -> Combination.root(first, to, length);
            case SIGN -> Combination.sign(first, to, length);
        }
    }

    /** What is summed. */
    private record Terms(Combine combine, float[][] factors, Scratch scratch, int row) {

        int count() {
            return combine.values().length;
        }

        float a(int k) {
            return factor(factors, combine.factors()[k], row);
        }

        float[] x(int k) {
            return scratch.at(combine.values()[k], row);
        }
    }

    /** One thread's working memory. */
    private static final class Scratch {

        private final float[][] registers;
        private final float[][][] slots;

        Scratch(Collection<List<BlockProgram>> programs, int rows, int block) {
            registers = new float[most(programs, BlockProgram::registers)][block];
            slots = new float[Math.max(1, most(programs, BlockProgram::slots))][rows][block];
        }

        private static int most(Collection<List<BlockProgram>> programs, ToIntFunction<BlockProgram> number) {
            return programs.stream().flatMap(List::stream).mapToInt(number).max().orElseThrow();
        }

        float[] at(Place place, int row) {
            return place.isSlot() ? slots[place.index()][row] : registers[place.index()];
        }
    }
}
