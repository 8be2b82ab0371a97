package dev.gossamer.model;

import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;
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

    /** Fills the tensor with its initial values, a pure function of the seed and the tensor's index. */
    void initialize(INDArray tensor, long seed) {
        long stream = new SplittableRandom(seed).longs().skip(index).findFirst().getAsLong();
        SplittableRandom random = new SplittableRandom(stream);
        INDArray values = tensor.reshape(size());
        for (long from = 0; from < size(); from += CHUNK) {
            double[] drawn = new double[(int) Math.min(CHUNK, size() - from)];
            Arrays.setAll(drawn, i -> initialization.draw(random));
            try (INDArray chunk = Nd4j.createFromArray(drawn)) {
                values.get(NDArrayIndex.interval(from, from + drawn.length)).assign(chunk);
            }
        }
    }
}
