package dev.gossamer.engine.stacked;

import dev.gossamer.model.Loss;
import java.util.List;
import java.util.Optional;

/** An operation of a training step that comes after the forward pass: the loss, and gradients. */
public sealed interface Backward extends Operation {

    /** One that writes gradients of parameters, and no tensor. */
    sealed interface WeightGradient extends Backward {

        /** The operation whose parameters they are. */
        Forward.Unary forward();

        /** Gradient of its result before its activation. */
        Tensor dz();

        @Override
        default List<Tensor> reads() {
            return List.of(forward().x(), dz());
        }

        @Override
        default List<Tensor> writes() {
            return List.of();
        }
    }

    /** One that writes the gradient of an input. */
    sealed interface InputGradient extends Backward {

        /** The gradient. */
        Tensor dx();

        @Override
        default List<Tensor> writes() {
            return List.of(dx());
        }
    }

    /**
     * Mean loss of a batch with its labels, and its gradient. The target of an image is
     * {@code 1 - smoothing + smoothing / classes} for its class and {@code smoothing / classes} for others.
     *
     * @param kind which loss
     * @param logits [b, classes]
     * @param smoothing in [0, 1)
     * @param gradient result [b, classes]
     */
    record MeanLoss(Loss kind, Tensor logits, double smoothing, Tensor gradient) implements Backward {

        @Override
        public List<Tensor> reads() {
            return List.of(logits);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(gradient);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.meanLoss(this);
        }
    }

    /**
     * Gradients of the weights and the bias of a convolution.
     *
     * @param forward the convolution
     * @param dz gradient of its result before its activation
     */
    record ConvolveWeights(Forward.Convolve forward, Tensor dz) implements WeightGradient {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.convolveBackwardWeights(this);
        }
    }

    /**
     * Gradient of the input of a convolution.
     *
     * @param forward the convolution
     * @param dz gradient of its result before its activation
     * @param through the activation that made its input, where the gradient of what went into that is meant
     * @param dx result, shape of its input
     */
    record ConvolveInput(Forward.Convolve forward, Tensor dz, Activation through, Tensor dx)
            implements InputGradient, Operation.Maskable {

        @Override
        public List<Tensor> reads() {
            return through == Activation.NONE ? List.of(dz) : List.of(dz, forward.x());
        }

        @Override
        public Optional<Operation> through(Activation activation, Tensor y, Tensor dz) {
            return through != Activation.NONE || !forward.x().equals(y) ? Optional.empty()
                    : Optional.of(new ConvolveInput(forward, this.dz, activation, dz));
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.convolveBackwardInput(this);
        }
    }

    /**
     * Gradients of the weights and the bias of a dense layer.
     *
     * @param forward the layer
     * @param dz gradient of its result before its activation
     */
    record MultiplyWeights(Forward.Multiply forward, Tensor dz) implements WeightGradient {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.multiplyBackwardWeights(this);
        }
    }

    /**
     * Gradient of the input of a dense layer.
     *
     * @param forward the layer
     * @param dz gradient of its result before its activation
     * @param dx result, shape of its input
     */
    record MultiplyInput(Forward.Multiply forward, Tensor dz, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(dz);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.multiplyBackwardInput(this);
        }
    }

    /**
     * Gradients of the input, the scale and the shift of a batch norm, through its activation.
     *
     * @param forward the batch norm
     * @param dy gradient of its result
     * @param dx result, shape of its input
     */
    record Normalize(Forward.Normalize forward, Tensor dy, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(forward.x(), dy);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.normalizeBackward(this);
        }
    }

    /**
     * Gradients of the input, the scale and the shift of a group norm, through its activation.
     *
     * @param forward the group norm
     * @param dy gradient of its result
     * @param dx result, shape of its input
     */
    record GroupNorm(Forward.GroupNorm forward, Tensor dy, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(forward.x(), dy);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.groupNormBackward(this);
        }
    }

    /**
     * Gradients of the input, the scale and the shift of a layer norm.
     *
     * @param forward the layer norm
     * @param dy gradient of its result
     * @param dx result, shape of its input
     */
    record LayerNorm(Forward.LayerNorm forward, Tensor dy, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(forward.x(), dy);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.layerNormBackward(this);
        }
    }

    /**
     * Gradient of the input of a self-attention.
     *
     * @param forward the attention
     * @param dy gradient of its result
     * @param ofWeights of use to the operation alone: the gradient of its products of queries and keys
     * @param dx result, shape of its input
     */
    record Attend(Forward.Attend forward, Tensor dy, Tensor ofWeights, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(forward.x(), forward.weights(), dy);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(dx, ofWeights);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.attendBackward(this);
        }
    }

    /**
     * Gradient of a position embedding.
     *
     * @param forward the embedding
     * @param dz gradient of its result
     */
    record EmbedPositions(Forward.Embed forward, Tensor dz) implements WeightGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(dz);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.embedBackward(this);
        }
    }

    /**
     * Gradients of the input and the parameters of an EvoNorm.
     *
     * @param forward the EvoNorm
     * @param dy gradient of its result
     * @param dx result, shape of its input
     */
    record EvoNorm(Forward.EvoNorm forward, Tensor dy, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(forward.x(), dy);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.evoNormBackward(this);
        }
    }

    /**
     * Gradient of the input of a maximum; of equal values the first in reading order gets it.
     *
     * @param forward the maximum
     * @param dy gradient of its result
     * @param through the activation that made its input, where the gradient of what went into that is meant
     * @param dx result, shape of its input
     */
    record MaxPool(Forward.MaxPool forward, Tensor dy, Activation through, Tensor dx)
            implements InputGradient, Operation.Maskable {

        @Override
        public List<Tensor> reads() {
            return List.of(forward.x(), dy);
        }

        @Override
        public Optional<Operation> through(Activation activation, Tensor y, Tensor dz) {
            return through != Activation.NONE || !forward.x().equals(y) ? Optional.empty()
                    : Optional.of(new MaxPool(forward, dy, activation, dz));
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.maxPoolBackward(this);
        }
    }

    /**
     * Gradient of the input of an average.
     *
     * @param forward the average
     * @param dy gradient of its result [b, c]
     * @param dx result [b, c, h, w]
     */
    record AveragePool(Forward.AveragePool forward, Tensor dy, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(dy);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.averagePoolBackward(this);
        }
    }

    /**
     * Gradient of the input of a function of each value.
     *
     * @param forward the function
     * @param dy gradient of its result
     * @param dx result, shape of its input
     */
    record Apply(Forward.Apply forward, Tensor dy, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(forward.x(), dy);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.applyBackward(this);
        }
    }

    /**
     * Gradient of what goes into an activation: for a ReLU dz = dy where y is positive, else 0.
     *
     * @param y result of the activation
     * @param dy its gradient
     * @param dz gradient of its input
     */
    record Activate(Activation activation, Tensor y, Tensor dy, Tensor dz) implements Backward {

        @Override
        public List<Tensor> reads() {
            return List.of(y, dy);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(dz);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.activateBackward(this);
        }
    }

    /**
     * Likewise where the gradient is a sum: for a ReLU dz = a + b where y is positive, else 0.
     *
     * @param y result of the activation
     * @param a first summand of its gradient
     * @param b second summand
     * @param dz gradient of its input
     */
    record ActivateSum(Activation activation, Tensor y, Tensor a, Tensor b, Tensor dz) implements Backward {

        @Override
        public List<Tensor> reads() {
            return List.of(y, a, b);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(dz);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.activateBackwardOfSum(this);
        }
    }
}
