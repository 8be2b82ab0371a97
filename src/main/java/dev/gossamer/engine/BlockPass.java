package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Value;
import dev.gossamer.engine.BlockProgram.Chain;
import dev.gossamer.engine.BlockProgram.Combine;
import dev.gossamer.engine.BlockProgram.Compress;
import dev.gossamer.engine.BlockProgram.Elementwise;
import dev.gossamer.engine.BlockProgram.Instruction;
import dev.gossamer.engine.BlockProgram.Load;
import dev.gossamer.engine.BlockProgram.Measure;
import dev.gossamer.engine.BlockProgram.Mix;
import dev.gossamer.engine.BlockProgram.Place;
import dev.gossamer.engine.BlockProgram.Shift;
import dev.gossamer.engine.BlockProgram.Stage;
import dev.gossamer.engine.BlockProgram.Store;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/** A program with what it works on: matrices, weights and factors of a step, measurements. */
final class BlockPass {

    private final BlockProgram program;
    private final FloatBuffer[][] matrices;
    private final List<Prepared<Weights>> exchanges;
    private final Weights[] weights;
    private final float[][] factors;
    private final BlockMeasurement[] measurements;

    /**
     * @param matrices rows of each matrix, by their numbers in the program
     * @param prepared the weights of each exchange
     * @param measurements of each compression
     */
    BlockPass(BlockProgram program, FloatBuffer[][] matrices, Map<Exchange, Prepared<Weights>> prepared,
            Map<Value.Compressed, BlockMeasurement> measurements) {
        this.program = program;
        this.matrices = matrices;
        exchanges = program.exchanges().stream().map(prepared::get).toList();
        weights = new Weights[exchanges.size()];
        factors = new float[program.factors().size()][];
        this.measurements = program.compressions().stream().map(measurements::get).toArray(BlockMeasurement[]::new);
    }

    /** Takes what a step needs: rows of the mixing matrix, and factors, rounded once. */
    void begin(Clock clock, MixingMatrix mixing) {
        for (int k = 0; k < weights.length; k++) {
            weights[k] = exchanges.get(k).of(mixing);
        }
        for (int k = 0; k < factors.length; k++) {
            factors[k] = program.factors().get(k).rounded(clock);
        }
    }

    /**
     * Does it for a block of columns.
     *
     * @param block its number
     * @param from the first of the columns
     */
    void run(Scratch scratch, int block, int from, int length) {
        for (Stage stage : program.stages()) {
            for (int row = 0; row < matrices[0].length; row++) {
                run(stage, scratch, row, block, from, length);
            }
        }
    }

    private void run(Stage stage, Scratch scratch, int row, int block, int from, int length) {
        for (Mix mix : stage.mixes()) {
            Weights rows = weights[mix.exchange()];
            if (!rows.sameAsPrevious(row)) {
                rows.combine(row, scratch.rows(mix.from()), scratch.at(mix.to(), row), length);
            }
        }
        for (Instruction instruction : stage.instructions()) {
            run(instruction, scratch, row, block, from, length);
        }
        for (Store store : stage.stores()) {
            matrices[store.matrix()][row].put(from, scratch.at(store.from(), row), 0, length);
        }
    }

    private void run(Instruction instruction, Scratch scratch, int row, int block, int from, int length) {
        if (instruction instanceof Load load) {
            matrices[load.matrix()][row].get(from, scratch.at(load.to(), row), 0, length);
        } else if (instruction instanceof Combine combine) {
            combine(combine, scratch, row, length);
        } else if (instruction instanceof Chain chain) {
            chain(chain.first(), chain.second(), scratch, row, length);
        } else if (instruction instanceof Shift shift) {
            Combination.shift(factor(shift.amount(), row), scratch.at(shift.value(), row),
                    scratch.at(shift.to(), row), length);
        } else if (instruction instanceof Elementwise elementwise) {
            elementwise(elementwise, scratch, row, length);
        } else if (instruction instanceof Measure measure) {
            measurements[measure.compression()]
                    .measure(row, block, scratch.at(measure.value(), row));
        } else if (instruction instanceof Compress compress) {
            measurements[compress.compression()].compress(row, block,
                    scratch.at(compress.value(), row), scratch.at(compress.to(), row));
        }
    }

    private float factor(int number, int row) {
        float[] values = factors[number];
        return values.length == 1 ? values[0] : values[row];
    }

    private void combine(Combine sum, Scratch scratch, int row, int length) {
        Place[] x = sum.values();
        int[] a = sum.factors();
        float[] to = scratch.at(sum.to(), row);
        switch (x.length) {
            case 1 -> Combination.set(factor(a[0], row), scratch.at(x[0], row), to, length);
            case 2 -> Combination.set(factor(a[0], row), scratch.at(x[0], row),
                    factor(a[1], row), scratch.at(x[1], row), to, length);
            default -> Combination.set(factor(a[0], row), scratch.at(x[0], row),
                    factor(a[1], row), scratch.at(x[1], row),
                    factor(a[2], row), scratch.at(x[2], row), to, length);
        }
        for (int k = 3; k < x.length; k++) {
            Combination.add(factor(a[k], row), scratch.at(x[k], row), to, length);
        }
    }

    private void chain(Combine first, Combine second, Scratch scratch, int row, int length) {
        Place[] x = first.values();
        int[] a = first.factors();
        int[] b = second.factors();
        Combination.chain(factor(a[0], row), scratch.at(x[0], row),
                factor(a[1], row), scratch.at(x[1], row),
                factor(a[2], row), scratch.at(x[2], row), scratch.at(first.to(), row),
                factor(b[0], row), scratch.at(second.values()[0], row),
                factor(b[1], row), scratch.at(second.to(), row), length);
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
}
