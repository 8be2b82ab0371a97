package dev.gossamer.engine.stacked;

import dev.gossamer.model.Filter;
import java.util.List;
import java.util.Optional;

/**
 * A primitive operation on the tensors of one replica. What it writes is overwritten; everything else is only read. A
 * tensor is written by one operation.
 */
public sealed interface Operation {

    /** Tensors that are read. */
    List<Tensor> reads();

    /** Tensors that are written. */
    List<Tensor> writes();

    /** Whether the results for an image depend on the other images of the mini-batch. */
    default boolean couplesImages() {
        return false;
    }

    /** Has a device prepare this operation. */
    <K> K prepare(Primitives<K> device);

    /** An operation of the forward pass that gradients flow back through. */
    sealed interface Differentiable extends Operation {

        /** Appends the operations that bring the gradient of this one's result to its inputs and parameters. */
        void differentiate(Tensor gradient, BackwardPass pass);
    }

    /** An operation of the forward pass with one input and one result. */
    sealed interface Unary extends Differentiable {

        /** The input. */
        Tensor x();

        /** The result. */
        Tensor y();

        @Override
        default List<Tensor> reads() {
            return List.of(x());
        }

        @Override
        default List<Tensor> writes() {
            return List.of(y());
        }
    }

    /** An operation that writes gradients of parameters, and no tensor. */
    sealed interface WeightGradient extends Operation {

        /** The operation whose parameters they are. */
        Unary forward();

        /** Gradient of its result before the ReLU. */
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

    /** An operation that writes the gradient of an input. */
    sealed interface InputGradient extends Operation {

        /** The gradient. */
        Tensor dx();

        @Override
        default List<Tensor> writes() {
            return List.of(dx());
        }
    }

    /** An operation that writes a gradient, and can bring it through the ReLU that made its tensor at the same time. */
    sealed interface Maskable extends Operation {

        /**
         * This with the ReLU.
         *
         * @param y result of the ReLU
         * @param dz what is written instead: 0 where y is not positive
         * @return nothing where it has one already, or would read another tensor for it
         */
        Optional<Operation> throughRelu(Tensor y, Tensor dz);
    }

    /**
     * Convolution.
     *
     * @param x input [b, in, h, w]
     * @param weight weights [out, in, k, k]
     * @param bias [out], or null for none
     * @param filter sizes
     * @param relu whether a ReLU follows
     * @param y result [b, out, h', w']
     */
    record Convolve(Tensor x, Slice weight, Slice bias, Filter filter, boolean relu, Tensor y)
            implements Unary {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.convolve(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            Tensor dz = relu ? pass.throughRelu(y, gradient) : gradient;
            pass.add(new ConvolveBackwardWeights(this, dz));
            pass.contribute(x, dx -> new ConvolveBackwardData(this, dz, false, dx));
        }
    }

    /**
     * Gradients of the weights and the bias of a convolution.
     *
     * @param forward the convolution
     * @param dz gradient of its result before the ReLU
     */
    record ConvolveBackwardWeights(Convolve forward, Tensor dz) implements WeightGradient {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.convolveBackwardWeights(this);
        }
    }

    /**
     * Gradient of the input of a convolution.
     *
     * @param forward the convolution
     * @param dz gradient of its result before the ReLU
     * @param relu whether its input is a ReLU's result, and the gradient of that one's input is meant: 0 where the
     *     input is not positive
     * @param dx result, shape of its input
     */
    record ConvolveBackwardData(Convolve forward, Tensor dz, boolean relu, Tensor dx)
            implements InputGradient, Maskable {

        @Override
        public List<Tensor> reads() {
            return relu ? List.of(dz, forward.x) : List.of(dz);
        }

        @Override
        public Optional<Operation> throughRelu(Tensor y, Tensor masked) {
            return relu || !forward.x.equals(y) ? Optional.empty()
                    : Optional.of(new ConvolveBackwardData(forward, dz, true, masked));
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.convolveBackwardData(this);
        }
    }

    /**
     * Dense layer.
     *
     * @param x input, all values of an image in C order: [b, in]
     * @param weight weights [out, in]
     * @param bias [out]
     * @param relu whether a ReLU follows
     * @param y result [b, out]
     */
    record Multiply(Tensor x, Slice weight, Slice bias, boolean relu, Tensor y) implements Unary {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.multiply(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            Tensor dz = relu ? pass.throughRelu(y, gradient) : gradient;
            pass.add(new MultiplyBackwardWeights(this, dz));
            pass.contribute(x, dx -> new MultiplyBackwardData(this, dz, dx));
        }
    }

