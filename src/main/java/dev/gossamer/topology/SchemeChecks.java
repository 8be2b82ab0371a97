package dev.gossamer.topology;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What algorithms ask of a scheme. Each check throws an {@link IllegalArgumentException} with a sentence for the user
 * that says the rule, what was found, and the way out. A scheme is made by the check, as that can take long for
 * thousands of workers.
 */
public final class SchemeChecks {

    private SchemeChecks() {}

    /** The same mixing matrix at every step. */
    public static void isStatic(Supplier<Scheme> scheme) {
        requireStatic(scheme.get(), "static topology, such as ring");
    }

    private static void requireStatic(Scheme scheme, String wayOut) {
        if (!scheme.isStatic()) {
            OptionalInt period = scheme.period();
            throw new IllegalArgumentException("it has to have the same mixing matrix at every step, but "
                    + scheme.name() + (period.isPresent()
                    ? " has " + period.getAsInt() + " in turns"
                    : " has new ones for ever") + "; take a " + wayOut);
        }
    }

    /** {@code W_t[i][j] = W_t[j][i]} at every step. */
    public static void isSymmetric(Supplier<Scheme> scheme) {
        requireSymmetric(scheme.get(), "ring");
    }

    private static void requireSymmetric(Scheme scheme, String wayOut) {
        if (!scheme.isSymmetric()) {
            throw new IllegalArgumentException("its mixing matrices have to be symmetric, but "
                    + found(scheme, w -> w.isSymmetric(Scheme.TOLERANCE), SchemeChecks::skewed)
                    + "; take an undirected topology with its own weights, such as " + wayOut);
        }
    }

