package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.cuda.driver.Element;

/** A way to carry out a pass of a convolution for all replicas. */
interface ConvolutionWay {

    /** Which way. */
    String name();

    /** Begins to make ready what launches with such an epilogue need, and does not wait. */
    default void compile(Epilogue epilogue) {
        // most ways need nothing
    }

    /** Launches it. */
    void launch(Operands operands);

    /**
     * What is done to the sums of a convolution before they are written.
     *
     * @param bias whether a bias is added
     * @param relu whether a ReLU follows
     * @param mask whether they become 0 where the input is not positive
     */
    record Epilogue(boolean bias, boolean relu, boolean mask) {}

    /**
     * Addresses of arrays, of which one is written, depending on the pass.
     *
     * @param x input [b, n, c, h, w], or its gradient
     * @param weights weights [n, out, c, k, k], or their gradient
     * @param factors weights as matrix products take them, see {@link Element#ofFactors}; not in the pass to the
     *     weights
     * @param bias bias [n, out], or 0 for none; in the forward pass only
     * @param relu whether a ReLU follows; in the forward pass only
     * @param mask the input [b, n, c, h, w], where its gradient becomes 0 where the input is not positive, or 0; in the
     *     pass to the input only
     * @param y result [b, n, out, h', w'], or its gradient
     */
    record Operands(long x, long weights, long factors, long bias, boolean relu, long mask, long y) {

        /** Of what needs no other factors than the weights. */
        Operands(long x, long weights, long bias, boolean relu, long mask, long y) {
            this(x, weights, weights, bias, relu, mask, y);
        }

        Epilogue epilogue() {
            return new Epilogue(bias != 0, relu, mask != 0);
        }
    }
}
