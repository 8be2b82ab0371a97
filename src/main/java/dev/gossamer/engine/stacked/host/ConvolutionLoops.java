package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Filter;

/**
 * The values and products of a convolution, in the order of its definition.
 *
 * @param op the convolution
 * @param batch number of images
 */
record ConvolutionLoops(Forward.Convolve op, int batch) {

    /** An output value. */
    @FunctionalInterface
    interface Output {
        void visit(int image, int channel, int i, int j);
    }

    /** A product in the sum that an output value is: indices of an input value and of a weight. */
    @FunctionalInterface
    interface Tap {
        void visit(int input, int weight);
    }

    void forEachOutput(Output output) {
        for (int image = 0; image < batch; image++) {
            for (int out = 0; out < op.y().channels(); out++) {
                for (int i = 0; i < op.y().height(); i++) {
                    for (int j = 0; j < op.y().width(); j++) {
                        output.visit(image, out, i, j);
                    }
                }
            }
        }
    }

    /** Those of one output value; what is outside of the image is left out. */
    void forEachTap(int image, int out, int i, int j, Tap tap) {
        Filter filter = op.filter();
        Tensor x = op.x();
        for (int in = 0; in < filter.in(); in++) {
            for (int ky = 0; ky < filter.kernel(); ky++) {
                for (int kx = 0; kx < filter.kernel(); kx++) {
                    int row = i * filter.stride() + ky - filter.padding();
                    int column = j * filter.stride() + kx - filter.padding();
                    if (row >= 0 && row < x.height() && column >= 0 && column < x.width()) {
                        int weight = ((out * filter.in() + in) * filter.kernel() + ky) * filter.kernel() + kx;
                        tap.visit(x.index(image, in, row, column), weight);
                    }
                }
            }
        }
    }
}
