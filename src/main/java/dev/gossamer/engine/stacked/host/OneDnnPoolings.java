package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Tensor;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;

/** Maxima of squares and averages over pixels. */
final class OneDnnPoolings {

    private static final long[] TWO = {2, 2};
    private static final long[] NONE = {0, 0};

    private final OneDnnMemory memory;
    private final OneDnnTensors tensors;
    private final boolean training;
    private final Map<Operation, Pooling> poolings = new HashMap<>();

    /** What a pooling's backward pass needs of its forward pass. */
    private record Pooling(pooling_forward.primitive_desc forward, memory workspace) {}

    /** @param training whether a backward pass follows */
    OneDnnPoolings(OneDnnMemory memory, OneDnnTensors tensors, boolean training) {
        this.memory = memory;
        this.tensors = tensors;
        this.training = training;
    }

    /** Maximum of each 2x2 square. */
    Kernel maxPool(Forward.MaxPool op) {
        pooling_forward.primitive_desc forward = new pooling_forward.primitive_desc(memory.engine(),
                tensors.direction(), algorithm.pooling_max, tensors.layout(op.x()),
                tensors.free(op.y(), op.x()), TWO, TWO, NONE, NONE, NONE, OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = tensors.kernel();
        OneDnnKernel.Call call = kernel.call(forward)
                .with(dnnl.DNNL_ARG_SRC, tensors.in(kernel, op.x(), forward.src_desc()))
                .with(dnnl.DNNL_ARG_DST, tensors.out(op.y(), forward.dst_desc()));
        if (training) {
            Pooling saved = new Pooling(forward, memory.kept(forward.workspace_desc()));
            call.with(dnnl.DNNL_ARG_WORKSPACE, saved.workspace);
            poolings.put(op, saved);
        }
        return kernel.end(call);
    }

    /** Gradient of a maximum's input, through the ReLU that made it where asked. */
    Kernel maxPoolBackward(Backward.MaxPool op) {
        Forward.MaxPool forward = op.forward();
        Pooling saved = poolings.get(forward);
        pooling_backward.primitive_desc backward = new pooling_backward.primitive_desc(memory.engine(),
                algorithm.pooling_max, tensors.layout(forward.x()), tensors.layout(forward.y()), TWO, TWO, NONE,
                NONE, NONE, saved.forward, OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = tensors.kernel();
        memory.desc layout = backward.diff_src_desc();
        memory dx = tensors.out(op.dx(), layout);
        kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_DIFF_DST, tensors.in(kernel, op.dy(), backward.diff_dst_desc()))
                .with(dnnl.DNNL_ARG_WORKSPACE, saved.workspace)
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx));
        return op.through().isRelu() ? tensors.endThroughRelu(kernel, forward.x(), dx, layout) : kernel;
    }

    private pooling_forward.primitive_desc average(Tensor x, Tensor y) {
        long[] all = {x.height(), x.width()};
        return new pooling_forward.primitive_desc(memory.engine(), tensors.direction(),
                algorithm.pooling_avg_exclude_padding, tensors.layout(x), tensors.free(y, x), all, all,
                NONE, NONE, NONE, OneDnnMemory.attributes(), false);
    }

    /** Average over all pixels. */
    Kernel averagePool(Forward.AveragePool op) {
        pooling_forward.primitive_desc forward = average(op.x(), op.y());
        OneDnnKernel kernel = tensors.kernel();
        return kernel.end(kernel.call(forward)
                .with(dnnl.DNNL_ARG_SRC, tensors.in(kernel, op.x(), forward.src_desc()))
                .with(dnnl.DNNL_ARG_DST, tensors.out(op.y(), forward.dst_desc())));
    }

    /** Gradient of an average's input. */
    Kernel averagePoolBackward(Backward.AveragePool op) {
        Forward.AveragePool forward = op.forward();
        long[] all = {forward.x().height(), forward.x().width()};
        pooling_backward.primitive_desc backward = new pooling_backward.primitive_desc(memory.engine(),
                algorithm.pooling_avg_exclude_padding, tensors.layout(forward.x()), tensors.layout(forward.y()), all,
                all, NONE, NONE, NONE, average(forward.x(), forward.y()), OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = tensors.kernel();
        return kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_DIFF_DST, tensors.in(kernel, op.dy(), backward.diff_dst_desc()))
                .with(dnnl.DNNL_ARG_DIFF_SRC, tensors.out(op.dx(), backward.diff_src_desc())));
    }
}
