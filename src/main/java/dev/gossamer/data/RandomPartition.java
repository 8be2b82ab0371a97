package dev.gossamer.data;

import dev.gossamer.catalogue.Parameters;
import java.util.Arrays;

/** Every worker draws from its own part; the parts are random, and of equal size up to one image. */
public record RandomPartition() implements Partition, Partition.Family {

    @Override
    public String form() {
        return "random";
    }

    @Override
    public Partition partition(Parameters parameters) {
        return this;
    }

    @Override
    public int[][] assign(ImageSet images, int workers, long seed) {
        Partition.checkNumber(this, images, workers);
        int[] shuffled = images.indices();
        new RandomStream(Seeds.derive(seed, Purpose.PARTITION)).shuffle(shuffled);
        int[][] parts = new int[workers][];
        for (int i = 0; i < workers; i++) {
            int from = (int) ((long) shuffled.length * i / workers);
            int to = (int) ((long) shuffled.length * (i + 1) / workers);
            parts[i] = Arrays.copyOfRange(shuffled, from, to);
            Arrays.sort(parts[i]);
        }
        return parts;
    }

    @Override
    public String toString() {
        return form();
    }
}
