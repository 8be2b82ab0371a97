package dev.gossamer.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The mini-batches of all workers, step after step: every image drawn independently, uniformly and with replacement
 * from the worker's part of the training images, then augmented and normalised.
 *
 * <p>What worker i draws at position p of step t is a pure function of (seed, i, t, p), the same for every topology,
 * learning rate and first step: runs can be compared in pairs, and a run is continued by naming its next step. While a
 * batch is used, a daemon thread prepares the next. To be used by one thread at a time, and closed after use.
 */
public final class BatchStream implements AutoCloseable {

    /** Two batches: one in use, one being prepared. */
    private static final int BATCHES = 2;

    private final BatchSampler sampler;
    private final BlockingQueue<Batch> free = new ArrayBlockingQueue<>(BATCHES);
    private final BlockingQueue<Batch> ready = new ArrayBlockingQueue<>(BATCHES + 1);
    private final Batch failed;
    private final Thread producer;
    private volatile Throwable failure;
    private Batch inUse;
    private boolean closed;

    /**
     * Starts to prepare the first batch.
     *
     * @param train the training images
     * @param augmentation what an image goes through each time it is drawn
     * @param partition which images each worker draws from
     * @param workers number of workers n, at least 1
     * @param batchSize images per worker b, at least 1
     * @param seed the run's seed
     * @param firstStep the step of the first batch, at least 0
     * @param rendered whether batches have images, besides their draws
     * @throws IllegalArgumentException if a number is out of range, the batches of all workers together take 2 GiB or
     *     more, or there are fewer images than the partition needs
     */
    public BatchStream(
            ImageSet train,
            Augmentation augmentation,
            Partition partition,
            int workers,
            int batchSize,
            long seed,
            long firstStep,
            boolean rendered) {
        this(
                sampler(train, augmentation, partition, workers, batchSize, seed),
                train.shape(),
                workers,
                batchSize,
                firstStep,
                rendered);
    }

    /** Batches with images; otherwise as above. */
    public BatchStream(
            ImageSet train,
            Augmentation augmentation,
            Partition partition,
            int workers,
            int batchSize,
            long seed,
            long firstStep) {
        this(train, augmentation, partition, workers, batchSize, seed, firstStep, true);
    }

    /** Starts with a given sampler. */
    BatchStream(BatchSampler sampler, ImageShape shape, int workers, int batchSize, long firstStep,
            boolean rendered) {
        if (firstStep < 0) {
            throw new IllegalArgumentException("first step must be at least 0, got " + firstStep);
        }
        long bytes = rendered ? (long) workers * batchSize * shape.size() * Float.BYTES : 0;
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(workers + " workers with batches of " + batchSize + " images of "
                    + shape.size() + " values take " + bytes + " bytes per step; at most " + Integer.MAX_VALUE
                    + " are possible: use smaller batches");
        }
        this.sampler = sampler;
        for (int i = 0; i < BATCHES; i++) {
            FloatBuffer images = rendered ? allocate((int) bytes) : null;
            free.add(new Batch(images, sampler.draws(), new int[workers * batchSize], workers, batchSize, shape));
        }
        failed = new Batch(FloatBuffer.allocate(0), new int[0], workers, batchSize, shape);
        producer = new Thread(() -> produce(firstStep), "batches");
        producer.setDaemon(true);
        producer.start();
    }

    private static BatchSampler sampler(
            ImageSet train, Augmentation augmentation, Partition partition, int workers, int batchSize, long seed) {
        if (workers < 1 || batchSize < 1) {
            throw new IllegalArgumentException("workers and batch size must be at least 1, got " + workers
                    + " workers and " + batchSize + " images");
        }
        return new BatchSampler(train, augmentation, partition.assign(train, workers, seed), batchSize, seed);
    }

    private static FloatBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private void produce(long firstStep) {
        try {
            for (long step = firstStep; ; step++) {
                Batch batch = free.take();
                sampler.draw(step, batch.draws(), batch.labels());
                if (batch.images() != null) {
                    sampler.render(batch.draws(), batch.images());
                }
                ready.add(batch);
            }
        } catch (InterruptedException e) {
            // close() asks for the end this way.
        } catch (Throwable e) {
            failure = e;
            ready.add(failed);
        }
    }

    /**
     * The batch of the next step. Its buffer and labels stay valid until the next call of this method, which hands them
     * back to be filled again.
     *
     * @throws IllegalStateException if preparing the batch failed, the stream is closed, or the thread was interrupted
     *     while waiting
     */
    public Batch next() {
        if (closed) {
            throw new IllegalStateException("the batch stream is closed");
        }
        if (inUse != null && inUse != failed) {
            free.add(inUse);
            inUse = null;
        }
        if (inUse == null) {
            inUse = await();
        }
        if (inUse == failed) {
            throw new IllegalStateException(
                    "preparing a batch failed" + (failure == null ? "" : ": " + failure), failure);
        }
        return inUse;
    }

    private Batch await() {
        try {
            while (true) {
                Batch batch = ready.poll(1, TimeUnit.SECONDS);
                if (batch != null) {
                    return batch;
                }
                if (!producer.isAlive() && ready.isEmpty()) {
                    return failed;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a batch", e);
        }
    }

    /** Ends the thread that prepares batches, and waits for it. The last batch stays as it is. */
    @Override
    public void close() {
        closed = true;
        producer.interrupt();
        try {
            producer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
