package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Filter;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;

/** Convolutions by oneDNN. */
final class OneDnnConvolutions {

    private static final int BLOCK = 16;
    private static final int IMAGE_CHANNELS = 3;

    /** Pixels of the largest image whose weight gradients are computed by position; see docs/performance.md. */
    private static final int SMALL_IMAGE = 16;

    private final OneDnnMemory memory;
    private final OneDnnTensors tensors;
    private final Map<Forward.Convolve, convolution_forward.primitive_desc> convolutions = new HashMap<>();
    private final Map<Forward.Convolve, convolution_backward_weights.primitive_desc> weightGradients = new HashMap<>();

    OneDnnConvolutions(OneDnnMemory memory, OneDnnTensors tensors) {
        this.memory = memory;
        this.tensors = tensors;
    }

    /** y = convolution of x, bias, ReLU. */
    Kernel convolve(Forward.Convolve op) {
        convolution_forward.primitive_desc forward = forward(op);
        OneDnnKernel kernel = tensors.kernel();
        memory w = kernel.parameter(op.weight(), tensors.layout(op.weight()), forward.weights_desc());
        OneDnnKernel.Call call = kernel.call(forward)
                .with(dnnl.DNNL_ARG_SRC, tensors.in(kernel, op.x(), forward.src_desc()))
                .with(dnnl.DNNL_ARG_WEIGHTS, w)
                .with(dnnl.DNNL_ARG_DST, tensors.out(op.y(), forward.dst_desc()));
        if (op.bias() != null) {
            call.with(dnnl.DNNL_ARG_BIAS, kernel.parameter(op.bias(), OneDnnTensors.packed(op.bias())));
        }
        return kernel.end(call);
    }

    private convolution_forward.primitive_desc forward(Forward.Convolve convolution) {
        return convolutions.computeIfAbsent(convolution, op -> inBlocks(op.filter())
                ? forward(op, tensors.free(type(op.filter()), op.x()), tensors.free(type(op.filter()), op.y()),
                        op.filter().stride())
                : forward(op, tensors.packed(op.x()), tensors.packed(op.y()), op.filter().stride()));
    }

    private convolution_forward.primitive_desc forward(
            Forward.Convolve op, memory.desc x, memory.desc y, int step) {
        long[] stride = {step, step};
        long[] padding = {op.filter().padding(), op.filter().padding()};
        memory.desc weights = OneDnnTensors.free(x.get_data_type(), op.weight());
        return op.bias() == null
                ? new convolution_forward.primitive_desc(memory.engine(), prop_kind.forward_training,
                        algorithm.convolution_direct, x, weights, y, stride, padding, padding,
                        OneDnnTensors.attributes(op.activation().isRelu()), false)
                : new convolution_forward.primitive_desc(memory.engine(), prop_kind.forward_training,
                        algorithm.convolution_direct, x, weights, OneDnnTensors.packed(op.bias()), y, stride, padding,
                        padding, OneDnnTensors.attributes(op.activation().isRelu()), false);
    }

    /**
     * Whether a convolution's weight gradients are computed from the pixels it uses alone, packed beforehand. With a
     * 1x1 filter, a stride and fewer channels than a block, oneDNN's code writes beyond its working memory: gradients
     * were wrong now and then, with several threads in one operation. See oneDNN's issue 6035.
     */
    private static boolean needsPackedPixels(Filter filter) {
        return filter.kernel() == 1 && filter.stride() > 1 && filter.in() < BLOCK;
    }

    /** The pixels that a 1x1 filter with a stride uses, packed. */
    private memory everyPixel(OneDnnKernel kernel, Forward.Convolve op, memory.desc packed) {
        Tensor x = op.x();
        Tensor y = op.y();
        int step = op.filter().stride();
        long plane = (long) x.height() * x.width();
        long[] strides = {x.channels() * plane, plane, (long) step * x.width(), step};
        memory.desc every = OneDnnMemory.strided(strides, tensors.batch(), x.channels(), y.height(), y.width());
        if (!tensors.layout(x).equals(tensors.packed(x))) {
            throw new IllegalStateException("a tensor with " + x.channels() + " channels lies in blocks");
        }
        return kernel.reordered(memory.of(x, every), every, packed);
    }

    /**
     * Whether a convolution may choose its orders. It has fast code for blocks of 16 channels, and for images of few
     * channels, but would choose blocks for other numbers of channels too, without fast code for the backward pass, and
     * for patches of images that do not overlap.
     */
    private static boolean inBlocks(Filter filter) {
        boolean images = filter.in() <= IMAGE_CHANNELS;
        if (images && filter.kernel() > 1 && filter.stride() == filter.kernel()) {
            return false;
        }
        return filter.out() % BLOCK == 0 && (images || filter.in() % BLOCK == 0);
    }

    /**
     * The order that a convolution's weights have in a row: the one that their gradients come in, which that of the
     * forward pass is as a rule; C order where the former has padding.
     */
    memory.desc rowOrder(Forward.Convolve op) {
        memory.desc packed = OneDnnTensors.packed(op.weight());
        memory.desc wanted = isByPositions(op) ? forward(op).weights_desc() : backwardWeights(op).diff_weights_desc();
        return wanted.get_size() == packed.get_size() ? wanted : packed;
    }

