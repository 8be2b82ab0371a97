package dev.gossamer.data;

import dev.gossamer.catalogue.Parameters;
import dev.gossamer.text.Numbers;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Disjoint parts with unequal classes: the shares of each class that go to the workers are drawn from a symmetric
 * Dirichlet distribution (Yurochkin et al.: Bayesian nonparametric federated learning of neural networks, ICML 2019,
 * section 4). 100 is nearly even, 0.1 gives most of a class to few workers.
 *
 * @param alpha concentration, positive and finite
 */
public record DirichletPartition(double alpha) implements Partition {

    private static final String PREFIX = "dirichlet-";

    /** Those of all concentrations. */
    public static final class Family implements Partition.Family {

        @Override
        public String form() {
            return PREFIX + "ALPHA";
        }

        @Override
        public Pattern pattern() {
            return Pattern.compile(PREFIX + "(.+)");
        }

        @Override
        public Partition partition(Parameters parameters) {
            return new DirichletPartition(Numbers.decimal(parameters.match().group(1)));
        }
    }

    /** Checks the range. */
    public DirichletPartition {
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "partition dirichlet-ALPHA needs a positive, finite ALPHA such as 0.1, got " + alpha);
        }
    }

    @Override
    public int[][] assign(ImageSet images, int workers, long seed) {
        Partition.checkNumber(this, images, workers);
        RandomStream random = new RandomStream(Seeds.derive(seed, Purpose.PARTITION));
        int[] order = images.indices();
        random.shuffle(order);
        int[][] parts = parts(images, order, workers, random);
        for (int[] part : parts) {
            Arrays.sort(part);
        }
        return parts;
    }

    private int[][] parts(ImageSet images, int[] order, int workers, RandomStream random) {
        int[] owners = new int[order.length];
        int[] counts = new int[workers];
        for (int[] members : images.byClass(order)) {
            if (members.length > 0) {
                shareOut(members, proportions(workers, alpha, random), owners, counts);
            }
        }
        fillEmpty(order, owners, counts);
        return collect(order, owners, counts);
    }

    /** Gives consecutive members to the workers, cut where the cumulated proportions say. */
    private static void shareOut(int[] members, double[] proportions, int[] owners, int[] counts) {
        double cumulated = 0;
        int from = 0;
        for (int i = 0; i < proportions.length; i++) {
            cumulated += proportions[i];
            boolean last = i == proportions.length - 1;
            int to = last ? members.length : Math.min(members.length, (int) Math.round(cumulated * members.length));
            for (int k = from; k < to; k++) {
                owners[members[k]] = i;
            }
            counts[i] += to - from;
            from = to;
        }
    }

    /** Moves one image of the worker that has most to each that has none. */
    private static void fillEmpty(int[] order, int[] owners, int[] counts) {
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                continue;
            }
            int richest = 0;
            for (int j = 1; j < counts.length; j++) {
                richest = counts[j] > counts[richest] ? j : richest;
            }
            int position = 0;
            while (owners[order[position]] != richest) {
                position++;
            }
            owners[order[position]] = i;
            counts[i]++;
            counts[richest]--;
        }
    }

    private static int[][] collect(int[] order, int[] owners, int[] counts) {
        int[][] parts = new int[counts.length][];
        Arrays.setAll(parts, i -> new int[counts[i]]);
        int[] filled = new int[counts.length];
        for (int image : order) {
            int owner = owners[image];
            parts[owner][filled[owner]++] = image;
        }
        return parts;
    }

    /** Normalised gamma variates, from their logarithms, since a small alpha makes them too small for a double. */
    static double[] proportions(int workers, double alpha, RandomStream random) {
        double[] shares = new double[workers];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < workers; i++) {
            shares[i] = logGamma(alpha, random);
            largest = Math.max(largest, shares[i]);
        }
        double sum = 0;
        for (int i = 0; i < workers; i++) {
            shares[i] = StrictMath.exp(shares[i] - largest);
            sum += shares[i];
        }
        for (int i = 0; i < workers; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /**
     * Logarithm of a gamma variate with that shape and scale 1 (Marsaglia and Tsang: A simple method for generating
     * gamma variables, ACM TOMS 26, 2000; for any shape by their section 6: gamma(a) = gamma(a + 1) U^(1/a)).
     */
    private static double logGamma(double shape, RandomStream random) {
        double d = shape + 1 - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = 1 + c * x;
            if (v <= 0) {
                continue;
            }
            double logCube = 3 * StrictMath.log(v);
            double u = 1 - random.nextDouble();
            if (StrictMath.log(u) < 0.5 * x * x + d - d * v * v * v + d * logCube) {
                return StrictMath.log(d) + logCube + StrictMath.log(1 - random.nextDouble()) / shape;
            }
        }
    }

    @Override
    public String toString() {
        return PREFIX + BigDecimal.valueOf(alpha).stripTrailingZeros().toPlainString();
    }
}
