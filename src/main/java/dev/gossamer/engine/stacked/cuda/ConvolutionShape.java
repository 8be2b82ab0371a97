package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape.Pass;
import dev.gossamer.model.Filter;
import java.util.Locale;

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

    static ConvolutionShape of(Pass pass, int batch, int workers, Forward.Convolve convolution) {
        return new ConvolutionShape(pass, batch, workers, convolution.filter(), convolution.x().height(),
                convolution.x().width(), convolution.y().height(), convolution.y().width());
    }

    /** The same as one convolution in as many groups as there are replicas. */
    GroupedShape grouped() {
        return new GroupedShape(pass, batch, workers, filter.in(), filter.out(), filter.kernel(), filter.stride(),
                filter.padding(), height, width, rows, columns);
    }

    /** Values that a value of the result depends on. */
    int taps() {
        return filter.in() * filter.kernel() * filter.kernel();
    }

    /** Values of the input of all replicas. */
    long inputValues() {
        return (long) batch * workers * filter.in() * height * width;
    }

    /** Values of the weights of all replicas. */
    long weightValues() {
        return (long) workers * filter.out() * taps();
    }

    /** Values of the result of all replicas. */
    long resultValues() {
        return (long) workers * filter.out() * outcomes();
    }

    /** As a person reads it, and all that decides about the fastest way. */
    @Override
    public String toString() {
        return String.format("%s %dx%d/%d+%d of %d to %d channels, %dx%d to %dx%d, batch %d, %d workers",
                pass.name().toLowerCase(Locale.ROOT), filter.kernel(), filter.kernel(), filter.stride(),
                filter.padding(), filter.in(), filter.out(), height, width, rows, columns, batch, workers);
    }

    /** Values of a channel of the result, over all images of a replica. */
    int outcomes() {
        return batch * rows * columns;
    }
}
