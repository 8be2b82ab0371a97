package dev.gossamer.engine.stacked;

/**
 * The primitive operations of a device: one method for each kind of {@link Operation}, called once when a program is
 * loaded, in the program's order.
 *
 * @param <K> what the device makes of an operation
 */
public interface Primitives<K> {

    /** y = convolution of x, bias, activation. */
    K convolve(Forward.Convolve operation);

    /** Gradients of a convolution's weights and bias. */
    K convolveBackwardWeights(Backward.ConvolveWeights operation);

    /** Gradient of a convolution's input. */
    K convolveBackwardInput(Backward.ConvolveInput operation);

    /** y = x w^T + bias, activation. */
    K multiply(Forward.Multiply operation);

    /** Gradients of a dense layer's weights and bias. */
    K multiplyBackwardWeights(Backward.MultiplyWeights operation);

    /** Gradient of a dense layer's input. */
    K multiplyBackwardInput(Backward.MultiplyInput operation);

    /** Batch norm, activation. */
    K normalize(Forward.Normalize operation);

    /** Gradients of a batch norm's input, scale and shift. */
    K normalizeBackward(Backward.Normalize operation);

    /** Group norm, activation. */
    K groupNorm(Forward.GroupNorm operation);

    /** Gradients of a group norm's input, scale and shift. */
    K groupNormBackward(Backward.GroupNorm operation);

    /** Layer norm. */
    K layerNorm(Forward.LayerNorm operation);

    /** Gradients of a layer norm's input, scale and shift. */
    K layerNormBackward(Backward.LayerNorm operation);

    /** Self-attention. */
    K attend(Forward.Attend operation);

    /** Gradient of a self-attention's input. */
    K attendBackward(Backward.Attend operation);

    /** Position embedding. */
    K embed(Forward.Embed operation);

    /** Gradient of a position embedding. */
    K embedBackward(Backward.EmbedPositions operation);

    /** EvoNorm-S0. */
    K evoNorm(Forward.EvoNorm operation);

    /** Gradients of an EvoNorm's input and parameters. */
    K evoNormBackward(Backward.EvoNorm operation);

    /** Maximum of each window. */
    K maxPool(Forward.MaxPool operation);

    /** Gradient of the maximum's input. */
    K maxPoolBackward(Backward.MaxPool operation);

    /** Average of each window. */
    K averagePool(Forward.AveragePool operation);

    /** Gradient of the average's input. */
    K averagePoolBackward(Backward.AveragePool operation);

    /** A function of each value. */
    K apply(Forward.Apply operation);

    /** Gradient of the input of a function of each value. */
    K applyBackward(Backward.Apply operation);

    /** Dropout, which is its own backward pass. */
    K drop(Forward.Drop operation);

    /** sum = a + b, then an activation. */
    K add(Forward.Add operation);

    /** Gradient of what goes into an activation. */
    K activateBackward(Backward.Activate operation);

    /** Likewise, where the gradient is a sum. */
    K activateBackwardOfSum(Backward.ActivateSum operation);

    /** Mean loss, and its gradient. */
    K meanLoss(Backward.MeanLoss operation);
}
