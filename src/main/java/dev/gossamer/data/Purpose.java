package dev.gossamer.data;

/** What random numbers are for: one run has one seed, split per purpose, so that no two uses share a stream. */
public enum Purpose {
    /** Initial parameters of a model. */
    INITIALIZATION(1),
    /** Dropout masks; counters: worker, step, ... */
    DROPOUT(2),
    /** Drawing and augmenting training images; counters: worker, step. */
    BATCHES(3),
    /** Assigning training images to workers. */
    PARTITION(4),
    /** Generating a synthetic data set. */
    SYNTHETIC_DATA(5),
    /** Choosing the parameters over which covariances are averaged. */
    COORDINATES(6),
    /** Where training images are cut; counters: worker, step. */
    CUTOUT(7),
    /** Choosing test examples where a file does not say which they are. */
    TEST_PART(8),
    /** Which training images are mixed, and how; counters: worker, step. */
    MIXUP(9);

    private final long salt;

    Purpose(int salt) {
        this.salt = salt;
    }

    /** Number that stands for the purpose, fixed for good: results of old runs depend on it. */
    long salt() {
        return salt;
    }
}
