package dev.gossamer.data;

import dev.gossamer.catalogue.Parameters;
import dev.gossamer.text.Shown;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Disjoint parts of whole groups: all examples that have one value in a column, such as those of one user, go to one
 * worker, as in the federated data sets of LEAF (Caldas et al., arXiv:1812.01097). The largest groups are dealt out
 * first, each to the worker with the fewest examples (Graham: Bounds on multiprocessing timing anomalies, SIAM J. Appl.
 * Math. 17, 1969: the largest part has at most 4/3 - 1/(3 n) of the least size that it can have). The seed has no part
 * in it.
 *
 * @param column the column's name
 */
public record GroupPartition(String column) implements Partition {

    private static final String PREFIX = "by-column:";

    /** Those of all columns. */
    public static final class Family implements Partition.Family {

        @Override
        public String form() {
            return PREFIX + "NAME";
        }

        @Override
        public Pattern pattern() {
            return Pattern.compile(PREFIX + "(.+)");
        }

        @Override
        public Partition partition(Parameters parameters) {
            return new GroupPartition(parameters.match().group(1));
        }
    }

    @Override
    public void check(ImageSet train, int images, int workers) {
        counts(train, images, workers);
    }

    /** Number of examples of each group [g]. */
    private int[] counts(ImageSet train, int images, int workers) {
        Groups groups = train.groups().orElseThrow(() -> new IllegalArgumentException("partition " + this
                + " needs a data set with a column that is no feature, which only csv:FILE+group=COLUMN names"));
        if (!groups.column().equals(column)) {
            throw new IllegalArgumentException("partition " + Shown.shortened(toString())
                    + " must name the column of +group=, " + Shown.value(groups.column()));
        }
        int[] counts = groups.counts(images);
        long found = Arrays.stream(counts).filter(count -> count > 0).count();
        if (found < workers) {
            throw new IllegalArgumentException("partition " + this + " needs at least as many values in column "
                    + Shown.value(column) + " as workers, got " + found + " for " + workers + " workers");
        }
        return counts;
    }

    @Override
    public int[][] assign(ImageSet images, int workers, long seed) {
        int[] counts = counts(images, images.size(), workers);
        int[] sizes = new int[workers];
        int[] owners = new int[counts.length];
        IntStream.range(0, counts.length).boxed()
                .sorted(Comparator.comparing(group -> -counts[group]))
                .forEach(group -> {
                    owners[group] = fewest(sizes);
                    sizes[owners[group]] += counts[group];
                });
        int[][] parts = new int[workers][];
        Arrays.setAll(parts, worker -> new int[sizes[worker]]);
        Arrays.fill(sizes, 0);
        int[] groups = images.groups().orElseThrow().numbers();
        for (int i = 0; i < groups.length; i++) {
            int owner = owners[groups[i]];
            parts[owner][sizes[owner]++] = i;
        }
        return parts;
    }

    /** The first worker of those that have the fewest examples. */
    private static int fewest(int[] sizes) {
        int fewest = 0;
        for (int worker = 1; worker < sizes.length; worker++) {
            fewest = sizes[worker] < sizes[fewest] ? worker : fewest;
        }
        return fewest;
    }

    @Override
    public String toString() {
        return PREFIX + column;
    }
}
