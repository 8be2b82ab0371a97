package dev.gossamer.topology;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Checks of the number of workers of a topology. Every message says what is needed, what was given, and what would do.
 */
final class Sizes {

    private Sizes() {}

    static void requireAtLeast(String topology, int least, int workers) {
        if (workers < least) {
            throw new IllegalArgumentException(topology + " needs at least " + least + " workers, got " + workers);
        }
    }

    static void requireExactly(String topology, int number, int workers) {
        if (workers != number) {
            throw new IllegalArgumentException(topology + " needs " + number + " workers, got " + workers);
        }
    }

    static void requireEven(String topology, int workers) {
        require(topology + " needs an even number of workers", n -> n >= 2 && n % 2 == 0, workers);
    }

    /** Checks the most workers that a worker talks to in a round of a hyper-hypercube or base graph. */
    static void requireDegree(String topology, int degree) {
        if (degree < 1) {
            throw new IllegalArgumentException(topology + " needs a degree K of at least 1, got " + degree);
        }
    }

    static void requireSquare(int workers, double[][] parameters) {
        if (parameters.length != workers || !Arrays.stream(parameters).allMatch(row -> row.length == workers)) {
            throw new IllegalArgumentException(
                    "weights of " + workers + " workers need " + workers + " x " + workers + " parameters");
        }
    }

    static void requireSides(String topology, int rows, int columns) {
        if (rows < 2 || columns < 2) {
            throw new IllegalArgumentException(
                    topology + " needs at least 2 rows and 2 columns, got " + rows + "x" + columns);
        }
    }

    static void requireProduct(String topology, int rows, int columns, int workers) {
        if ((long) rows * columns != workers) {
            throw new IllegalArgumentException(topology + "-" + rows + "x" + columns + " needs " + (long) rows * columns
                    + " workers, got " + workers);
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
