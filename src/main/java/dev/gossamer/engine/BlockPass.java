package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Value;
import dev.gossamer.engine.BlockProgram.Stage;
import dev.gossamer.engine.BlockProgram.Store;
import dev.gossamer.engine.Instruction.Chain;
import dev.gossamer.engine.Instruction.Combine;
import dev.gossamer.engine.Instruction.Compress;
import dev.gossamer.engine.Instruction.Elementwise;
import dev.gossamer.engine.Instruction.Load;
import dev.gossamer.engine.Instruction.Measure;
import dev.gossamer.engine.Instruction.Mix;
import dev.gossamer.engine.Instruction.Place;
import dev.gossamer.engine.Instruction.Shift;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/** A program with what it works on: matrices, weights and factors of a step, measurements. */
final class BlockPass {

    /** Columns computed in one go: what an instruction leaves for the next is still in a first-level cache. */
    private static final int STRIP = 2048;

    private final BlockProgram program;
    private final FloatBuffer[][] matrices;
    private final BlockReader[] readers;
    private final List<Prepared<Weights>> exchanges;
    private final Weights[] weights;
    private final float[][] factors;
    private final BlockMeasurement[] measurements;
    private final Prepared<RowSchedule> schedules = new Prepared<>(mixing -> newSchedule(), forgotten -> {});
    private RowSchedule schedule;

    /**
     * @param matrices rows of each matrix, by their numbers in the program
     * @param readers of each matrix
     * @param prepared the weights of each exchange
     * @param measurements of each compression
     */
    BlockPass(BlockProgram program, FloatBuffer[][] matrices, BlockReader[] readers,
            Map<Exchange, Prepared<Weights>> prepared, Map<Value.Compressed, BlockMeasurement> measurements) {
        this.program = program;
        this.matrices = matrices;
        this.readers = readers;
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
        schedule = schedules.of(mixing);
    }

    /** Measurements are of blocks whose columns do not depend on who receives from whom. */
    private RowSchedule newSchedule() {
        List<List<Weights>> mixed = program.stages().stream()
                .map(stage -> stage.exchanges().stream().map(number -> weights[number]).toList()).toList();
        int rows = matrices[0].length;
        return isMeasured() ? RowSchedule.stageByStage(mixed, rows) : RowSchedule.of(mixed, rows);
    }

    /** Whether something is measured in it, block by block. */
    boolean isMeasured() {
        return measurements.length > 0;
    }

    /** The order in which rows are worked on since {@link #begin}. */
    RowSchedule schedule() {
        return schedule;
    }

    /**
     * Does it for a block of columns.
     *
     * @param block its number
     * @param from the first of the columns
     */
    void run(Scratch scratch, int block, int from, int length) {
        for (int time = 0; time < schedule.length(); time++) {
            run(program.stages().get(schedule.stage(time)), scratch, time, block, from, length);
        }
    }

    private void run(Stage stage, Scratch scratch, int time, int block, int from, int length) {
        int row = schedule.row(time);
        for (List<Instruction> part : stage.parts()) {
            if (part.get(0).isByColumn()) {
                for (int start = 0; start < length; start += STRIP) {
                    run(part, scratch, time, start, Math.min(length, start + STRIP));
                }
            } else {
                run(part.get(0), scratch, row, block, from, length);
            }
        }
        for (Store store : stage.stores()) {
            matrices[store.matrix()][row].put(from, scratch.at(store.from(), row), 0, length);
        }
    }

    private void run(Instruction instruction, Scratch scratch, int row, int block, int from, int length) {
        if (instruction instanceof Load load) {
            readers[load.matrix()].read(scratch.thread(), row, from, scratch.at(load.to(), row), length);
        } else if (instruction instanceof Measure measure) {
            measurements[measure.compression()]
                    .measure(row, block, scratch.at(measure.value(), row));
        } else if (instruction instanceof Compress compress) {
            measurements[compress.compression()].compress(row, block,
                    scratch.at(compress.value(), row), scratch.at(compress.to(), row));
        }
    }

    private void run(List<Instruction> part, Scratch scratch, int time, int from, int to) {
        int row = schedule.row(time);
        for (Instruction instruction : part) {
            if (instruction instanceof Combine combine) {
                combine(combine, scratch, row, from, to);
            } else if (instruction instanceof Chain chain) {
                chain(chain.first(), chain.second(), scratch, row, from, to);
            } else if (instruction instanceof Mix mix) {
                mix(mix, scratch, time, from, to);
            } else if (instruction instanceof Shift shift) {
                Combination.shift(factor(shift.amount(), row), scratch.at(shift.value(), row),
                        scratch.at(shift.to(), row), from, to);
            } else if (instruction instanceof Elementwise elementwise) {
                elementwise(elementwise, scratch, row, from, to);
            }
        }
    }

    private void mix(Mix mix, Scratch scratch, int time, int from, int to) {
        int row = schedule.row(time);
        Weights rows = weights[mix.exchange()];
        if (!schedule.followsRowBefore(time) || !rows.sameAsPrevious(row)) {
            rows.combine(row, scratch.rows(mix.from()), schedule, scratch.at(mix.to(), row), from, to);
        }
    }

    private float factor(int number, int row) {
        float[] values = factors[number];
        return values.length == 1 ? values[0] : values[row];
    }

    private void combine(Combine sum, Scratch scratch, int row, int from, int to) {
        List<Place> x = sum.values();
        List<Integer> a = sum.factors();
        float[] out = scratch.at(sum.to(), row);
        switch (x.size()) {
            case 1 -> Combination.set(factor(a.get(0), row), scratch.at(x.get(0), row), out, from, to);
            case 2 -> Combination.set(factor(a.get(0), row), scratch.at(x.get(0), row),
                    factor(a.get(1), row), scratch.at(x.get(1), row), out, from, to);
            default -> Combination.set(factor(a.get(0), row), scratch.at(x.get(0), row),
                    factor(a.get(1), row), scratch.at(x.get(1), row),
                    factor(a.get(2), row), scratch.at(x.get(2), row), out, from, to);
        }
        for (int k = Combination.TERMS; k < x.size(); k++) {
            Combination.add(factor(a.get(k), row), scratch.at(x.get(k), row), out, from, to);
        }
    }

    private void chain(Combine first, Combine second, Scratch scratch, int row, int from, int to) {
        List<Place> x = first.values();
        List<Integer> a = first.factors();
        List<Integer> b = second.factors();
        Combination.chain(factor(a.get(0), row), scratch.at(x.get(0), row),
                factor(a.get(1), row), scratch.at(x.get(1), row),
                factor(a.get(2), row), scratch.at(x.get(2), row), scratch.at(first.to(), row),
                factor(b.get(0), row), scratch.at(second.values().get(0), row),
                factor(b.get(1), row), scratch.at(second.to(), row), from, to);
    }

    private static void elementwise(Elementwise elementwise, Scratch scratch, int row, int from, int to) {
        float[] first = scratch.at(elementwise.first(), row);
        float[] second = scratch.at(elementwise.second(), row);
        float[] out = scratch.at(elementwise.to(), row);
        switch (elementwise.operator()) {
            case PRODUCT -> Combination.product(first, second, out, from, to);
            case QUOTIENT -> Combination.quotient(first, second, out, from, to);
            case MAXIMUM -> Combination.maximum(first, second, out, from, to);
            case ROOT -> Combination.root(first, out, from, to);
            case SIGN -> Combination.sign(first, out, from, to);
        }
    }
}
