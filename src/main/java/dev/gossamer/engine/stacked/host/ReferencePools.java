package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Window;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/** The poolings among the {@link ReferenceKernels}. */
final class ReferencePools {

    private final ReferenceKernels kernels;

    /** @param kernels whose tensors are pooled */
    ReferencePools(ReferenceKernels kernels) {
        this.kernels = kernels;
    }

    /** Maximum of each window. */
    Kernel max(Forward.MaxPool op) {
        return replica -> {
            FloatBuffer x = kernels.values(op.x());
            FloatBuffer y = kernels.values(op.y());
            for (int k = 0; k < results(op); k++) {
                y.put(k, x.get(largest(op, x, k)));
            }
        };
    }

    /** Gradient of a maximum's input. */
    Kernel maxBackward(Backward.MaxPool op) {
        return replica -> {
            FloatBuffer x = kernels.values(op.forward().x());
            FloatBuffer dy = kernels.values(op.dy());
            double[] dx = new double[kernels.batch * op.dx().size()];
            for (int k = 0; k < results(op.forward()); k++) {
                int index = largest(op.forward(), x, k);
                dx[index] += op.through().passes(x.get(index)) ? dy.get(k) : 0;
            }
            ReferenceKernels.write(dx, kernels.values(op.dx()));
        };
    }

    /** Average of each window. */
    Kernel average(Forward.AveragePool op) {
        return replica -> {
            FloatBuffer x = kernels.values(op.x());
            FloatBuffer y = kernels.values(op.y());
            for (int k = 0; k < results(op); k++) {
                y.put(k, (float) pixels(op.x(), op.window(), op.y(), k).mapToDouble(x::get).average().orElseThrow());
            }
        };
    }

    /** Gradient of an average's input. */
    Kernel averageBackward(Backward.AveragePool op) {
        Forward.AveragePool forward = op.forward();
        return replica -> {
            FloatBuffer dy = kernels.values(op.dy());
            double[] dx = new double[kernels.batch * op.dx().size()];
            for (int k = 0; k < results(forward); k++) {
                int[] pixels = pixels(forward.x(), forward.window(), forward.y(), k).toArray();
                for (int index : pixels) {
                    dx[index] += dy.get(k) / (double) pixels.length;
                }
            }
            ReferenceKernels.write(dx, kernels.values(op.dx()));
        };
    }

    private int results(Forward.Unary op) {
        return kernels.batch * op.y().size();
    }

    /** Index of the first largest value that result number k is the maximum of. */
    private static int largest(Forward.MaxPool op, FloatBuffer x, int k) {
        return pixels(op.x(), op.window(), op.y(), k)
                .reduce((largest, index) -> x.get(index) > x.get(largest) ? index : largest).orElseThrow();
    }

    /** Indices of the values of x in the window of result number k, in reading order. */
    private static IntStream pixels(Tensor x, Window window, Tensor y, int k) {
        int plane = k / (y.height() * y.width());
        int top = k / y.width() % y.height() * window.stride() - window.padding();
        int left = k % y.width() * window.stride() - window.padding();
        return IntStream.range(Math.max(0, top), Math.min(x.height(), top + window.height()))
                .flatMap(i -> IntStream.range(Math.max(0, left), Math.min(x.width(), left + window.width()))
                        .map(j -> (plane * x.height() + i) * x.width() + j));
    }
}
