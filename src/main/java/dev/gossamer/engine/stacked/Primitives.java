package dev.gossamer.engine.stacked;

/**
 * The primitive operations of a device: one method for each kind of {@link Operation}, called once when a program is
 * loaded, in the program's order.
 *
 * @param <K> what the device makes of an operation
 */
public interface Primitives<K> {

    /** y = convolution of x, bias, ReLU. */
    K convolve(Operation.Convolve operation);

    /** Gradients of a convolution's weights and bias. */
    K convolveBackwardWeights(Operation.ConvolveBackwardWeights operation);

    /** Gradient of a convolution's input. */
    K convolveBackwardData(Operation.ConvolveBackwardData operation);

    /** y = x w^T + bias, ReLU. */
    K multiply(Operation.Multiply operation);

    /** Gradients of a dense layer's weights and bias. */
    K multiplyBackwardWeights(Operation.MultiplyBackwardWeights operation);

    /** Gradient of a dense layer's input. */
    K multiplyBackwardData(Operation.MultiplyBackwardData operation);

    /** Batch norm, ReLU. */
    K normalize(Operation.Normalize operation);

    /** Gradients of a batch norm's input, scale and shift. */
    K normalizeBackward(Operation.NormalizeBackward operation);

    /** EvoNorm-S0. */
    K evoNorm(Operation.EvoNorm operation);

    /** Gradients of an EvoNorm's input and parameters. */
    K evoNormBackward(Operation.EvoNormBackward operation);

    /** Maximum of each 2x2 square. */
    K maxPool(Operation.MaxPool operation);

    /** Gradient of the maximum's input. */
    K maxPoolBackward(Operation.MaxPoolBackward operation);

    /** Average over all pixels. */
    K averagePool(Operation.AveragePool operation);

    /** Gradient of the average's input. */
    K averagePoolBackward(Operation.AveragePoolBackward operation);

    /** Dropout, which is its own backward pass. */
    K drop(Operation.Drop operation);

    /** sum = a + b, then a ReLU where asked. */
    K add(Operation.Add operation);

    /** Gradient of a ReLU's input. */
    K reluBackward(Operation.ReluBackward operation);

    /** Likewise, of a ReLU whose gradient is a sum. */
    K reluBackwardOfSum(Operation.ReluBackwardOfSum operation);

    /** Mean softmax cross-entropy, and its gradient. */
    K crossEntropy(Operation.CrossEntropy operation);
}
