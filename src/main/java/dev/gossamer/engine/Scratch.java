package dev.gossamer.engine;

import dev.gossamer.engine.BlockProgram.Place;
import java.util.Collection;
import java.util.function.ToIntFunction;

/** One thread's working memory: places for a block of columns, in strips. */
final class Scratch {

    /** Columns of a strip: a few registers of so many fit into a first-level cache. */
    static final int STRIP = Integer.getInteger("strip", 1024);

    private final float[][] registers;
    private final float[][][] mixed;
    private final float[][][][] slots;

    /**
     * @param programs whose places it has
     * @param rows number of rows n
     * @param strips number of strips of a block
     */
    Scratch(Collection<BlockProgram> programs, int rows, int strips) {
        registers = new float[most(programs, BlockProgram::registers)][STRIP];
        mixed = new float[most(programs, BlockProgram::mixed)][strips][STRIP];
        slots = new float[Math.max(1, most(programs, BlockProgram::slots))][strips][rows][STRIP];
    }

    private static int most(Collection<BlockProgram> programs, ToIntFunction<BlockProgram> number) {
        return programs.stream().mapToInt(number).max().orElseThrow();
    }

    /** The values of a place for a row, in a strip of the block. */
    float[] at(Place place, int row, int strip) {
        return switch (place.kind()) {
            case REGISTER -> registers[place.index()];
            case MIXED -> mixed[place.index()][strip];
            case SLOT -> slots[place.index()][strip][row];
        };
    }

    /** All rows of a slot, in a strip of the block. */
    float[][] rows(int slot, int strip) {
        return slots[slot][strip];
    }
}
