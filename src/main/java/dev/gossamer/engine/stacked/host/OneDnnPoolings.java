package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Window;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;

/** Maxima and averages of windows. */
final class OneDnnPoolings {

    private static final long[] NONE = {0, 0};

    private final OneDnnMemory memory;
    private final OneDnnTensors tensors;
    private final boolean training;
    private final Map<Operation, Pooling> poolings = new HashMap<>();

    /**
     * A pooling's backward pass.
     *
     * @param workspace what a maximum's forward pass leaves for it, or null
     */
    private record Pooling(pooling_backward.primitive_desc backward, memory workspace) {}

    /** @param training whether a backward pass follows */
    OneDnnPoolings(OneDnnMemory memory, OneDnnTensors tensors, boolean training) {
        this.memory = memory;
        this.tensors = tensors;
        this.training = training;
    }

    /** Maximum of each window. */
    Kernel maxPool(Forward.MaxPool op) {
        return pool(op, algorithm.pooling_max, op.window());
    }

    /** Gradient of a maximum's input, through the ReLU that made it where asked. */
    Kernel maxPoolBackward(Backward.MaxPool op) {
        memory.desc layout = poolings.get(op.forward()).backward.diff_src_desc();
        OneDnnKernel kernel = tensors.kernel();
        memory dx = tensors.out(op.dx(), layout);
        kernel.end(backward(kernel, op.forward(), op.dy(), dx));
        return op.through().isRelu() ? tensors.endThroughRelu(kernel, op.forward().x(), dx, layout) : kernel;
    }

    /** Average of each window. */
    Kernel averagePool(Forward.AveragePool op) {
        return pool(op, algorithm.pooling_avg_exclude_padding, op.window());
    }

    /** Gradient of an average's input. */
    Kernel averagePoolBackward(Backward.AveragePool op) {
        OneDnnKernel kernel = tensors.kernel();
        memory dx = tensors.out(op.dx(), poolings.get(op.forward()).backward.diff_src_desc());
        return kernel.end(backward(kernel, op.forward(), op.dy(), dx));
    }

    private Kernel pool(Forward.Unary op, algorithm kind, Window window) {
        long[] edges = {window.height(), window.width()};
        long[] strides = {window.stride(), window.stride()};
        long[] padding = {window.padding(), window.padding()};
        pooling_forward.primitive_desc forward = new pooling_forward.primitive_desc(memory.engine(),
                tensors.direction(), kind, tensors.layout(op.x()), tensors.free(op.y(), op.x()), strides, edges, NONE,
                padding, padding, OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = tensors.kernel();
        OneDnnKernel.Call call = kernel.call(forward)
                .with(dnnl.DNNL_ARG_SRC, tensors.in(kernel, op.x(), forward.src_desc()))
                .with(dnnl.DNNL_ARG_DST, tensors.out(op.y(), forward.dst_desc()));
        if (training) {
            memory workspace = kind == algorithm.pooling_max ? memory.kept(forward.workspace_desc()) : null;
            poolings.put(op, new Pooling(new pooling_backward.primitive_desc(memory.engine(), kind,
                    tensors.layout(op.x()), tensors.layout(op.y()), strides, edges, NONE, padding, padding, forward,
                    OneDnnMemory.attributes(), false), workspace));
            if (workspace != null) {
                call.with(dnnl.DNNL_ARG_WORKSPACE, workspace);
            }
        }
        return kernel.end(call);
    }

    private OneDnnKernel.Call backward(OneDnnKernel kernel, Forward.Unary forward, Tensor dy, memory dx) {
        Pooling saved = poolings.get(forward);
        OneDnnKernel.Call call = kernel.call(saved.backward)
                .with(dnnl.DNNL_ARG_DIFF_DST, tensors.in(kernel, dy, saved.backward.diff_dst_desc()))
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx);
        return saved.workspace == null ? call : call.with(dnnl.DNNL_ARG_WORKSPACE, saved.workspace);
    }
}
