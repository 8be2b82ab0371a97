package dev.gossamer.model;

import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One parameter tensor of a model.
 *
 * @param name name within its layer, {@code weight} or {@code bias}
 * @param index running index of the tensor in the model's parameter vector, from 0; picks its random stream
 * @param initialization what its values are drawn from
 * @param shape shape of the tensor, packed in C order
 */
public record Parameter(String name, int index, Initialization initialization, long... shape) implements Serializable {

    /** Values drawn at once: Java's heap does not hold those of large models. */
    private static final int CHUNK = 1 << 20;

    static final String WEIGHT = "weight";
    static final String BIAS = "bias";

    /**
     * Number of values.
     *
     * @throws ArithmeticException if an {@code int} is too small for it
     */
    public int size() {
        int size = 1;
        for (long n : shape) {
            size = Math.multiplyExact(size, Math.toIntExact(n));
        }
        return size;
    }

    /**
     * Draws the initial values, a pure function of the seed and the tensor's index.
     *
     * @param values takes all of them in order, some at a time
     */
    public void draw(long seed, Consumer<double[]> values) {
        long stream = new SplittableRandom(seed).longs().skip(index).findFirst().getAsLong();
        SplittableRandom random = new SplittableRandom(stream);
        for (long from = 0; from < size(); from += CHUNK) {
            double[] drawn = new double[(int) Math.min(CHUNK, size() - from)];
            Arrays.setAll(drawn, i -> initialization.draw(random));
            values.accept(drawn);
        }
    }

    /** Fills the tensor with its initial values. */
    void initialize(INDArray tensor, long seed) {
        INDArray values = tensor.reshape(size());
        long[] from = {0};
        draw(seed, drawn -> {
            try (INDArray chunk = Nd4j.createFromArray(drawn)) {
                values.get(NDArrayIndex.interval(from[0], from[0] + drawn.length)).assign(chunk);
            }
            from[0] += drawn.length;
        });
    }
}
