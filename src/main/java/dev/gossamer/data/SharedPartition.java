package dev.gossamer.data;

import dev.gossamer.catalogue.Parameters;
import java.util.Arrays;

/** Every worker draws from all images. */
public record SharedPartition() implements Partition, Partition.Family {

    @Override
    public String form() {
        return "shared";
    }

    @Override
    public Partition partition(Parameters parameters) {
        return this;
    }

    @Override
    public int[][] assign(ImageSet images, int workers, long seed) {
        int[][] parts = new int[workers][];
        Arrays.fill(parts, images.indices());
        return parts;
    }

    @Override
    public long leastImages(int workers) {
        return 1;
    }

    @Override
    public String toString() {
        return form();
    }
}
