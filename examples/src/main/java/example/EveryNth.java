package example;

import dev.gossamer.catalogue.Parameters;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.Partition;
import java.util.stream.IntStream;

/** Worker i has the images i, i + n, i + 2 n and so on. */
public record EveryNth() implements Partition, Partition.Family {

    @Override
    public String form() {
        return "every-nth";
    }

    @Override
    public Partition partition(Parameters parameters) {
        return this;
    }

    @Override
    public int[][] assign(ImageSet images, int workers, long seed) {
        return IntStream.range(0, workers).mapToObj(worker ->
                IntStream.range(0, images.size()).filter(i -> i % workers == worker).toArray()).toArray(int[][]::new);
    }

    @Override
    public String toString() {
        return form();
    }
}
