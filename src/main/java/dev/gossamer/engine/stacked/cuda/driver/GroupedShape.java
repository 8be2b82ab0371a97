package dev.gossamer.engine.stacked.cuda.driver;

/**
 * One pass of a convolution in groups, each with its own channels and filters, up to where its arrays lie.
 *
 * @param pass which of its three products
 * @param batch images b
 * @param groups number of groups g
 * @param in channels c of a group's input
 * @param out channels of a group's result
 * @param kernel rows and columns k of a filter
 * @param stride pixels from one place of the filter to the next
 * @param padding pixels of zeros at each side of the input
 * @param height rows h of the input
 * @param width columns w of the input
 * @param rows rows h' of the result
 * @param columns columns w' of the result
 */
public record GroupedShape(
        Pass pass, int batch, int groups, int in, int out, int kernel, int stride, int padding, int height, int width,
        int rows, int columns) {

    /** The products of a convolution: its result, and the gradients of its weights and of its input. */
    public enum Pass { FORWARD, WEIGHTS, DATA }
}
