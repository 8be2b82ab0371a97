package dev.gossamer.data;

import dev.gossamer.catalogue.Parameters;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Disjoint parts of few classes (McMahan, Moore, Ramage, Hampson, Aguera y Arcas: Communication-efficient learning of
 * deep networks from decentralized data, AISTATS 2017, section 3): the images are sorted by class and cut into K n
 * shards of equal size, up to one image, and each of the n workers gets K of them at random. A worker has images of at
 * most K classes where classes end where shards do; a shard that reaches from one class into the next has both.
 *
 * @param shards number of shards of a worker K, at least 1
 */
public record ClassPartition(int shards) implements Partition {

    private static final String PREFIX = "by-class-";

    /** Those of all numbers of shards. */
    public static final class Family implements Partition.Family {

        @Override
        public String form() {
            return PREFIX + "K";
        }

        @Override
        public Pattern pattern() {
            return Pattern.compile(PREFIX + Parameters.NUMBER);
        }

        @Override
        public Partition partition(Parameters parameters) {
            return new ClassPartition(parameters.integer(1));
        }
    }

    /** Checks the range. */
    public ClassPartition {
        if (shards < 1) {
            throw new IllegalArgumentException("partition by-class-K needs a K of at least 1, got " + shards);
        }
    }

    @Override
    public long leastImages(int workers) {
        return (long) shards * workers;
    }

    @Override
    public int[][] assign(ImageSet images, int workers, long seed) {
        Partition.checkNumber(this, images, workers);
        RandomStream random = new RandomStream(Seeds.derive(seed, Purpose.PARTITION));
        int[] shuffled = images.indices();
        random.shuffle(shuffled);
        int[] sorted = Stream.of(images.byClass(shuffled)).flatMapToInt(Arrays::stream).toArray();
        int count = shards * workers;
        int[] order = IntStream.range(0, count).toArray();
        random.shuffle(order);
        int[][] parts = new int[workers][];
        Arrays.setAll(parts, worker -> Arrays.stream(order, worker * shards, (worker + 1) * shards)
                .flatMap(shard -> Arrays.stream(sorted, start(shard, sorted.length, count),
                        start(shard + 1, sorted.length, count)))
                .sorted().toArray());
        return parts;
    }

    private static int start(int shard, int images, int count) {
        return (int) ((long) shard * images / count);
    }

    @Override
    public String toString() {
        return PREFIX + shards;
    }
}
