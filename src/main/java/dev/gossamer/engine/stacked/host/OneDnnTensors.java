package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/** The tensors of one program and batch size in oneDNN's memory, each in the order that its maker chose. */
final class OneDnnTensors {

    private final int batch;
    private final boolean training;
    private final OneDnnMemory memory;
    private final RowOrder rows;
    private final memory.data_type type;
    private final Map<Tensor, memory.desc> layouts = new HashMap<>();

    /**
     * @param batch images per replica
     * @param training whether a backward pass follows
     * @param memory where they are to lie
     * @param rows order of the parameter tensors
     * @param type what convolutions multiply, and what their results are rounded to
     */
    OneDnnTensors(int batch, boolean training, OneDnnMemory memory, RowOrder rows, memory.data_type type) {
        this.rows = rows;
        this.type = type;
        this.batch = batch;
        this.training = training;
        this.memory = memory;
    }

    /** Images per replica. */
    int batch() {
        return batch;
    }

    /** The order of a tensor that nobody chose one for is that of the array [b, c, h, w]. */
    memory.desc layout(Tensor tensor) {
        return layouts.computeIfAbsent(tensor, this::packed);
    }

    /** What convolutions multiply, and what their results are rounded to. */
    memory.data_type type() {
        return type;
    }

    private long[] shape(Tensor tensor) {
        return new long[] {batch, tensor.channels(), tensor.height(), tensor.width()};
    }

    /** A tensor in C order, [b, c, h, w], in single precision. */
    memory.desc packed(Tensor tensor) {
        return OneDnnMemory.packed(shape(tensor));
    }

    /** A tensor whose order an operation may choose, with values of the type of another one. */
    memory.desc free(Tensor tensor, Tensor like) {
        return free(layout(like).get_data_type(), tensor);
    }

    /** A tensor whose order an operation may choose. */
    memory.desc free(memory.data_type wanted, Tensor tensor) {
        return OneDnnMemory.free(wanted, shape(tensor));
    }

    /** All values of an image in C order, [b, c h w]. */
    memory.desc flat(Tensor tensor) {
        return OneDnnMemory.packed(batch, tensor.size());
    }

    /** Whether what a forward pass computes is kept for a backward pass. */
    prop_kind direction() {
        return training ? prop_kind.forward_training : prop_kind.forward_inference;
    }

    /** A kernel to be filled. */
    OneDnnKernel kernel() {
        return new OneDnnKernel(memory);
    }

    /** A tensor in a given order. */
    memory in(OneDnnKernel kernel, Tensor tensor, memory.desc wanted) {
        memory there = memory.of(tensor, layout(tensor));
        return kernel.reordered(there, layout(tensor), wanted);
    }

    /** A dense layer's input: all values of an image in C order. */
    memory flattened(OneDnnKernel kernel, Tensor tensor) {
        if (layout(tensor).equals(packed(tensor))) {
            return memory.of(tensor, flat(tensor));
        }
        memory there = memory.of(tensor, layout(tensor));
        return kernel.reordered(there, layout(tensor), packed(tensor), flat(tensor));
    }

    /** A tensor that is written in an order, which becomes its own. */
    memory out(Tensor tensor, memory.desc layout) {
        layouts.put(tensor, layout);
        return memory.of(tensor, layout);
    }

    /** Attributes of an operation, with a ReLU after it where asked. */
    static primitive_attr attributes(boolean relu) {
        primitive_attr attributes = OneDnnMemory.attributes();
        if (relu) {
            post_ops after = new post_ops();
            after.append_eltwise(algorithm.eltwise_relu, 0, 0);
            attributes.set_post_ops(after);
        }
        return attributes;
    }

    /** Ends a kernel by making a gradient that it has written, in an order, that of the input of a ReLU, in place. */
    Kernel endThroughRelu(OneDnnKernel kernel, Tensor result, memory gradient, memory.desc layout) {
        return kernel.end(kernel.call(activateBackward(layout))
                .with(dnnl.DNNL_ARG_DST, in(kernel, result, layout))
                .with(dnnl.DNNL_ARG_DIFF_DST, gradient)
                .with(dnnl.DNNL_ARG_DIFF_SRC, gradient));
    }

    /** The backward pass of a ReLU whose result and gradients lie in one order, from its result. */
    eltwise_backward.primitive_desc activateBackward(memory.desc layout) {
        eltwise_forward.primitive_desc hint = new eltwise_forward.primitive_desc(memory.engine(),
                prop_kind.forward_training, algorithm.eltwise_relu_use_dst_for_bwd, layout, layout,
                OneDnnMemory.attributes(), false);
        return new eltwise_backward.primitive_desc(memory.engine(),
                algorithm.eltwise_relu_use_dst_for_bwd, layout, layout, layout, hint, OneDnnMemory.attributes(), false);
    }

    /** The order of a parameter tensor in a row. */
    memory.desc layout(Slice slice) {
        return rows.of(slice);
    }

    /** A parameter tensor in C order. */
    static memory.desc packed(Slice slice) {
        return OneDnnMemory.packed(shape(slice));
    }

    /** A parameter tensor whose order an operation may choose. */
    static memory.desc free(memory.data_type wanted, Slice slice) {
        return OneDnnMemory.free(wanted, shape(slice));
    }

    private static long[] shape(Slice slice) {
        return slice.shape().stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * The order of a tensor if its channels lie in blocks or one after another, as batch norm needs; else C order; in
     * single precision.
     */
    memory.desc ordered(Tensor tensor) {
        return ordered(tensor, block(tensor, layout(tensor)), OneDnnMemory.F32);
    }

    /** That order where it has no padding, which stays 0 only under functions whose value at 0 is; else C order. */
    memory.desc unpadded(Tensor tensor) {
        memory.desc ordered = ordered(tensor);
        return tensor.channels() % block(tensor, ordered) == 0 ? ordered : packed(tensor);
    }

    private memory.desc ordered(Tensor tensor, int block, memory.data_type wanted) {
        return block > 1 ? OneDnnMemory.blocked(wanted, block, shape(tensor))
                : OneDnnMemory.packed(wanted, shape(tensor));
    }

    /** Number of channels that lie side by side; 1 in any other order than blocks of channels. */
    int block(Tensor tensor, memory.desc layout) {
        for (int block : new int[] {8, 16}) {
            if (layout.equals(OneDnnMemory.blocked(layout.get_data_type(), block, shape(tensor)))) {
                return block;
            }
        }
        return 1;
    }

    /**
     * Where a kernel's own code is to write a tensor, in an order that {@link #ordered} says; what it wrote is rounded
     * to the type of another tensor at the kernel's end.
     */
    memory written(OneDnnKernel kernel, Tensor tensor, memory.desc layout, Tensor like) {
        memory.desc wanted = ordered(tensor, block(tensor, layout), layout(like).get_data_type());
        memory there = out(tensor, wanted);
        return layout.equals(wanted) ? there : kernel.reorderedAtEnd(layout, there);
    }
}
