package dev.gossamer.engine.stacked.host;

import dev.gossamer.data.Mixup;
import dev.gossamer.engine.stacked.Slice;
import org.bytedeco.javacpp.FloatPointer;

/**
 * What a lane works for: a replica's rows of the matrices, and its mini-batch or a part of it. One object per lane,
 * changed, so that a step makes none.
 */
final class Replica {

    private final MovingPointer place = new MovingPointer();
    private long parameters;
    private long gradients;
    private int[] labels;
    private Mixup mixup;
    private int worker;
    private int firstImage;
    private int batchSize;
    private long seed;
    private double loss;

    /**
     * Turns to the parameters of a replica.
     *
     * @param matrix the whole parameter matrix
     * @param start index of the replica's first value
     */
    void readFrom(FloatPointer matrix, long start) {
        parameters = matrix.address() + start * Float.BYTES;
    }

    /**
     * Turns to where the gradients go.
     *
     * @param matrix the whole gradient matrix
     * @param start index of the first value
     */
    void writeTo(FloatPointer matrix, long start) {
        gradients = matrix.address() + start * Float.BYTES;
    }

    /**
     * Turns to the mini-batch of a replica.
     *
     * @param labels labels of all mini-batches
     * @param mixup which images are mixed
     * @param worker its number
     * @param firstImage number of the lane's first image in the mini-batch
     * @param batchSize images of the whole mini-batch
     * @param seed seed of its dropout masks
     */
    void turnTo(int[] labels, Mixup mixup, int worker, int firstImage, int batchSize, long seed) {
        this.labels = labels;
        this.mixup = mixup;
        this.worker = worker;
        this.firstImage = firstImage;
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /** Address of a parameter; valid until the next call of any method. */
    FloatPointer parameter(long offset) {
        return place.at(parameters + offset * Float.BYTES);
    }

    /** Address of a parameter's gradient; valid until the next call of any method. */
    FloatPointer gradient(long offset) {
        return place.at(gradients + offset * Float.BYTES);
    }

    /** Copies a parameter tensor into an array of its size. */
    void read(Slice slice, float[] values) {
        parameter(slice.offset()).get(values);
    }

    /** Replaces the gradient of a parameter tensor. */
    void write(Slice slice, float[] values) {
        gradient(slice.offset()).put(values);
    }

    /** Class of image i of the lane. */
    int label(int i) {
        return labels[image(i)];
    }

    /** Class of the image that image i of the lane is mixed with. */
    int partnerLabel(int i) {
        return labels[mixup.partner(image(i))];
    }

    /** Share of image i of the lane in its mixture; 1 without mixup. */
    double share(int i) {
        return mixup.share(image(i));
    }

    private int image(int i) {
        return worker * batchSize + firstImage + i;
    }

    /** Number of the replica. */
    int worker() {
        return worker;
    }

    /** Number of the lane's first image in the mini-batch. */
    int firstImage() {
        return firstImage;
    }

    /** Images of the whole mini-batch. */
    int batchSize() {
        return batchSize;
    }

    long seed() {
        return seed;
    }

    /** The lane's share of the mini-batch's mean cross-entropy. */
    double loss() {
        return loss;
    }

    void loss(double loss) {
        this.loss = loss;
    }
}
