package dev.gossamer.data;

/**
 * Draws the mini-batches of all workers: every image independently, uniformly and with replacement from the worker's
 * part of the training images, and how it is cropped, mirrored, cut and mixed with another.
 *
 * <p>What worker i draws at position p of step t is a pure function of (seed, i, t, p), the same for every topology,
 * learning rate and first step: runs can be compared in pairs, and a run is continued by naming its next step. To be
 * used by one thread at a time.
 */
public final class BatchSampler {

    private final ImageSet images;
    private final Augmentation augmentation;
    private final double alpha;
    private final int[][] parts;
    private final long seed;
    private final Batch batch;

    /**
     * @param train the training images
     * @param augmentation what an image goes through each time it is drawn
     * @param alpha that of {@link Mixup}, 0 for none
     * @param partition which images each worker draws from
     * @param workers number of workers n, at least 1
     * @param batchSize images per worker b, at least 1
     * @param seed the run's seed
     * @throws IllegalArgumentException if a number is out of range, the images of a step are too many to be counted, or
     *     there are fewer images than the partition needs
     */
    public BatchSampler(ImageSet train, Augmentation augmentation, double alpha, Partition partition, int workers,
            int batchSize, long seed) {
        this(train, augmentation, alpha, parts(train, partition, workers, batchSize, seed), batchSize, seed);
    }

    /** Draws that are not mixed. */
    public BatchSampler(
            ImageSet train, Augmentation augmentation, Partition partition, int workers, int batchSize, long seed) {
        this(train, augmentation, 0, partition, workers, batchSize, seed);
    }

    /** @param parts images of each worker [n][] */
    BatchSampler(
            ImageSet images, Augmentation augmentation, double alpha, int[][] parts, int batchSize, long seed) {
        this.images = images;
        this.augmentation = augmentation;
        this.alpha = alpha;
        this.parts = parts;
        this.seed = seed;
        int count = parts.length * batchSize;
        int[] holes = new int[augmentation.cutout() > 0 ? count * Draws.NUMBERS : 0];
        Draws draws = new Draws(images, new int[count * Draws.NUMBERS], holes, Mixup.of(alpha, count));
        batch = new Batch(draws, new int[count], parts.length, batchSize);
    }

    private static int[][] parts(ImageSet train, Partition partition, int workers, int batchSize, long seed) {
        if (workers < 1 || batchSize < 1) {
            throw new IllegalArgumentException("workers and batch size must be at least 1, got " + workers
                    + " workers and " + batchSize + " images");
        }
        int most = Integer.MAX_VALUE / Draws.NUMBERS;
        if ((long) workers * batchSize > most) {
            throw new IllegalArgumentException("workers x batch-size must be at most " + most
                    + " for the draws of a step to be one array, got " + workers + " x " + batchSize);
        }
        return partition.assign(train, workers, seed);
    }

    /**
     * The batch of a step. It is valid until the next call, which draws into the same arrays.
     *
     * @param step the step t, at least 0
     */
    public Batch at(long step) {
        int size = batch.size();
        int[] places = batch.draws().places();
        for (int worker = 0; worker < parts.length; worker++) {
            long base = Seeds.derive(seed, Purpose.BATCHES, worker, step);
            int[] part = parts[worker];
            for (int position = 0; position < size; position++) {
                int index = part[Seeds.bounded(Seeds.valueAt(base, 2L * position), part.length)];
                int image = worker * size + position;
                places[Draws.NUMBERS * image] = index;
                augment(places, Draws.NUMBERS * image, Seeds.valueAt(base, 2L * position + 1));
                batch.labels()[image] = images.label(index);
            }
            if (augmentation.cutout() > 0) {
                cut(worker, Seeds.derive(seed, Purpose.CUTOUT, worker, step));
            }
            if (alpha > 0) {
                batch.draws().mixup().draw(alpha, worker * size, size,
                        new RandomStream(Seeds.derive(seed, Purpose.MIXUP, worker, step)));
            }
        }
        return batch;
    }

    /** Crops by the first bits, flips by the last. */
    private void augment(int[] places, int at, long bits) {
        if (augmentation.crop()) {
            int shifts = 2 * Augmentation.PADDING + 1;
            places[at + 1] = ((int) (bits >>> 48) * shifts >>> 16) - Augmentation.PADDING;
            places[at + 2] = ((int) (bits >>> 32 & 0xFFFF) * shifts >>> 16) - Augmentation.PADDING;
        }
        if (augmentation.flip()) {
            places[at + 3] = (int) (bits & 1);
        }
    }

    private void cut(int worker, long base) {
        ImageShape shape = images.shape();
        int[] holes = batch.draws().holes();
        for (int position = 0; position < batch.size(); position++) {
            int at = Draws.NUMBERS * (worker * batch.size() + position);
            cut(holes, at, Seeds.bounded(Seeds.valueAt(base, 2L * position), shape.height()), shape.height());
            cut(holes, at + 2, Seeds.bounded(Seeds.valueAt(base, 2L * position + 1), shape.width()), shape.width());
        }
    }

    private void cut(int[] holes, int at, int centre, int length) {
        int from = centre - augmentation.cutout() / 2;
        holes[at] = Math.max(0, from);
        holes[at + 1] = Math.min(length, from + augmentation.cutout());
    }
}
