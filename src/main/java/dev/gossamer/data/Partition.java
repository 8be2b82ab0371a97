package dev.gossamer.data;

import dev.gossamer.catalogue.Catalogue;
import dev.gossamer.catalogue.Entry;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Parameters;
import java.util.Optional;

/**
 * Which training images a worker draws from: {@code shared} (all of them), {@code random} (disjoint random parts of
 * equal size, up to one image), {@code dirichlet-ALPHA} (disjoint parts with unequal classes, not i.i.d.), {@code
 * by-class-K} (disjoint parts of few classes), {@code by-column:NAME} (disjoint parts of whole groups, such as all
 * examples of a user) or {@code file:FILE} (as a file says). All but the first cover all
 * images, and no part is empty. Partitions of one name are equal.
 */
public interface Partition {

    /** Every worker draws from all images. */
    Partition SHARED = new SharedPartition();

    /** Every worker draws from its own, equal, random part. */
    Partition RANDOM = new RandomPartition();

    /** All partitions. */
    Catalogue<Family> CATALOGUE = Catalogue.load("partition", Family.class);

    /** Which partition. */
    Key<Partition> KEY = Key.<Partition>of("partition", "shared", CATALOGUE.inWords()
                    + ", with ALPHA above 0 and K of at least 1",
            "who draws which training images", Partition::read).written(Partition::toString);

    /** Partitions that differ in the numbers in their names. */
    interface Family extends Entry {

        /**
         * The partition of a name.
         *
         * @throws IllegalArgumentException if the numbers are out of range
         */
        Partition partition(Parameters parameters);
    }

    /**
     * The partition of that name: {@code shared}, {@code random}, {@code dirichlet-0.1}.
     *
     * @throws dev.gossamer.catalogue.ConfigurationException if there is none
     */
    static Partition parse(String name) {
        return KEY.parse(name);
    }

    private static Partition read(String name) {
        var match = CATALOGUE.find(name).orElseThrow(IllegalArgumentException::new);
        return match.entry().partition(match.parameters());
    }

    /**
     * Disjoint parts with unequal classes.
     *
     * @param alpha concentration, positive and finite
     * @throws IllegalArgumentException if it is not
     */
    static Partition dirichlet(double alpha) {
        return new DirichletPartition(alpha);
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
    int[][] assign(ImageSet images, int workers, long seed);

    /** The fewest images that it can be of: one for each worker, unless several workers have the same. */
    default long leastImages(int workers) {
        return workers;
    }

    /**
     * Checks whether it fits some images and workers, as far as that can be said without the images.
     *
     * @throws DataException if a file says other parts
     */
    default void check(int images, int workers) {}

    /**
     * Checks whether it fits the first of some images.
     *
     * @param train the training images there are
     * @param images how many of them are trained on
     * @throws IllegalArgumentException if not
     */
    default void check(ImageSet train, int images, int workers) {}

    /** What parts that are read from a file are known by; empty where the name says it all. */
    default Optional<String> fingerprint() {
        return Optional.empty();
    }

    /**
     * Checks whether there are enough images.
     *
     * @throws IllegalArgumentException if not
     */
    static void checkNumber(Partition partition, ImageSet images, int workers) {
        long least = partition.leastImages(workers);
        if (images.size() < least) {
            throw new IllegalArgumentException("partition " + partition + " needs at least "
                    + (least == workers ? "one image per worker" : least + " images") + ", got "
                    + images.size() + " images for " + workers + " workers");
        }
    }

    /** The name, which {@link #parse} reads back. */
    @Override
    String toString();
}
