package dev.gossamer.engine;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Purpose;
import dev.gossamer.data.Seeds;
import dev.gossamer.topology.MixingMatrix;
import java.util.Arrays;

/**
 * n replicas of one model over matrices [n, d]: parameters X, what else an algorithm keeps, and gradients G. All
 * workers start from the same vector. An engine consists of three parts, which are a device's own; what is the same for
 * all devices is here.
 *
 * <p>A training step is {@link #computeGradients} followed by {@link #update}. An engine is used by one thread at a
 * time; it may use several threads itself. It owns native memory and is closed after use.
 */
public class ReplicaEngine implements AutoCloseable {

    private final String description;
    private final ImageShape images;
    private final long seed;
    private final Replicas replicas;
    private final long[] seeds;
    private final double[] losses;

    /**
     * @param description engine, backend and device in words
     * @param images shape of the images
     * @param seed seed of the dropout masks
     * @param replicas the parts, which are closed with the engine
     */
    public ReplicaEngine(String description, ImageShape images, long seed, Replicas replicas) {
        this.description = description;
        this.images = images;
        this.seed = seed;
        this.replicas = replicas;
        seeds = new long[replicas.matrices().workers()];
        losses = new double[seeds.length];
    }

    /** Engine, backend and device in words, for records and the first line of a run. */
    public String description() {
        return description;
    }

    /** The part that fills G. */
    public Gradients gradients() {
        return replicas.gradients();
    }

    /** The matrices. */
    public ReplicaMatrices matrices() {
        return replicas.matrices();
    }

    /** The part that scores. */
    public Scoring scoring() {
        return replicas.scoring();
    }

    /**
     * Fills G, see {@link Gradients#compute}.
     *
     * @param batch one mini-batch per worker
     * @param step the step, counted from 0; it seeds the dropout masks
     * @return the training loss, averaged over the workers; not finite where a worker's is not
     * @throws IllegalArgumentException if the batch does not fit the workers or the model
     */
    public double computeGradients(Batch batch, long step) {
        if (batch.workers() != seeds.length) {
            throw new IllegalArgumentException(
                    "the engine has " + seeds.length + " workers, but the batch is for " + batch.workers());
        }
        if (!batch.shape().equals(images)) {
            throw new IllegalArgumentException("the engine is for images " + images + ", got " + batch.shape());
        }
        for (int i = 0; i < seeds.length; i++) {
            seeds[i] = Seeds.derive(seed, Purpose.DROPOUT, i, step);
        }
        gradients().compute(batch, seeds, losses);
        return Arrays.stream(losses).average().getAsDouble();
    }

    /**
     * One step of the algorithm.
     *
     * @param clock what changes from step to step
     * @param mixing the mixing matrix W_t
     * @throws IllegalArgumentException if the mixing matrix is for another number of workers
     */
    public void update(Clock clock, MixingMatrix mixing) {
        if (mixing.workers() != seeds.length) {
            throw new IllegalArgumentException(
                    "the engine has " + seeds.length + " workers, but the mixing matrix is for " + mixing.workers());
        }
        matrices().step(clock, mixing);
    }

    /**
     * Scores what the algorithm evaluates of one worker, parameters or their moving average; see {@link Scoring#score}.
     *
     * @param worker a worker in [0, n), or {@link Scoring#MEAN}
     * @param images what to score on
     */
    public Score evaluate(int worker, ImageSet images) {
        return scoring().score(matrices().rule().evaluated(), worker, images);
    }

    @Override
    public void close() {
        replicas.close();
    }
}
