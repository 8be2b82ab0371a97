package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.model.Filter;

/**
 * One pass of a convolution of all replicas, up to where its arrays lie.
 *
 * @param pass which of its three products
 * @param batch images per replica b
 * @param workers number of replicas n
 * @param filter sizes
 * @param height rows h of the input
 * @param width columns w of the input
 * @param rows rows h' of the result
 * @param columns columns w' of the result
 */
record ConvolutionShape(
        Pass pass, int batch, int workers, Filter filter, int height, int width, int rows, int columns) {

    /** The products of a convolution. */
    enum Pass { FORWARD, WEIGHTS, DATA }

    static ConvolutionShape of(Pass pass, int batch, int workers, Operation.Convolve convolution) {
        return new ConvolutionShape(pass, batch, workers, convolution.filter(), convolution.x().height(),
                convolution.x().width(), convolution.y().height(), convolution.y().width());
    }

    /** Values that a value of the result depends on. */
    int taps() {
        return filter.in() * filter.kernel() * filter.kernel();
    }

    /** Values of a channel of the result, over all images of a replica. */
    int outcomes() {
        return batch * rows * columns;
    }
}
