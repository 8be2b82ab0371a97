package dev.gossamer.engine;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The order in which the stages of a pass are done to the rows of a block, and the places that rows have meanwhile. A
 * row can be mixed as soon as its senders have been through the stage before, and needs no place once nobody receives
 * from it any more. Where every row has few senders, few rows are in between, whatever their number: then their blocks
 * may have many columns and still stay in a cache. Immutable.
 */
final class RowSchedule {

    private final int[] stageOf;
    private final int[] rowOf;
    private final int[] placeOf;
    private final int places;

    private RowSchedule(int[] stageOf, int[] rowOf, int[] placeOf, int places) {
        this.stageOf = stageOf;
        this.rowOf = rowOf;
        this.placeOf = placeOf;
        this.places = places;
    }

    /**
     * The one of several with the fewest places: one stage of all rows after the other where that takes no more than
     * twice as many.
     *
     * @param mixed weights that each stage mixes what earlier stages saved with
     * @param rows number of rows n
     */
    static RowSchedule of(List<List<Weights>> mixed, int rows) {
        long entries = mixed.stream().flatMap(List::stream).mapToLong(Weights::entries).max().orElse(0);
        if (entries > (long) rows * rows / 2) {
            return stageByStage(mixed, rows);
        }
        RowSchedule best = rowByRow(mixed, IntStream.range(0, rows).toArray());
        for (Weights weights : mixed.get(mixed.size() - 1)) {
            RowSchedule other = rowByRow(mixed, weights.breadthFirst());
            best = other.places < best.places ? other : best;
        }
        return 2 * best.places > rows ? stageByStage(mixed, rows) : best;
    }

    /** Every stage is done to all rows before the next one. */
    static RowSchedule stageByStage(List<List<Weights>> mixed, int rows) {
        int length = mixed.size() * rows;
        return new RowSchedule(IntStream.range(0, length).map(time -> time / rows).toArray(),
                IntStream.range(0, length).map(time -> time % rows).toArray(),
                IntStream.range(0, rows).toArray(), rows);
    }

    /** The rows are finished in an order, and those that they receive from begun when they are needed. */
    private static RowSchedule rowByRow(List<List<Weights>> mixed, int[] order) {
        Plan plan = new Plan(mixed, order.length);
        for (int row : order) {
            plan.finish(mixed.size() - 1, row);
        }
        plan.givePlaces();
        return new RowSchedule(plan.stageOf, plan.rowOf, plan.placeOf, plan.places);
    }

    /** A schedule that is being made. */
    private static final class Plan {

        private final List<List<Weights>> mixed;
        private final int[] stageOf;
        private final int[] rowOf;
        private final int[] stagesDone;
        private final int[] lastUses;
        private final int[] placeOf;
        private int length;
        private int places;

        private Plan(List<List<Weights>> mixed, int rows) {
            this.mixed = mixed;
            stageOf = new int[mixed.size() * rows];
            rowOf = new int[mixed.size() * rows];
            stagesDone = new int[rows];
            lastUses = new int[rows];
            placeOf = new int[rows];
        }

        private void finish(int stage, int row) {
            if (stagesDone[row] > stage) {
                return;
            }
            if (stage > 0) {
                finish(stage - 1, row);
                for (Weights weights : mixed.get(stage)) {
                    for (int k = weights.start(row); k < weights.start(row + 1); k++) {
                        finish(stage - 1, weights.sender(k));
                    }
                }
            }
            stagesDone[row] = stage + 1;
            add(stage, row);
        }

        private void add(int stage, int row) {
            stageOf[length] = stage;
            rowOf[length] = row;
            for (Weights weights : mixed.get(stage)) {
                for (int k = weights.start(row); k < weights.start(row + 1); k++) {
                    lastUses[weights.sender(k)] = length;
                }
            }
            lastUses[row] = length++;
        }

        private void givePlaces() {
            int[] free = new int[placeOf.length];
            int freed = 0;
            for (int k = 0; k < length; k++) {
                int row = rowOf[k];
                if (stageOf[k] == 0) {
                    placeOf[row] = freed > 0 ? free[--freed] : places++;
                }
                if (lastUses[row] == k) {
                    free[freed++] = placeOf[row];
                }
                for (Weights weights : mixed.get(stageOf[k])) {
                    for (int e = weights.start(row); e < weights.start(row + 1); e++) {
                        int sender = weights.sender(e);
                        if (lastUses[sender] == k && sender != row) {
                            free[freed++] = placeOf[sender];
                            lastUses[sender] = Integer.MAX_VALUE; // other weights may have the same sender
                        }
                    }
                }
            }
        }
    }

    /** Number of stages of rows. */
    int length() {
        return stageOf.length;
    }

    /** Which stage is done at that time. */
    int stage(int time) {
        return stageOf[time];
    }

    /** To which row. */
    int row(int time) {
        return rowOf[time];
    }

    /** Whether the same stage was done to the row before just before. */
    boolean followsRowBefore(int time) {
        return time > 0 && stageOf[time] == stageOf[time - 1] && rowOf[time] == rowOf[time - 1] + 1;
    }

    /** Place of a row in [0, {@link #places}) from its first stage on until it is needed no more. */
    int place(int row) {
        return placeOf[row];
    }

    /** Number of places. */
    int places() {
        return places;
    }
}