    /**
     * Gradients of the weights and the bias of a dense layer.
     *
     * @param forward the layer
     * @param dz gradient of its result before the ReLU
     */
    record MultiplyBackwardWeights(Multiply forward, Tensor dz) implements WeightGradient {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.multiplyBackwardWeights(this);
        }
    }

    /**
     * Gradient of the input of a dense layer.
     *
     * @param forward the layer
     * @param dz gradient of its result before the ReLU
     * @param dx result, shape of its input
     */
    record MultiplyBackwardData(Multiply forward, Tensor dz, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(dz);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.multiplyBackwardData(this);
        }
    }

    /**
     * Batch norm with the statistics of the batch, in training and in evaluation.
     *
     * @param x input [b, c, h, w]
     * @param gamma scale [c]
     * @param beta shift [c]
     * @param relu whether a ReLU follows
     * @param y result, shape of the input
     */
    record Normalize(Tensor x, Slice gamma, Slice beta, boolean relu, Tensor y) implements Unary {

        @Override
        public boolean couplesImages() {
            return true;
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.normalize(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            Tensor dx = pass.gradientLike(x);
            pass.add(new NormalizeBackward(this, gradient, dx));
            pass.contribute(x, dx);
        }
    }

    /**
     * Gradients of the input, the scale and the shift of a batch norm, through its ReLU where it has one.
     *
     * @param forward the batch norm
     * @param dy gradient of its result
     * @param dx result, shape of its input
     */
    record NormalizeBackward(Normalize forward, Tensor dy, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(forward.x, dy);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.normalizeBackward(this);
        }
    }

    /**
     * EvoNorm-S0, see {@link dev.gossamer.model.EvoNormSpec}: y = gamma x sigmoid(v x) / sqrt(var + epsilon) + beta.
     *
     * @param x input [b, c, h, w]
     * @param gamma scale [c]
     * @param beta shift [c]
     * @param v factor of x in the sigmoid [c]
     * @param groups number of groups of neighbouring channels, over each of which an image's variance is taken
     * @param y result, shape of the input
     */
    record EvoNorm(Tensor x, Slice gamma, Slice beta, Slice v, int groups, Tensor y) implements Unary {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.evoNorm(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            Tensor dx = pass.gradientLike(x);
            pass.add(new EvoNormBackward(this, gradient, dx));
            pass.contribute(x, dx);
        }
    }

    /**
     * Gradients of the input and the parameters of an EvoNorm.
     *
     * @param forward the EvoNorm
     * @param dy gradient of its result
     * @param dx result, shape of its input
     */
    record EvoNormBackward(EvoNorm forward, Tensor dy, Tensor dx) implements InputGradient {

        @Override
        public List<Tensor> reads() {
            return List.of(forward.x, dy);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.evoNormBackward(this);
        }
    }

    /**
     * Maximum of each 2x2 square.
     *
     * @param x input [b, c, h, w]
     * @param y result [b, c, h / 2, w / 2]
     */
    record MaxPool(Tensor x, Tensor y) implements Unary {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.maxPool(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            pass.contribute(x, dx -> new MaxPoolBackward(this, gradient, false, dx));
        }
    }

    /**
     * Gradient of the input of a maximum; of equal values the first in reading order gets it.
     *
     * @param forward the maximum
     * @param dy gradient of its result
     * @param relu whether its input is a ReLU's result, and the gradient of that one's input is meant: 0 where the
     *     input is not positive
     * @param dx result, shape of its input
     */
    record MaxPoolBackward(MaxPool forward, Tensor dy, boolean relu, Tensor dx) implements InputGradient, Maskable {

        @Override
        public List<Tensor> reads() {
            return List.of(forward.x, dy);
        }

        @Override
        public Optional<Operation> throughRelu(Tensor y, Tensor masked) {
            return relu || !forward.x.equals(y) ? Optional.empty()
                    : Optional.of(new MaxPoolBackward(forward, dy, true, masked));
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.maxPoolBackward(this);
        }
    }

    /**
     * Average over all pixels.
     *
     * @param x input [b, c, h, w]
     * @param y result [b, c]
     */
    record AveragePool(Tensor x, Tensor y) implements Unary {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.averagePool(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            pass.contribute(x, dx -> new AveragePoolBackward(this, gradient, dx));
        }
    }

    /**
     * Gradient of the input of an average.
     *
     * @param forward the average
     * @param dy gradient of its result [b, c]
     * @param dx result [b, c, h, w]
     */
    record AveragePoolBackward(AveragePool forward, Tensor dy, Tensor dx) implements InputGradient {

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
     * Inverted dropout, by the mask that {@link dev.gossamer.model.DropoutMask} gives for the values in C order.
     *
     * @param x input of any shape
     * @param probability probability of dropping a value, in [0, 1)
     * @param stream number of the layer among the dropout layers of its model
     * @param y result, shape of the input
     */
    record Drop(Tensor x, double probability, int stream, Tensor y) implements Unary {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.drop(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            pass.contribute(x, dx -> new Drop(gradient, probability, stream, dx));
        }
    }

    /**
     * Sum of two tensors of one shape.
     *
     * @param a first summand
     * @param b second summand
     * @param relu whether a ReLU follows
     * @param sum result
     */
    record Add(Tensor a, Tensor b, boolean relu, Tensor sum) implements Differentiable, Maskable {

        @Override
        public List<Tensor> reads() {
            return List.of(a, b);
        }

        @Override
        public List<Tensor> writes() {
            return List.of(sum);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.add(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            Tensor dz = relu ? pass.throughRelu(sum, gradient) : gradient;
            for (Tensor summand : reads()) {
                if (pass.needsGradient(summand)) {
                    pass.contribute(summand, dz);
                }
            }
        }

        @Override
        public Optional<Operation> throughRelu(Tensor y, Tensor dz) {
            return relu ? Optional.empty() : Optional.of(new ReluBackwardOfSum(y, a, b, dz));
        }
    }

    /**
     * dz = dy where y is positive, else 0.
     *
     * @param y result of the ReLU
     * @param dy its gradient
     * @param dz gradient of its input
     */
    record ReluBackward(Tensor y, Tensor dy, Tensor dz) implements Operation {

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
            return device.reluBackward(this);
        }
    }

    /**
     * dz = a + b where y is positive, else 0.
     *
     * @param y result of the ReLU
     * @param a first summand of its gradient
     * @param b second summand
     * @param dz gradient of its input
     */
    record ReluBackwardOfSum(Tensor y, Tensor a, Tensor b, Tensor dz) implements Operation {

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
            return device.reluBackwardOfSum(this);
        }
    }

    /**
     * Mean softmax cross-entropy of a batch with its labels, and its gradient.
     *
     * @param logits [b, classes]
     * @param gradient result [b, classes]
     */
    record CrossEntropy(Tensor logits, Tensor gradient) implements Operation {

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
            return device.crossEntropy(this);
        }
    }
}
