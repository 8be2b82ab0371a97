package dev.gossamer.topology;

import java.util.function.IntPredicate;

/**
 * Checks of the number of workers of a topology. Every message says what is needed, what was given, and what would
 * do.
 */
final class Sizes {

    private Sizes() {}

    static void requireAtLeast(String topology, int least, int workers) {
        if (workers < least) {
            throw new IllegalArgumentException(topology + " needs at least " + least + " workers, got " + workers);
        }
    }

    static void requireSides(String topology, int rows, int columns) {
        if (rows < 2 || columns < 2) {
            throw new IllegalArgumentException(
                    topology + " needs at least 2 rows and 2 columns, got " + rows + "x" + columns);
        }
    }

    static void requirePowerOfTwo(String topology, int workers) {
        require(topology + " needs a power of two workers", n -> n >= 2 && Integer.bitCount(n) == 1, workers);
    }

    /**
     * Checks a rule that some numbers of workers meet.
     *
     * @param sentence the rule in words, the start of the message
     * @param rule whether a number of workers meets it
     */
    static void require(String sentence, IntPredicate rule, int workers) {
        if (!rule.test(workers)) {
            throw new IllegalArgumentException(sentence + ", got " + workers + "; nearest: " + nearest(rule, workers));
        }
    }

    private static String nearest(IntPredicate rule, int workers) {
        int below = workers - 1;
        while (below > 0 && !rule.test(below)) {
            below--;
        }
        int above = Math.max(workers + 1, 1);
        while (!rule.test(above)) {
            above++;
        }
        return below > 0 ? below + ", " + above : String.valueOf(above);
    }

    /** Whether a number is the product of two factors of at least 2. */
    static boolean isComposite(int number) {
        return smallestFactor(number) < number;
    }

    private static int smallestFactor(int number) {
        for (int factor = 2; (long) factor * factor <= number; factor++) {
            if (number % factor == 0) {
                return factor;
            }
        }
        return number;
    }

    /** The largest divisor not above the square root: the shorter side of the squarest rectangle. */
    static int shorterSide(int number) {
        int side = (int) Math.sqrt(number);
        while (number % side != 0) {
            side--;
        }
        return side;
    }
}
