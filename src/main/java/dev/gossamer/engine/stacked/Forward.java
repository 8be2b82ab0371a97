package dev.gossamer.engine.stacked;

import dev.gossamer.model.ActivationFunction;
import dev.gossamer.model.Filter;
import dev.gossamer.model.Window;
import java.util.List;
import java.util.Optional;

/** An operation of the forward pass, that gradients flow back through. */
public sealed interface Forward extends Operation {

    /** Appends the operations that bring the gradient of this one's result to its inputs and parameters. */
    void differentiate(Tensor gradient, BackwardPass pass);

    /** Parameters that are read, whose gradients an operation of the backward pass writes. */
    default List<Slice> parameters() {
        return List.of();
    }

    /** One with one input and one result. */
    sealed interface Unary extends Forward {

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

    /**
     * Convolution.
     *
     * @param x input [b, in, h, w]
     * @param weight weights [out, in, k, k]
     * @param bias [out], or null for none
     * @param filter sizes
     * @param activation what follows
     * @param y result [b, out, h', w']
     */
    record Convolve(Tensor x, Slice weight, Slice bias, Filter filter, Activation activation, Tensor y)
            implements Unary {

        @Override
        public List<Slice> parameters() {
            return bias == null ? List.of(weight) : List.of(weight, bias);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.convolve(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            Tensor dz = pass.through(activation, y, gradient);
            pass.add(new Backward.ConvolveWeights(this, dz));
            pass.contribute(x, dx -> new Backward.ConvolveInput(this, dz, Activation.NONE, dx));
        }
    }

    /**
     * Dense layer.
     *
     * @param x input, all values of an image in C order: [b, in]
     * @param weight weights [out, in]
     * @param bias [out]
     * @param activation what follows
     * @param y result [b, out]
     */
    record Multiply(Tensor x, Slice weight, Slice bias, Activation activation, Tensor y) implements Unary {

        @Override
        public List<Slice> parameters() {
            return List.of(weight, bias);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.multiply(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            Tensor dz = pass.through(activation, y, gradient);
            pass.add(new Backward.MultiplyWeights(this, dz));
            pass.contribute(x, dx -> new Backward.MultiplyInput(this, dz, dx));
        }
    }

    /**
     * Batch norm with the statistics of the batch, in training and in evaluation.
     *
     * @param x input [b, c, h, w]
     * @param gamma scale [c]
     * @param beta shift [c]
     * @param activation what follows
     * @param y result, shape of the input
     */
    record Normalize(Tensor x, Slice gamma, Slice beta, Activation activation, Tensor y) implements Unary {

        @Override
        public List<Slice> parameters() {
            return List.of(gamma, beta);
        }

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
            pass.addWithParameters(x, dx -> new Backward.Normalize(this, gradient, dx));
        }
    }

    /**
     * Group norm, see {@link dev.gossamer.model.GroupNormSpec}.
     *
     * @param x input [b, c, h, w]
     * @param gamma scale [c]
     * @param beta shift [c]
     * @param groups number of groups of neighbouring channels, each of which is normalised for itself in an image
     * @param activation what follows
     * @param y result, shape of the input
     */
    record GroupNorm(Tensor x, Slice gamma, Slice beta, int groups, Activation activation, Tensor y)
            implements Unary {

        @Override
        public List<Slice> parameters() {
            return List.of(gamma, beta);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.groupNorm(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            pass.addWithParameters(x, dx -> new Backward.GroupNorm(this, gradient, dx));
        }
    }

    /**
     * Layer norm of each pixel, see {@link dev.gossamer.model.LayerNormSpec}.
     *
     * @param x input [b, c, h, w]
     * @param gamma scale [c]
     * @param beta shift [c]
     * @param y result, shape of the input
     */
    record LayerNorm(Tensor x, Slice gamma, Slice beta, Tensor y) implements Unary {

        @Override
        public List<Slice> parameters() {
            return List.of(gamma, beta);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.layerNorm(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            pass.addWithParameters(x, dx -> new Backward.LayerNorm(this, gradient, dx));
        }
    }

    /**
     * Self-attention of an image's pixels, see {@link dev.gossamer.model.AttentionSpec}.
     *
     * @param x queries, keys and values [b, 3 c, h, w]
     * @param weights softmax(Q K^T / sqrt(d)) of each head [b, heads, h w, h w], a row for each query
     * @param y result [b, c, h, w]
     */
    record Attend(Tensor x, Tensor weights, Tensor y) implements Unary {

        /** Number of heads. */
        public int heads() {
            return weights.channels();
        }

        /** Channels d of a query. */
        public int channelsOfHead() {
            return y.channels() / heads();
        }

        /** What products of queries and keys are multiplied with: 1 / sqrt(d). */
        public double scale() {
            return 1 / Math.sqrt(channelsOfHead());
        }

        @Override
        public List<Tensor> writes() {
            return List.of(y, weights);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.attend(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            Tensor ofWeights = pass.gradientLike(weights);
            pass.contribute(x, dx -> new Backward.Attend(this, gradient, ofWeights, dx));
        }
    }

    /**
     * Position embedding: y = x + positions.
     *
     * @param x input [b, c, h, w]
     * @param positions [c, h, w]
     * @param y result, shape of the input
     */
    record Embed(Tensor x, Slice positions, Tensor y) implements Unary {

        @Override
        public List<Slice> parameters() {
            return List.of(positions);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.embed(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            pass.add(new Backward.EmbedPositions(this, gradient));
            pass.contribute(x, gradient);
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
        public List<Slice> parameters() {
            return List.of(gamma, beta, v);
        }

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.evoNorm(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            pass.addWithParameters(x, dx -> new Backward.EvoNorm(this, gradient, dx));
        }
    }

    /**
     * Maximum of each window.
     *
     * @param x input [b, c, h, w]
     * @param window what each maximum is of
     * @param y result [b, c, h', w']
     */
    record MaxPool(Tensor x, Window window, Tensor y) implements Unary {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.maxPool(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            pass.contribute(x, dx -> new Backward.MaxPool(this, gradient, Activation.NONE, dx));
        }
    }

    /**
     * Average of each window.
     *
     * @param x input [b, c, h, w]
     * @param window what each average is of
     * @param y result [b, c, h', w']
     */
    record AveragePool(Tensor x, Window window, Tensor y) implements Unary {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.averagePool(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            pass.contribute(x, dx -> new Backward.AveragePool(this, gradient, dx));
        }
    }

    /**
     * A function of each value.
     *
     * @param x input of any shape
     * @param function what is applied
     * @param y result, shape of the input
     */
    record Apply(Tensor x, ActivationFunction function, Tensor y) implements Unary {

        @Override
        public <K> K prepare(Primitives<K> device) {
            return device.apply(this);
        }

        @Override
        public void differentiate(Tensor gradient, BackwardPass pass) {
            pass.contribute(x, dx -> new Backward.Apply(this, gradient, dx));
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
     * @param activation what follows
     * @param sum result
     */
    record Add(Tensor a, Tensor b, Activation activation, Tensor sum) implements Forward, Operation.Maskable {

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
            Tensor dz = pass.through(activation, sum, gradient);
            reads().forEach(summand -> pass.contribute(summand, dz));
        }

        @Override
        public Optional<Operation> through(Activation next, Tensor y, Tensor dz) {
            return activation == Activation.NONE ? Optional.of(new Backward.ActivateSum(next, y, a, b, dz))
                    : Optional.empty();
        }
    }
}
