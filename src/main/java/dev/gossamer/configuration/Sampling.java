package dev.gossamer.configuration;

import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import dev.gossamer.data.Augmentation;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Mixup;
import dev.gossamer.data.Partition;
import java.util.List;
import java.util.Optional;

/**
 * Which images are trained on, who draws which of them, and what they go through then.
 *
 * @param partition how the training images are divided among the workers
 * @param augmentation what an image goes through each time it is drawn; that of the data set where absent
 * @param mixup alpha of {@link Mixup}, 0 for none
 * @param trainLimit train on the first so many images only, where present; in [1, 1,000,000]
 */
public record Sampling(
        Partition partition, Optional<Augmentation> augmentation, double mixup, Optional<Integer> trainLimit) {

    /** Use only the first training images. */
    public static final Key<Integer> TRAIN_LIMIT =
            Key.integer("train-limit", "", "[1, 1000000]", "train on the first so many images only");

    /** All keys, in order. */
    public static final List<Key<?>> KEYS = List.of(Partition.KEY, Augmentation.KEY, Mixup.ALPHA, TRAIN_LIMIT);

    /** Checks the range. */
    public Sampling {
        Mixup.ALPHA.check(mixup);
        trainLimit.ifPresent(TRAIN_LIMIT::check);
    }

    static Sampling of(Values values) {
        return new Sampling(values.get(Partition.KEY), values.get(Augmentation.KEY), values.get(Mixup.ALPHA),
                values.find(TRAIN_LIMIT));
    }

    void write(Written written) {
        written.put(Partition.KEY, partition);
        written.put(Augmentation.KEY, augmentation);
        written.put(Mixup.ALPHA, mixup);
        trainLimit.ifPresent(limit -> written.put(TRAIN_LIMIT, limit));
    }

    /** What images of a data set go through each time they are drawn. */
    public Augmentation augmentation(DataSet data) {
        return augmentation.orElse(data.augmentation());
    }

    /**
     * Number of images that are trained on.
     *
     * @param available number of training images there are
     */
    public int trainImages(int available) {
        return Math.min(available, trainLimit.orElse(available));
    }
}