    private static String skewed(MixingMatrix w) {
        for (int i = 0; i < w.workers(); i++) {
            for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                int j = w.column(k);
                if (Math.abs(w.weight(k) - w.get(j, i)) > Scheme.TOLERANCE) {
                    return "W[" + i + "][" + j + "] = " + shown(w.weight(k)) + " and W[" + j + "][" + i + "] = "
                            + shown(w.get(j, i));
                }
            }
        }
        throw new IllegalArgumentException("the matrix is symmetric");
    }

    /** Rows that sum to 1 at every step: workers that agree stay where they are. */
    public static void isRowStochastic(Supplier<Scheme> scheme) {
        Scheme made = scheme.get();
        if (!made.isRowStochastic()) {
            throw new IllegalArgumentException("rows of its mixing matrices have to sum to 1, but "
                    + found(made, w -> w.isRowStochastic(Scheme.TOLERANCE), w -> sum("row", w.rowSums()))
                    + "; take a topology whose workers take means, such as ring, or push-sum, the algorithm"
                    + " stochastic-gradient-push");
        }
    }

    /** Rows and columns that sum to 1 at every step. */
    public static void isDoublyStochastic(Supplier<Scheme> scheme) {
        Scheme made = scheme.get();
        if (!made.isDoublyStochastic()) {
            throw new IllegalArgumentException("rows and columns of its mixing matrices have to sum to 1, but "
                    + found(made, w -> w.isDoublyStochastic(Scheme.TOLERANCE), w ->
                            w.isRowStochastic(Scheme.TOLERANCE) ? columnSum(w) : sum("row", w.rowSums()))
                    + "; take a topology with its own weights, such as ring");
        }
    }

    /** Columns that sum to 1 at every step, as push-sum needs it. */
    public static void isColumnStochastic(Supplier<Scheme> scheme) {
        Scheme made = scheme.get();
        if (!made.isColumnStochastic()) {
            throw new IllegalArgumentException("columns of its mixing matrices have to sum to 1, but "
                    + found(made, w -> w.isColumnStochastic(Scheme.TOLERANCE), SchemeChecks::columnSum)
                    + "; take a topology whose workers give away what they have, such as ring or uni-ring");
        }
    }

    /**
     * Weights of push-sum stay positive: rows sum to 1, or there are no negative weights, and every worker keeps or
     * receives something at every step.
     */
    public static void keepsPositive(Supplier<Scheme> scheme) {
        Scheme made = scheme.get();
        if (made.isRowStochastic()) {
            return;
        }
        for (int step = 0; step < made.period().orElse(Scheme.WINDOW); step++) {
            MixingMatrix w = made.at(step);
            OptionalInt empty = IntStream.range(0, w.workers()).filter(i -> w.rowStart(i) == w.rowStart(i + 1))
                    .findFirst();
            if (empty.isPresent() || !w.isNonnegative()) {
                throw new IllegalArgumentException("no weight may be negative, and every worker has to keep or receive"
                        + " something at every step, but in " + made.name() + " at step " + step + ", "
                        + (empty.isPresent() ? "worker " + empty.getAsInt() + " does neither"
                        : "weights are negative") + "; take a topology whose workers give away shares, such as"
                        + " uni-ring");
            }
        }
    }

    private static String columnSum(MixingMatrix w) {
        return sum("column", w.columnSums());
    }

    private static String sum(String what, double[] sums) {
        int i = IntStream.range(0, sums.length).filter(k -> Math.abs(sums[k] - 1) > Scheme.TOLERANCE).findFirst()
                .orElseThrow();
        return what + " " + i + " sums to " + shown(sums[i]);
    }

    /**
     * A static symmetric mixing matrix whose eigenvalues are all above -1/3, as D2 and exact diffusion need it (Tang,
     * Lian, Yan, Zhang and Liu, "D2: decentralized training over decentralized data", 2018, assumption 1).
     *
     * <p>Takes some hundred products with W, or as many as there are workers where eigenvalues are close, as in a ring.
     */
    public static void isAboveMinusOneThird(Supplier<Scheme> scheme) {
        Scheme made = scheme.get();
        requireStatic(made, "static topology, such as ring+lazy");
        requireSymmetric(made, "ring+lazy");
        double smallest = Spectrum.of(made.at(0)).smallest();
        if (smallest < -1 / 3.0 + Scheme.TOLERANCE) {
            boolean plain = made.name().matches("[^+, ]*");
            throw new IllegalArgumentException("the smallest eigenvalue of its mixing matrix has to be above -1/3, but"
                    + " that of " + made.name() + " is " + shown(smallest) + "; take "
                    + (plain ? made.name() + "+lazy, or " : "") + "a smaller " + Consensus.STEP_SIZE
                    + ", such as 0.5");
        }
    }

    /**
     * A static scheme whose connections are those of a tree, see {@link Tree}.
     *
     * @return the tree
     */
    public static Tree isTree(Supplier<Scheme> scheme) {
        Scheme made = scheme.get();
        requireStatic(made, "static tree, such as binary-tree, chain or star");
        return Tree.of(made.at(0));
    }

    /** What each worker knows gets to every other one, over the messages of as many periods as it takes. */
    public static void isConnected(Supplier<Scheme> scheme) {
        Scheme made = scheme.get();
        if (!made.isConnected()) {
            Optional<Reachability.Gap> gap = Reachability.gap(made);
            throw new IllegalArgumentException("what a worker knows has to get to all others in the end, but with "
                    + made.name() + (gap.isPresent() && made.period().isPresent()
                    ? " worker " + gap.get().to() + " never hears from worker " + gap.get().from()
                    : " it does not") + "; take a connected topology, such as ring");
        }
    }

    /** What is wrong, and where; only that something is, where that is not among the steps that are looked at. */
    private static String found(Scheme scheme, Predicate<MixingMatrix> rule, Function<MixingMatrix, String> wrong) {
        OptionalLong step = LongStream.range(0, scheme.period().orElse(Scheme.WINDOW))
                .filter(t -> !rule.test(scheme.at(t))).findFirst();
        return step.isEmpty()
                ? "those of " + scheme.name() + " are not"
                : "in " + scheme.name() + (scheme.isStatic() ? "" : " at step " + step.getAsLong()) + ", "
                        + wrong.apply(scheme.at(step.getAsLong()));
    }

    private static String shown(double number) {
        return String.format(Locale.ROOT, "%.4g", number);
    }
}
