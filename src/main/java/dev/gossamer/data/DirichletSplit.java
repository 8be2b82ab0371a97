package dev.gossamer.data;

import java.util.Arrays;

/** Shares out the images of each class to the workers by proportions drawn from a symmetric Dirichlet distribution. */
final class DirichletSplit {

    private static final int MAX_CLASSES = 256;

    private DirichletSplit() {}

    /**
     * @param images gives the images' classes
     * @param order all images [N], in random order
     * @param workers number of workers n, at most N
     * @param alpha concentration, positive
     * @param random source of the proportions
     * @return indices of images [n][], none empty
     */
    static int[][] parts(ImageSet images, int[] order, int workers, double alpha, RandomStream random) {
        int[] owners = new int[order.length];
        int[] counts = new int[workers];
        for (int label = 0; label < MAX_CLASSES; label++) {
            int[] members = membersOf(images, order, label);
            if (members.length > 0) {
                shareOut(members, proportions(workers, alpha, random), owners, counts);
            }
        }
        fillEmpty(order, owners, counts);
        return collect(order, owners, counts);
    }

    private static int[] membersOf(ImageSet images, int[] order, int label) {
        int[] members = new int[order.length];
        int count = 0;
        for (int image : order) {
            if (images.label(image) == label) {
                members[count++] = image;
            }
        }
        return Arrays.copyOf(members, count);
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
}
