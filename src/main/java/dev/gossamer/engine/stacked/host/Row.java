package dev.gossamer.engine.stacked.host;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** The replica that a lane works for: its rows of the matrices and its mini-batch. One object per lane, changed. */
final class Row {

    private BytePointer parameters;
    private BytePointer gradients;
    private long start;
    private int[] labels;
    private int firstLabel;
    private long seed;
    private double loss;

    /**
     * Turns to the parameters of a replica.
     *
     * @param parameters the whole parameter matrix
     * @param gradients the whole gradient matrix, or null in evaluation
     * @param start index of the replica's first value in both
     */
    void turnTo(FloatPointer parameters, FloatPointer gradients, long start) {
        this.parameters = new BytePointer(parameters);
        this.gradients = gradients == null ? null : new BytePointer(gradients);
        this.start = start;
    }

    /**
     * Turns to the mini-batch of a replica.
     *
     * @param labels labels of all mini-batches
     * @param firstLabel index of this one's first
     * @param seed seed of its dropout masks
     */
    void turnTo(int[] labels, int firstLabel, long seed) {
        this.labels = labels;
        this.firstLabel = firstLabel;
        this.seed = seed;
    }

    /** Address of a parameter; valid until the next call. */
    BytePointer parameter(long offset) {
        return parameters.position((start + offset) * Float.BYTES);
    }

    /** Address of a parameter's gradient; valid until the next call. */
    BytePointer gradient(long offset) {
        return gradients.position((start + offset) * Float.BYTES);
    }

    /** Some parameters as a buffer. */
    FloatBuffer parameters(long offset, long count) {
        return buffer(parameters, offset, count);
    }

    /** Some gradients as a buffer. */
    FloatBuffer gradients(long offset, long count) {
        return buffer(gradients, offset, count);
    }

    private FloatBuffer buffer(BytePointer matrix, long offset, long count) {
        Pointer first = matrix.position(0).getPointer((start + offset) * Float.BYTES);
        return new FloatPointer(first).capacity(count).asBuffer();
    }

    /** Class of image i of the mini-batch. */
    int label(int i) {
        return labels[firstLabel + i];
    }

    long seed() {
        return seed;
    }

    double loss() {
        return loss;
    }

    void loss(double loss) {
        this.loss = loss;
    }
}
