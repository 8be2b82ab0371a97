package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/** Random directed graphs in which every worker sends to equally many others. How many it hears from differs. */
final class RandomDigraphs {

    private RandomDigraphs() {}

    /**
     * A cycle through all workers in random order, and D - 1 random further receivers of each: strongly connected,
     * whatever the degree. A function of its arguments alone.
     *
     * @param degree the out-degree D, 1 to n - 1
     * @throws IllegalArgumentException if the degree is out of range
     */
    static Digraph connected(int workers, int degree, long seed) {
        check(workers, degree);
        Random random = new Random(seed);
        List<Integer> cycle = new ArrayList<>(IntStream.range(0, workers).boxed().toList());
        Collections.shuffle(cycle, random);
        int[][] receivers = new int[workers][];
        for (int k = 0; k < workers; k++) {
            int sender = cycle.get(k);
            BitSet known = new BitSet(workers);
            known.set(cycle.get((k + 1) % workers));
            receivers[sender] = receivers(sender, workers, degree, known, random);
        }
        return new Digraph(receivers);
    }

    /**
     * Every worker sends to D random others at each step, anew, without a period. The graph of a step need not be
     * connected, as others follow.
     *
     * @param degree the out-degree D, 1 to n - 1
     * @param seed the seed of all steps
     */
    static LongFunction<MixingMatrix> redrawn(int workers, int degree, long seed) {
        check(workers, degree);
        return step -> {
            Random random = new Random(DrawnScheme.seed(seed, step));
            int[][] receivers = new int[workers][];
            for (int j = 0; j < workers; j++) {
                receivers[j] = receivers(j, workers, degree, new BitSet(workers), random);
            }
            return new Digraph(receivers).shares();
        };
    }

    static void check(int workers, int degree) {
        if (degree < 1) {
            throw new IllegalArgumentException("random-digraph-D needs an out-degree D of at least 1, got " + degree);
        }
        Sizes.requireAtLeast("random-digraph-" + degree, degree + 1, workers);
    }

    /** Those known, and random others until there are enough; of many, it is those left out that are drawn. */
    private static int[] receivers(int sender, int workers, int degree, BitSet known, Random random) {
        BitSet taken = (BitSet) known.clone();
        taken.set(sender);
        int others = workers - taken.cardinality();
        int missing = degree - known.cardinality();
        BitSet drawn = drawn(taken, others, Math.min(missing, others - missing), random);
        if (missing <= others - missing) {
            known.or(drawn);
        } else {
            known.set(0, workers);
            known.clear(sender);
            known.andNot(drawn);
        }
        return known.stream().toArray();
    }

    /** So many workers of those not taken, at most half: those already drawn are met at every other draw at most. */
    private static BitSet drawn(BitSet taken, int others, int count, Random random) {
        int[] ascending = taken.stream().toArray();
        BitSet drawn = new BitSet();
        for (int missing = count; missing > 0;) {
            int number = other(random.nextInt(others), ascending);
            missing -= drawn.get(number) ? 0 : 1;
            drawn.set(number);
        }
        return drawn;
    }

    /** The worker of a place among those not taken. */
    private static int other(int place, int[] taken) {
        int number = place;
        for (int k = 0; k < taken.length && taken[k] <= number; k++) {
            number++;
        }
        return number;
    }
}
