package dev.gossamer.engine;

import dev.gossamer.engine.Instruction.Place;
import java.util.Collection;
import java.util.function.ToIntFunction;

/** One thread's working memory: places for a block of columns. */
final class Scratch {

    /**
     * Values that arrays are longer than a block: with the header of an array, a multiple of 64 bytes, so that those
     * that lie one after another are aligned alike, and none of 4 KiB, so that they do not share places in a cache.
     */
    private static final int APART = 60;

    private final int thread;
    private final float[][] registers;
    private final float[][][] slots;

    /**
     * @param thread its number
     * @param programs whose places it has
     * @param rows number of rows n
     * @param block columns of a block
     */
    Scratch(int thread, Collection<BlockProgram> programs, int rows, int block) {
        this.thread = thread;
        registers = new float[most(programs, BlockProgram::registers)][block + APART];
        slots = new float[Math.max(1, most(programs, BlockProgram::slots))][rows][block + APART];
    }

    private static int most(Collection<BlockProgram> programs, ToIntFunction<BlockProgram> number) {
        return programs.stream().mapToInt(number).max().orElseThrow();
    }

    /** Number of the thread. */
    int thread() {
        return thread;
    }

    /** The values of a place for a row. */
    float[] at(Place place, int row) {
        return place.isSlot() ? slots[place.index()][row] : registers[place.index()];
    }

    /** All rows of a slot. */
    float[][] rows(Place slot) {
        return slots[slot.index()];
    }

    /** Room for a block of all rows. */
    float[][] rows() {
        return slots[0];
    }
}
