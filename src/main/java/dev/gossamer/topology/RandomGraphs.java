package dev.gossamer.topology;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jgrapht.generate.RandomRegularGraphGenerator;
import org.jgrapht.generate.WattsStrogatzGraphGenerator;

/**
 * Constructors of random graphs. A graph is a function of its arguments alone, the seed among them, and always
 * connected: graphs are drawn one after another until one is, at most 1,000, or fewer of thousands of workers where
 * every pair of them is looked at. Those draws take seconds before a graph is refused.
 */
public final class RandomGraphs {

    private static final int MOST_DRAWS = 1000;

    /** Pairs of workers, or edges where the others are not looked at, of all draws together: seconds of work. */
    private static final long MOST_PAIRS = 1_000_000_000;

    /**
     * Mean degree from which on a check need not draw: the probability that a draw is disconnected is below
     * {@code n e^-48}, and 1,000 of them never are.
     */
    private static final double DENSE = 48;

    /**
     * Expected number of workers without an edge from which on a graph is refused without a draw: that one is connected
     * has about the probability {@code e^-25}, that one of 1,000 is 1.4e-8.
     */
    private static final double SPARSE = 25;

    private RandomGraphs() {}

    /**
     * A graph whose workers all have the same degree, nearly uniformly distributed among those.
     *
     * @param degree the degree D, 2 to n - 1, n D even
     * @throws IllegalArgumentException if there is no such graph
     * @see RandomRegularGraphGenerator
     */
    public static Graph regular(int workers, int degree, long seed) {
        requireRegular(workers, degree);
        return connected("random-regular-" + degree, workers, (long) workers * degree, seed,
                random -> JGraphTGraphs.generated(new RandomRegularGraphGenerator<>(workers, degree, random)));
    }

    /**
     * A graph whose workers all have the same degree at each step, anew, without a period; all weights are 1 / (D + 1).
     * It need not be connected, as others follow.
     *
     * @param seed the seed of all steps
     */
    static LongFunction<MixingMatrix> redrawnRegular(int workers, int degree, long seed) {
        requireRegular(workers, degree);
        return step -> MetropolisHastings.weights(JGraphTGraphs.generated(
                new RandomRegularGraphGenerator<>(workers, degree, new Random(DrawnScheme.seed(seed, step)))));
    }

    private static void requireRegular(int workers, int degree) {
        String name = "random-regular-" + degree;
        if (degree < 2) {
            throw new IllegalArgumentException("random-regular-D needs a degree D of at least 2, got " + degree);
        }
        Sizes.requireAtLeast(name, degree + 1, workers);
        if (degree % 2 == 1) {
            Sizes.require(name + " needs an even number of workers", n -> n > degree && n % 2 == 0, workers);
        }
    }

    /** Throws what {@link #regular} would throw. */
    static void checkRegular(int workers, int degree, long seed) {
        requireRegular(workers, degree);
        if (degree < DENSE) {
            regular(workers, degree, seed);
        }
    }

    /**
     * An Erdos-Renyi graph G(n, p): each pair of workers is joined with the same probability.
     *
     * @param probability above 0, at most 1
     * @throws IllegalArgumentException if there are fewer than 2 workers, the probability is out of range, or so low
     *     that all draws are disconnected: 1,000, or 10^9 / n^2 above 1,000 workers
     * @see <a href="https://doi.org/10.1214/aoms/1177706098">E. N. Gilbert: Random graphs. Annals of Mathematical
     *     Statistics 30, 1959</a>
     */
    public static Graph erdosRenyi(int workers, double probability, long seed) {
        requireErdosRenyi(workers, probability);
        return connected("erdos-renyi-" + probability, workers, (long) workers * workers, seed,
                random -> joined(workers, probability, random));
    }

    /** Asks for each pair of workers in turn, without an object for each edge: there may be millions. */
    private static Graph joined(int workers, double probability, Random random) {
        int[][] above = new int[workers][];
        int[] numbers = new int[workers];
        for (int i = 0; i < workers; i++) {
            int size = 0;
            for (int j = i + 1; j < workers; j++) {
                if (random.nextDouble() < probability) {
                    numbers[size++] = j;
                }
            }
            above[i] = Arrays.copyOf(numbers, size);
        }
        return Graph.ofNeighboursAbove(above);
    }

    private static void requireErdosRenyi(int workers, double probability) {
        if (!(probability > 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                    "erdos-renyi-P needs a probability P above 0 and at most 1, got " + probability);
        }
        Sizes.requireAtLeast("erdos-renyi", 2, workers);
        if (workers * Math.pow(1 - probability, workers - 1) > SPARSE) {
            throw disconnected("erdos-renyi-" + probability, workers, draws((long) workers * workers));
        }
    }

    /** Throws what {@link #erdosRenyi} would throw. */
    static void checkErdosRenyi(int workers, double probability, long seed) {
        requireErdosRenyi(workers, probability);
        if (probability * (workers - 1) < DENSE) {
            erdosRenyi(workers, probability, seed);
        }
    }

    /**
     * A Watts-Strogatz small world: a ring on which every worker is joined to its K nearest, each edge then moved to a
     * random other end with some probability.
     *
     * @param neighbours K, even, at least 2 and below n - 1
     * @param probability that an edge is moved, 0 to 1
     * @throws IllegalArgumentException if the arguments are out of range, or 1,000 draws are all disconnected
     * @see WattsStrogatzGraphGenerator
     */
    public static Graph smallWorld(int workers, int neighbours, double probability, long seed) {
        requireSmallWorld(workers, neighbours, probability);
        return connected("small-world-" + neighbours, workers, (long) workers * neighbours, seed,
                random -> JGraphTGraphs.generated(
                        new WattsStrogatzGraphGenerator<>(workers, neighbours, probability, false, random)));
    }

    private static void requireSmallWorld(int workers, int neighbours, double probability) {
        if (neighbours < 2 || neighbours % 2 != 0) {
            throw new IllegalArgumentException(
                    "small-world-K-P needs an even number K of neighbours, at least 2, got " + neighbours);
        }
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("small-world-K-P needs a probability P of 0 to 1, got " + probability);
        }
        Sizes.requireAtLeast("small-world-" + neighbours, neighbours + 2, workers);
    }

    /** Throws what {@link #smallWorld} would throw. */
    static void checkSmallWorld(int workers, int neighbours, double probability, long seed) {
        requireSmallWorld(workers, neighbours, probability);
        if (neighbours < DENSE) {
            smallWorld(workers, neighbours, probability, seed);
        }
    }

    /** @param pairs how many pairs of workers a draw looks at */
    private static Graph connected(
            String name,
            int workers,
            long pairs,
            long seed,
            Function<Random, Graph> generator) {
        Random random = new Random(seed);
        for (int draw = 0; draw < draws(pairs); draw++) {
            Graph graph = generator.apply(random);
            if (graph.isConnected()) {
                return graph;
            }
        }
        throw disconnected(name, workers, draws(pairs));
    }

    private static int draws(long pairs) {
        return (int) Math.max(1, Math.min(MOST_DRAWS, MOST_PAIRS / pairs));
    }

    private static IllegalArgumentException disconnected(String name, int workers, int draws) {
        return new IllegalArgumentException(name + " of " + workers + " workers was disconnected in " + draws
                + (draws == 1 ? " draw" : " draws") + "; it needs more edges");
    }
}
