package dev.gossamer.engine;

import dev.gossamer.engine.Instruction.Place;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * One thread's working memory: places for a block of columns, made for a shape of it when needed, and kept for the four
 * shapes that were used last. Of each, a slot takes 4 MiB at most, and 240 bytes for each row.
 */
final class Scratch {

    /**
     * Values that arrays are longer than a block: with the header of an array, a multiple of 64 bytes, so that those
     * that lie one after another are aligned alike, and none of 4 KiB, so that they do not share places in a cache.
     */
    private static final int APART = 60;

    /** A pass that compresses has whole blocks, and blocks of topologies that take turns may have other rows. */
    private static final int SHAPES = 4;

    private final int thread;
    private final int numberOfRegisters;
    private final int numberOfSlots;
    private final Map<BlockShape, Arrays> byShape = new LinkedHashMap<>(4, 0.75f, true);
    private Arrays arrays;
    private RowSchedule schedule;

    /** Registers, and slots of several rows. */
    private record Arrays(float[][] registers, float[][][] slots) {}

    /**
     * @param thread its number
     * @param programs whose places it has
     */
    Scratch(int thread, Collection<BlockProgram> programs) {
        this.thread = thread;
        numberOfRegisters = most(programs, BlockProgram::registers);
        numberOfSlots = Math.max(1, most(programs, BlockProgram::slots));
    }

    private static int most(Collection<BlockProgram> programs, ToIntFunction<BlockProgram> number) {
        return programs.stream().mapToInt(number).max().orElseThrow();
    }

    /** Turns to blocks of a shape, and to the rows of a schedule, whose places are no more than the shape has. */
    void turnTo(BlockShape shape, RowSchedule schedule) {
        this.schedule = schedule;
        arrays = byShape.get(shape);
        if (arrays == null) {
            if (byShape.size() == SHAPES) {
                byShape.remove(byShape.keySet().iterator().next());
            }
            arrays = new Arrays(new float[numberOfRegisters][shape.columns() + APART],
                    new float[numberOfSlots][shape.rows()][shape.columns() + APART]);
            byShape.put(shape, arrays);
        }
    }

    /** Number of the thread. */
    int thread() {
        return thread;
    }

    /** The values of a place for a row. */
    float[] at(Place place, int row) {
        return place.isSlot()
                ? arrays.slots[place.index()][schedule.place(row)]
                : arrays.registers[place.index()];
    }

    /** All rows of a slot, each in its place of the schedule. */
    float[][] rows(Place slot) {
        return arrays.slots[slot.index()];
    }
}
