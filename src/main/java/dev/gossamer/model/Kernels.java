package dev.gossamer.model;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The arithmetic of the layers. Arrays are packed in C order: activations x, y and their gradients dx, dy of shape
 * [b, c, h, w] (any shape [b, ...] where it does not matter), weights and their gradients w, dw. Results are
 * overwritten, everything else is only read. Implementations have no state and are safe for use by many threads.
 */
interface Kernels {

    /** The fastest implementation for the backend in use. */
    static Kernels of(DataType type) {
        boolean host = Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
        return host && type == DataType.FLOAT ? HostKernels.INSTANCE : ArrayKernels.INSTANCE;
    }

    /**
     * Convolution, then ReLU where asked.
     *
     * @param x input [b, in, h, w]
     * @param w weights [out, in, k, k]
     * @param bias [out], or null for none
     * @param y result [b, out, h', w']
     */
    void convolve(Filter filter, INDArray x, INDArray w, INDArray bias, boolean relu, INDArray y);

    /**
     * Backward pass of {@link #convolve}.
     *
     * @param y the result of the forward pass if it ended with a ReLU, else null
     * @param dbias null if there is no bias
     * @param dx null if nobody needs it
     */
    void convolveBackward(
            Filter filter, INDArray x, INDArray w, INDArray y, INDArray dy, INDArray dw, INDArray dbias, INDArray dx);

    /**
     * y = x w^T + bias, then ReLU where asked.
     *
     * @param x input [b, in]
     * @param w weights [out, in]
     * @param bias [out]
     * @param y result [b, out]
     */
    void multiply(INDArray x, INDArray w, INDArray bias, boolean relu, INDArray y);

    /**
     * Backward pass of {@link #multiply}.
     *
     * @param y the result of the forward pass if it ended with a ReLU, else null
     * @param dx null if nobody needs it
     */
    void multiplyBackward(
            INDArray x, INDArray w, INDArray y, INDArray dy, INDArray dw, INDArray dbias, INDArray dx);

    /**
     * Batch normalisation with the statistics of the batch, then ReLU where asked: Ioffe and Szegedy, "Batch
     * normalization", 2015, algorithm 1.
     *
     * @param x input [b, c, h, w]
     * @param gamma scale [c]
     * @param beta shift [c]
     * @param statistics result [2, c]: mean, and 1 / sqrt(population variance + {@link BatchNormSpec#EPSILON})
     */
    void normalize(INDArray x, INDArray gamma, INDArray beta, boolean relu, INDArray statistics, INDArray y);

    /** Backward pass of {@link #normalize}. */
    void normalizeBackward(INDArray x, INDArray gamma, INDArray beta, boolean relu, INDArray statistics, INDArray dy,
            INDArray dgamma, INDArray dbeta, INDArray dx);

    /**
     * Group normalisation, see {@link GroupNormSpec}, then ReLU where asked.
     *
     * @param x input [b, c, h, w]
     * @param gamma scale [c]
     * @param beta shift [c]
     * @param groups number of groups of channels
     */
    void groupNorm(INDArray x, INDArray gamma, INDArray beta, int groups, boolean relu, INDArray y);

    /** Backward pass of {@link #groupNorm}. */
    void groupNormBackward(INDArray x, INDArray gamma, INDArray beta, int groups, boolean relu, INDArray dy,
            INDArray dgamma, INDArray dbeta, INDArray dx);

    /**
     * Layer normalisation, see {@link LayerNormSpec}.
     *
     * @param x input [b, c, h, w]
     * @param gamma scale [c]
     * @param beta shift [c]
     */
    void layerNorm(INDArray x, INDArray gamma, INDArray beta, INDArray y);

    /** Backward pass of {@link #layerNorm}. */
    void layerNormBackward(INDArray x, INDArray gamma, INDArray dy, INDArray dgamma, INDArray dbeta, INDArray dx);

    /**
     * Self-attention, see {@link AttentionSpec}.
     *
     * @param x queries, keys and values [b, 3 c, h, w]
     * @param y result [b, c, h, w]
     */
    void attend(INDArray x, int heads, INDArray y);

    /** Backward pass of {@link #attend}. */
    void attendBackward(INDArray x, int heads, INDArray dy, INDArray dx);

    /** y = x + positions [c, h, w]. */
    void embed(INDArray x, INDArray positions, INDArray y);

    /**
     * EvoNorm-S0, see {@link EvoNormSpec}.
     *
     * @param x input [b, c, h, w]
     * @param gamma scale [c]
     * @param beta shift [c]
     * @param v factor of x in the sigmoid [c]
     * @param groups number of groups of channels
     */
    void evoNorm(INDArray x, INDArray gamma, INDArray beta, INDArray v, int groups, INDArray y);

    /** Backward pass of {@link #evoNorm}. */
    void evoNormBackward(INDArray x, INDArray gamma, INDArray v, int groups, INDArray dy, INDArray dgamma,
            INDArray dbeta, INDArray dv, INDArray dx);

    /** Maximum of each window: x [b, c, h, w] to y [b, c, h', w']. */
    void maxPool(Window window, INDArray x, INDArray y);

    /** Backward pass of {@link #maxPool}; of equal values the first in reading order gets the gradient. */
    void maxPoolBackward(Window window, INDArray x, INDArray dy, INDArray dx);

    /** Average of each window, without what is beyond the edge: x [b, c, h, w] to y [b, c, h', w']. */
    void averagePool(Window window, INDArray x, INDArray y);

    /** Backward pass of {@link #averagePool}. */
    void averagePoolBackward(Window window, INDArray x, INDArray dy, INDArray dx);

    /** y = a + b, then ReLU where asked. */
    void add(INDArray a, INDArray b, boolean relu, INDArray y);

    /** y = f(x). */
    void activate(ActivationFunction function, INDArray x, INDArray y);

    /** Backward pass of {@link #activate}. */
    void activateBackward(ActivationFunction function, INDArray x, INDArray dy, INDArray dx);

    /** dx = dy where y is positive, else 0. */
    void reluBackward(INDArray y, INDArray dy, INDArray dx);

    /**
     * Inverted dropout: y = x / (1 - probability) where a value is kept, 0 where it is dropped. Linear in x with a mask
     * that depends on the other arguments only, so it is its own backward pass.
     *
     * @param probability probability of dropping a value, in [0, 1)
     * @param seed decides which values
     */
    void drop(INDArray x, double probability, long seed, INDArray y);
}
