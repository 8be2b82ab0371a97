package dev.gossamer.engine;

import dev.gossamer.engine.BlockProgram.Place;
import java.util.Collection;
import java.util.function.ToIntFunction;

/** One thread's working memory: places for a block of columns. */
final class Scratch {

    private final float[][] registers;
    private final float[][][] slots;

    /**
     * @param programs whose places it has
     * @param rows number of rows n
     * @param block columns of a block
     */
    Scratch(Collection<BlockProgram> programs, int rows, int block) {
        registers = new float[most(programs, BlockProgram::registers)][block];
        slots = new float[Math.max(1, most(programs, BlockProgram::slots))][rows][block];
    }

    private static int most(Collection<BlockProgram> programs, ToIntFunction<BlockProgram> number) {
        return programs.stream().mapToInt(number).max().orElseThrow();
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
