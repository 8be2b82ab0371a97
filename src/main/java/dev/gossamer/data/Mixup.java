package dev.gossamer.data;

import dev.gossamer.catalogue.Key;
import java.util.Arrays;

/**
 * Which image of a batch each one is mixed with (Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018):
 * images become {@code share x_i + (1 - share) x_j}, and their targets {@code share y_i + (1 - share) y_j}. As in the
 * authors' program, a mini-batch has one share, drawn from Beta(alpha, alpha), and the images j are those i in another
 * order; an image may be mixed with itself.
 *
 * @param partners number of the image j for each image i, counted over all workers [n * b]; empty for no mixup
 * @param shares share of the image i [n * b], in [0, 1]; empty for no mixup
 */
public record Mixup(int[] partners, float[] shares) {

    /** Nothing is mixed. */
    public static final Mixup NONE = new Mixup(new int[0], new float[0]);

    /** The alpha of the distribution of shares; 0 for no mixup. */
    public static final Key<Double> ALPHA = Key.number("mixup", "0", "[0, 1000]",
            "alpha of the Beta(alpha, alpha) share of an image that is mixed with another of its batch; 0 for none")
            .checked(alpha -> alpha == 0 || alpha >= 1e-3).allowing("0 or a number in [0.001, 1000]").before("0");

    /** Room for a number of images, or none without mixup. */
    static Mixup of(double alpha, int images) {
        return alpha == 0 ? NONE : new Mixup(new int[images], new float[images]);
    }

    /**
     * Draws those of a worker.
     *
     * @param first its first image
     * @param size its images
     */
    void draw(double alpha, int first, int size, RandomStream random) {
        // two shares of a Dirichlet distribution are Beta-distributed
        Arrays.fill(shares, first, first + size, (float) DirichletPartition.proportions(2, alpha, random)[0]);
        int[] order = new int[size];
        Arrays.setAll(order, k -> first + k);
        random.shuffle(order);
        System.arraycopy(order, 0, partners, first, size);
    }

    /** Whether nothing is mixed. */
    public boolean isNone() {
        return partners.length == 0;
    }

    /** Number of the image that image i is mixed with: its own without mixup. */
    public int partner(int i) {
        return isNone() ? i : partners[i];
    }

    /** Share of image i: 1 without mixup. */
    public float share(int i) {
        return isNone() ? 1 : shares[i];
    }
}
