package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.engine.stacked.cuda.driver.Divisor;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.model.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * The poolings among the {@link CudaKernels}: kernels for squares side by side and for averages of all pixels, which
 * read every value once, and others for windows of any sizes.
 */
final class PoolingKernels {

    private final Gpu gpu;
    private final ProgramMemory memory;

    /** @param memory where the arrays lie */
    PoolingKernels(Gpu gpu, ProgramMemory memory) {
        this.gpu = gpu;
        this.memory = memory;
    }

    /** Maximum of each window. */
    CudaKernel max(Forward.MaxPool op) {
        Tensor x = op.x();
        Tensor y = op.y();
        if (!op.window().equals(Window.SQUARES)) {
            return windows("max_of_windows", y, op, op.window(), memory.at(x), memory.at(y));
        }
        return () -> gpu.forEach(2, "max_pool", memory.values(y), memory.at(x), memory.at(y), x.height(),
                x.width(), Divisor.of(y.height()), Divisor.of(y.width()));
    }

    /** Gradient of a maximum's input. */
    CudaKernel maxBackward(Backward.MaxPool op) {
        Tensor x = op.forward().x();
        int masks = op.through().isRelu() ? 1 : 0;
        if (!op.forward().window().equals(Window.SQUARES)) {
            return windows("max_of_windows_backward", x, op.forward(), op.forward().window(), memory.at(x),
                    memory.at(op.dy()), memory.at(op.dx()), masks);
        }
        int rows = (x.height() + 1) / 2;
        int columns = (x.width() + 1) / 2;
        long squares = (long) memory.batch() * memory.channels(x) * rows * columns;
        return () -> gpu.forEach(2, "max_pool_backward", squares, memory.at(x), memory.at(op.dy()),
                memory.at(op.dx()), masks, x.height(), x.width(), Divisor.of(rows), Divisor.of(columns));
    }

    /** Average of each window. */
    CudaKernel average(Forward.AveragePool op) {
        Tensor x = op.x();
        Tensor y = op.y();
        if (!op.window().isAll(x.height(), x.width())) {
            return windows("average_of_windows", y, op, op.window(), memory.at(x), memory.at(y));
        }
        return () -> gpu.forEach("average_pool", memory.values(y), memory.at(x), memory.at(y), x.height() * x.width());
    }

    /** Gradient of an average's input. */
    CudaKernel averageBackward(Backward.AveragePool op) {
        Tensor dx = op.dx();
        if (!op.forward().window().isAll(dx.height(), dx.width())) {
            return windows("average_of_windows_backward", dx, op.forward(), op.forward().window(), memory.at(op.dy()),
                    memory.at(dx));
        }
        int plane = dx.height() * dx.width();
        return () -> gpu.forEach(4, "average_pool_backward", memory.values(dx), memory.at(op.dy()), memory.at(dx),
                plane, Divisor.of(plane));
    }

    /** A kernel with a thread for each value of a result, which is of the shape of the pooling's input or output. */
    private CudaKernel windows(String kernel, Tensor result, Forward.Unary op, Window window, Object... arrays) {
        List<Object> arguments = new ArrayList<>(List.of(arrays));
        arguments.addAll(List.of(op.x().height(), op.x().width(), op.y().height(), op.y().width(), window.height(),
                window.width(), window.stride(), window.padding(), Divisor.of(result.height()),
                Divisor.of(result.width())));
        Object[] all = arguments.toArray();
        return () -> gpu.forEach(kernel, memory.values(result), all);
    }
}
