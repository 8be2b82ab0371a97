package dev.gossamer.data;

import dev.gossamer.text.Numbers;
import java.math.BigDecimal;
import java.util.Arrays;

/**
 * Which training images a worker draws from: {@code shared} (all of them), {@code random} (disjoint random parts of
 * equal size, up to one image) or {@code dirichlet-ALPHA} (disjoint parts with unequal classes, not i.i.d.). The parts
 * of the latter two cover all images, and none is empty.
 *
 * <p>For {@code dirichlet-ALPHA}, the shares of each class that go to the workers are drawn from a symmetric Dirichlet
 * distribution with concentration ALPHA (Yurochkin et al.: Bayesian nonparametric federated learning of neural
 * networks, ICML 2019, section 4): 100 is nearly even, 0.1 gives most of a class to few workers.
 */
public final class Partition {

    /** Every worker draws from all images. */
    public static final Partition SHARED = new Partition("shared", 0);
    /** Every worker draws from its own, equal, random part. */
    public static final Partition RANDOM = new Partition("random", 0);

    private static final String DIRICHLET = "dirichlet-";

    private final String name;
    private final double alpha;

    private Partition(String name, double alpha) {
        this.name = name;
        this.alpha = alpha;
    }

    /**
     * The Dirichlet partition.
     *
     * @param alpha concentration, positive and finite
     * @throws IllegalArgumentException if it is not
     */
    public static Partition dirichlet(double alpha) {
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "partition dirichlet-ALPHA needs a positive, finite ALPHA such as 0.1, got " + alpha);
        }
        String number = BigDecimal.valueOf(alpha).stripTrailingZeros().toPlainString();
        return new Partition(DIRICHLET + number, alpha);
    }

    /**
     * The partition of that name: {@code shared}, {@code random}, {@code dirichlet-0.1}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Partition parse(String name) {
        if (name.equals(SHARED.name)) {
            return SHARED;
        }
        if (name.equals(RANDOM.name)) {
            return RANDOM;
        }
        if (name.startsWith(DIRICHLET)) {
            try {
                return dirichlet(Numbers.decimal(name.substring(DIRICHLET.length())));
            } catch (NumberFormatException e) {
                throw unknown(name);
            }
        }
        throw unknown(name);
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "partition must be shared, random or dirichlet-ALPHA (for example dirichlet-0.1), got '" + name + "'");
    }

    /**
     * The images of each worker, as a pure function of the arguments.
     *
     * @param images the training images
     * @param workers number of workers n
     * @param seed the run's seed
     * @return indices of images [n][], ascending; not to be written to
     * @throws IllegalArgumentException if there are fewer images than workers to share them out to
     */
    public int[][] assign(ImageSet images, int workers, long seed) {
        int[] all = new int[images.size()];
        Arrays.setAll(all, i -> i);
        if (this == SHARED) {
            int[][] parts = new int[workers][];
            Arrays.fill(parts, all);
            return parts;
        }
        if (images.size() < workers) {
            throw new IllegalArgumentException("partition " + name + " needs at least one image per worker, got "
                    + images.size() + " images for " + workers + " workers");
        }
        RandomStream random = new RandomStream(Seeds.derive(seed, Purpose.PARTITION));
        random.shuffle(all);
        int[][] parts = this == RANDOM
                ? equalParts(all, workers)
                : DirichletSplit.parts(images, all, workers, alpha, random);
        for (int[] part : parts) {
            Arrays.sort(part);
        }
        return parts;
    }

    private static int[][] equalParts(int[] shuffled, int workers) {
        int[][] parts = new int[workers][];
        for (int i = 0; i < workers; i++) {
            int from = (int) ((long) shuffled.length * i / workers);
            int to = (int) ((long) shuffled.length * (i + 1) / workers);
            parts[i] = Arrays.copyOfRange(shuffled, from, to);
        }
        return parts;
    }

    /** The partition's name, which {@link #parse} reads back. */
    @Override
    public String toString() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Partition partition && partition.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
