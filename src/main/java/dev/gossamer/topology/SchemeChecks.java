package dev.gossamer.topology;

import dev.gossamer.text.Decimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What algorithms ask of a scheme. Each check throws an {@link IllegalArgumentException} with a sentence for the user
 * that says the rule, what was found, and the way out. A scheme is made by the check, as that can take long for
 * thousands of workers.
 */
public final class SchemeChecks {

    private static final double LEAST_OF_D2 = -1 / 3.0;

    private SchemeChecks() {}

    /** The same mixing matrix at every step. */
    public static void isStatic(Supplier<Scheme> scheme) {
        requireStatic(scheme.get(), "static topology, such as ring");
    }

    private static void requireStatic(Scheme scheme, String wayOut) {
        if (!scheme.isStatic()) {
            OptionalInt period = scheme.period();
            throw new IllegalArgumentException("the mixing matrix has to be the same at every step, but "
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
            throw new IllegalArgumentException("mixing matrices have to be symmetric, but "
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
            throw new IllegalArgumentException("rows of mixing matrices have to sum to 1, but "
                    + found(made, w -> w.isRowStochastic(Scheme.TOLERANCE), w -> sum("row", w.rowSums()))
                    + "; take a topology whose workers take means, such as ring"
                    + (made.isColumnStochastic() ? ", or the algorithm stochastic-gradient-push" : ""));
        }
    }

    /** Rows and columns that sum to 1 at every step. */
    public static void isDoublyStochastic(Supplier<Scheme> scheme) {
        Scheme made = scheme.get();
        if (!made.isDoublyStochastic()) {
            throw new IllegalArgumentException("rows and columns of mixing matrices have to sum to 1, but "
                    + found(made, w -> w.isDoublyStochastic(Scheme.TOLERANCE), w ->
                            w.isRowStochastic(Scheme.TOLERANCE) ? columnSum(w) : sum("row", w.rowSums()))
                    + "; take a topology with its own weights, such as ring");
        }
    }

    /**
     * Columns that sum to 1 at every step, and no worker that is left with nothing or less, as push-sum needs it, which
     * divides by what each has: {@code w <- A_t w} from 1. Where rows sum to 1, too, everybody keeps 1, whatever the
     * signs of weights.
     */
    public static void keepsPushSumWeights(Supplier<Scheme> scheme) {
        Scheme made = scheme.get();
        requireShares(made, made.isColumnStochastic(), "columns of mixing matrices have to sum to 1",
                w -> w.isColumnStochastic(Scheme.TOLERANCE), SchemeChecks::columnSum);
        if (!made.isRowStochastic()) {
            requireShares(made, made.isNonnegative(), "weights must not be negative", MixingMatrix::isNonnegative,
                    SchemeChecks::negative);
            requireShares(made, steps(made).allMatch(t -> isFed(made.at(t))),
                    "every worker has to keep or receive a share at every step", SchemeChecks::isFed,
                    SchemeChecks::unfed);
        }
    }

    private static void requireShares(Scheme scheme, boolean holds, String rule, Predicate<MixingMatrix> ofMatrix,
            Function<MixingMatrix, String> wrong) {
        if (!holds) {
            throw new IllegalArgumentException(rule + ", but " + found(scheme, ofMatrix, wrong)
                    + "; take a topology whose workers give away shares of what they have, such as ring or uni-ring");
        }
    }

    private static String negative(MixingMatrix w) {
        for (int i = 0; i < w.workers(); i++) {
            for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                if (w.weight(k) < 0) {
                    return "W[" + i + "][" + w.column(k) + "] = " + shown(w.weight(k));
                }
            }
        }
        throw new IllegalArgumentException("no weight is negative");
    }

    private static boolean isFed(MixingMatrix w) {
        return Arrays.stream(w.rowSums()).allMatch(sum -> sum > 0);
    }

    private static String unfed(MixingMatrix w) {
        double[] sums = w.rowSums();
        return "worker " + IntStream.range(0, sums.length).filter(i -> sums[i] <= 0).findFirst().orElseThrow()
                + " is left with nothing";
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
        if (smallest < LEAST_OF_D2 + Scheme.TOLERANCE) {
            String lazy = made.name() + TopologyName.PLUS_LAZY;
            throw new IllegalArgumentException("the smallest eigenvalue of the mixing matrix has to be above -1/3, but"
                    + " that of " + made.name() + " is " + shown(smallest) + "; take "
                    + ((1 + smallest) / 2 > LEAST_OF_D2 && isTopology(lazy, made.workers()) ? lazy + ", or " : "")
                    + "a smaller " + Consensus.STEP_SIZE + ", such as "
                    + Decimal.format(smallerStepSize(smallest, PolynomialScheme.stepSize(made))));
        }
    }

    private static boolean isTopology(String name, int workers) {
        try {
            return Topologies.topology(name, workers, FileKind::read).workers() == workers;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The largest of 0.5, 0.2, 0.1, 0.05, ... with which {@code 1 - gamma + gamma lambda} is large enough for D2. */
    private static double smallerStepSize(double smallest, double now) {
        double bound = now * (1 - LEAST_OF_D2) / (1 - smallest);
        double units = Math.pow(10, 1 - Math.ceil(Math.log10(bound)));
        return DoubleStream.of(5, 2, 1, 0.5).map(digit -> digit / units)
                .filter(gamma -> gamma <= 0.5 && gamma < 0.99 * bound).findFirst().orElseThrow();
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
            throw new IllegalArgumentException("what a worker knows has to reach all others in the end, but with "
                    + made.name() + (gap.isPresent() && made.period().isPresent()
                    ? " worker " + gap.get().to() + " never hears from worker " + gap.get().from()
                    : " it does not") + "; take a connected topology, such as ring");
        }
    }

    /** What is wrong, and where; only that something is, where that is not among the steps that are looked at. */
    private static String found(Scheme scheme, Predicate<MixingMatrix> rule, Function<MixingMatrix, String> wrong) {
        OptionalLong step = steps(scheme).filter(t -> !rule.test(scheme.at(t))).findFirst();
        return step.isEmpty()
                ? "those of " + scheme.name() + " are not"
                : "in " + scheme.name() + (scheme.isStatic() ? "" : " at step " + step.getAsLong()) + ", "
                        + wrong.apply(scheme.at(step.getAsLong()));
    }

    private static LongStream steps(Scheme scheme) {
        return LongStream.range(0, scheme.period().orElse(Scheme.WINDOW));
    }

    private static String shown(double number) {
        return String.format(Locale.ROOT, "%.4g", number);
    }
}