    private convolution_backward_weights.primitive_desc backwardWeights(Forward.Convolve convolution) {
        return weightGradients.computeIfAbsent(convolution, this::newBackwardWeights);
    }

    private convolution_backward_weights.primitive_desc newBackwardWeights(Forward.Convolve forward) {
        Filter filter = forward.filter();
        boolean packs = needsPackedPixels(filter);
        int step = packs ? 1 : filter.stride();
        long[] stride = {step, step};
        long[] padding = {filter.padding(), filter.padding()};
        convolution_forward.primitive_desc hint = packs
                ? forward(forward, OneDnnMemory.packed(tensors.batch(), filter.in(), forward.y().height(),
                        forward.y().width()), tensors.packed(forward.y()), 1)
                : forward(forward);
        memory.desc weights = OneDnnTensors.free(OneDnnMemory.F32, forward.weight());
        return forward.bias() == null
                ? new convolution_backward_weights.primitive_desc(memory.engine(), algorithm.convolution_direct,
                        hint.src_desc(), weights, hint.dst_desc(), stride, padding, padding, hint,
                        OneDnnMemory.attributes(), false)
                : new convolution_backward_weights.primitive_desc(memory.engine(), algorithm.convolution_direct,
                        hint.src_desc(), weights, OneDnnTensors.packed(forward.bias()), hint.dst_desc(), stride,
                        padding, padding, hint, OneDnnMemory.attributes(), false);
    }

    /**
     * Whether weight gradients are computed position by position of the kernel: oneDNN's direct code is slow on small
     * images, and for AVX2 has only plain loops for the smallest and for images of one channel.
     */
    private boolean isByPositions(Forward.Convolve op) {
        return PositionProducts.fit(op.filter()) && type(op.filter()) == OneDnnMemory.F32
                && (op.y().height() * op.y().width() <= SMALL_IMAGE
                || OneDnnMemory.isPlain(backwardWeights(op)));
    }

    /** Whether what it multiplies may be rounded: where it may not choose its orders, only floats have fast code. */
    static boolean rounds(Filter filter) {
        return inBlocks(filter) && !needsPackedPixels(filter);
    }

    private memory.data_type type(Filter filter) {
        return rounds(filter) ? tensors.type() : OneDnnMemory.F32;
    }

    /** Gradients of the weights and the bias. */
    Kernel backwardWeights(Backward.ConvolveWeights op) {
        Forward.Convolve forward = op.forward();
        if (isByPositions(forward)) {
            return new PositionProducts(memory, tensors, forward, op.dz()).kernel();
        }
        convolution_backward_weights.primitive_desc backward = backwardWeights(forward);
        OneDnnKernel kernel = tensors.kernel();
        OneDnnKernel.Call call = kernel.call(backward)
                .with(dnnl.DNNL_ARG_SRC, needsPackedPixels(forward.filter())
                        ? everyPixel(kernel, forward, backward.src_desc())
                        : tensors.in(kernel, forward.x(), backward.src_desc()))
                .with(dnnl.DNNL_ARG_DIFF_DST, tensors.in(kernel, op.dz(), backward.diff_dst_desc()));
        if (forward.bias() != null) {
            call.with(dnnl.DNNL_ARG_DIFF_BIAS,
                    kernel.gradient(forward.bias(), OneDnnTensors.packed(forward.bias())));
        }
        return kernel.end(call, dnnl.DNNL_ARG_DIFF_WEIGHTS, backward.diff_weights_desc(), forward.weight(),
                tensors.layout(forward.weight()));
    }

    /** Gradient of the input, through the ReLU that made it where asked. */
    Kernel backwardData(Backward.ConvolveInput op) {
        Forward.Convolve forward = op.forward();
        Filter filter = forward.filter();
        long[] stride = {filter.stride(), filter.stride()};
        long[] padding = {filter.padding(), filter.padding()};
        convolution_forward.primitive_desc hint = forward(forward);
        convolution_backward_data.primitive_desc backward = new convolution_backward_data.primitive_desc(
                memory.engine(), algorithm.convolution_direct, hint.src_desc(),
                OneDnnTensors.free(type(filter), forward.weight()), hint.dst_desc(), stride, padding, padding, hint,
                OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = tensors.kernel();
        memory w = kernel.parameter(forward.weight(), tensors.layout(forward.weight()), backward.weights_desc());
        memory.desc layout = backward.diff_src_desc();
        memory dx = tensors.out(op.dx(), layout);
        kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_DIFF_DST, tensors.in(kernel, op.dz(), backward.diff_dst_desc()))
                .with(dnnl.DNNL_ARG_WEIGHTS, w)
                .with(dnnl.DNNL_ARG_DIFF_SRC, dx));
        return op.through().isRelu() ? tensors.endThroughRelu(kernel, forward.x(), dx, layout) : kernel;
    }
}
