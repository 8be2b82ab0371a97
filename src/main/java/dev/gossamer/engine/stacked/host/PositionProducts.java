package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Filter;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;

/**
 * Gradients of a convolution's weights by one matrix product for each position of its kernel, of the pixels that the
 * position meets: [out, k] [k, in] for k pixels of all images (kn2row of Vasudevan, Anderson and Gregg, "Parallel multi
 * channel convolution using general matrix multiplication", 2017). On small images most positions meet only some of the
 * pixels.
 */
final class PositionProducts {

    private final OneDnnMemory memory;
    private final OneDnnTensors tensors;
    private final Forward.Convolve convolution;
    private final Filter filter;
    private final Tensor dz;
    private final OneDnnKernel kernel;

    /** Rows or columns of an output that a row or column of the kernel meets. */
    private record Span(int from, int to) {

        int size() {
            return to - from;
        }
    }

    /** @param dz gradient of the convolution's result */
    PositionProducts(OneDnnMemory memory, OneDnnTensors tensors, Forward.Convolve convolution, Tensor dz) {
        this.memory = memory;
        this.tensors = tensors;
        this.convolution = convolution;
        this.dz = dz;
        filter = convolution.filter();
        kernel = tensors.kernel();
    }

    /** Whether they can be computed so: with a stride of 1. */
    static boolean fit(Filter filter) {
        return filter.stride() == 1;
    }

    /** A kernel that computes the gradients of the weights and the bias. */
    Kernel kernel() {
        Slice weight = convolution.weight();
        long start = kernel.taken();
        memory gradients = kernel.working(byPosition());
        for (int row = 0; row < filter.kernel(); row++) {
            for (int column = 0; column < filter.kernel(); column++) {
                long taken = kernel.taken();
                multiply(row, column, kernel.part(start, matrix(filter.out(), filter.in()),
                        (row * filter.kernel() + column) * apart()));
                kernel.release(taken);
            }
        }
        kernel.reorder(gradients, kernel.gradient(weight, tensors.layout(weight)));
        if (convolution.bias() != null) {
            addUp(convolution.bias());
        }
        return kernel;
    }

    /** All gradients [out, in, kernel, kernel], those of one position after those of another. */
    private memory.desc byPosition() {
        long[] strides = {filter.in(), 1, filter.kernel() * apart(), apart()};
        return OneDnnMemory.strided(strides, filter.out(), filter.in(), filter.kernel(), filter.kernel());
    }

    /** Values from the gradients of a position to those of the next. */
    private long apart() {
        return BufferPlan.aligned((long) filter.out() * filter.in() * Float.BYTES) / Float.BYTES;
    }

    private void multiply(int row, int column, memory gradient) {
        Span rows = met(row, convolution.x().height(), dz.height());
        Span columns = met(column, convolution.x().width(), dz.width());
        int pixels = tensors.batch() * rows.size() * columns.size();
        if (pixels == 0) {
            end(memory.filled(0, 1, filter.out()), memory.filled(0, 1, filter.in()), 1, gradient);
            return;
        }
        memory errors = pixels(dz, rows, columns, 0, 0);
        memory inputs = pixels(convolution.x(), rows, columns, row - filter.padding(), column - filter.padding());
        end(errors, inputs, pixels, gradient);
    }

    private void end(memory errors, memory inputs, int pixels, memory gradient) {
        memory.desc transposed = OneDnnMemory.strided(new long[] {1, filter.out()}, filter.out(), pixels);
        kernel.end(product(transposed, matrix(pixels, filter.in()))
                .with(dnnl.DNNL_ARG_SRC, errors)
                .with(dnnl.DNNL_ARG_WEIGHTS, inputs)
                .with(dnnl.DNNL_ARG_DST, gradient));
    }

    /** Those that a row or column of the kernel meets, of {@code out} in the output and {@code in} in the input. */
    private Span met(int position, int in, int out) {
        int shift = position - filter.padding();
        int from = Math.max(0, -shift);
        return new Span(from, Math.max(from, Math.min(out, in - shift)));
    }

    /** Pixels [k, channels] of a tensor, at those of the output, moved by a number of rows and of columns. */
    private memory pixels(Tensor tensor, Span rows, Span columns, int down, int right) {
        long[] shape = {tensors.batch(), tensor.channels(), rows.size(), columns.size()};
        memory.desc part = tensors.layout(tensor)
                .submemory_desc(shape, new long[] {0, 0, rows.from + down, columns.from + right});
        long pixels = shape[0] * shape[2] * shape[3];
        long[] channelsLast = {shape[1] * shape[2] * shape[3], 1, shape[1] * shape[3], shape[1]};
        return kernel.reordered(memory.of(tensor, part), part, OneDnnMemory.strided(channelsLast, shape),
                matrix(pixels, tensor.channels()));
    }

    private static memory.desc matrix(long rows, long columns) {
        return OneDnnMemory.packed(rows, columns);
    }

    /** The gradient of the bias: the sums over all pixels. */
    private void addUp(Slice bias) {
        int pixels = tensors.batch() * dz.height() * dz.width();
        memory errors = pixels(dz, new Span(0, dz.height()), new Span(0, dz.width()), 0, 0);
        kernel.end(product(matrix(1, pixels), matrix(pixels, filter.out()))
                .with(dnnl.DNNL_ARG_SRC, memory.filled(1, 1, pixels))
                .with(dnnl.DNNL_ARG_WEIGHTS, errors)
                .with(dnnl.DNNL_ARG_DST, kernel.gradient(bias, matrix(1, filter.out()))));
    }

    /** A product [rows, k] [k, columns] of matrices in C order, or the first one in Fortran order. */
    private OneDnnKernel.Call product(memory.desc first, memory.desc second) {
        memory.desc result = matrix(first.get_dims().get(0), second.get_dims().get(1));
        return kernel.call(new matmul.primitive_desc(
                memory.engine(), first, second, result, OneDnnMemory.attributes(), false));
    }
}
