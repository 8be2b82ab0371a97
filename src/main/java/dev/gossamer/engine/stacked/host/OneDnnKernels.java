package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Filter;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.javacpp.BytePointer;

/**
 * Operations by oneDNN. A convolution chooses the order in which its result lies in memory, the one its code is fastest
 * with; what follows takes over that order, and a gradient has the order of the tensor it belongs to. Where an
 * operation needs another order than its input has, the input is reordered first.
 */
final class OneDnnKernels extends HostKernels {

    private static final int BLOCK = 16;
    private static final int IMAGE_CHANNELS = 3;
    private static final long[] TWO = {2, 2};
    private static final long[] NONE = {0, 0};

    private final boolean training;
    private final OneDnnMemory memory = new OneDnnMemory();
    private final Map<Tensor, memory.desc> layouts = new HashMap<>();
    private final Map<Operation, convolution_forward.primitive_desc> convolutions = new HashMap<>();
    private final Map<Operation, inner_product_forward.primitive_desc> products = new HashMap<>();
    private final Map<Operation, BatchNorm> normalizations = new HashMap<>();
    private final Map<Operation, EvoNorm> evoNorms = new HashMap<>();
    private final Map<Operation, Pooling> poolings = new HashMap<>();
    private final BatchNorm.Scratch scratch = new BatchNorm.Scratch();
    private final EvoNorm.Scratch evoScratch = new EvoNorm.Scratch();

    /** What a pooling's backward pass needs of its forward pass. */
    private record Pooling(pooling_forward.primitive_desc forward, memory workspace) {}

    /**
     * @param batch images per replica
     * @param training whether a backward pass follows
     */
    OneDnnKernels(int batch, boolean training) {
        super(batch);
        this.training = training;
    }

    /** Version of oneDNN. */
    static String version() {
        var version = dnnl.dnnl_version();
        return version.major() + "." + version.minor() + "." + version.patch();
    }

    @Override
    long bytes(Tensor tensor) {
        return layout(tensor).get_size();
    }

    @Override
    long otherBytes() {
        return memory.bytes();
    }

    @Override
    void place(BufferPlan plan, BytePointer base) {
        super.place(plan, base);
        memory.place(plan, base);
    }

    @Override
    public void close() {
        memory.close();
    }

    /** What oneDNN says of the code it chose for each operation, in order. */
    List<String> implementations() {
        return memory.implementations();
    }

    /** The order of a tensor that nobody chose one for is that of the array [b, c, h, w]. */
    private memory.desc layout(Tensor tensor) {
        return layouts.computeIfAbsent(tensor, this::packed);
    }

    private memory.desc packed(Tensor tensor) {
        return OneDnnMemory.packed(batch, tensor.channels(), tensor.height(), tensor.width());
    }

    private memory.desc free(Tensor tensor) {
        return OneDnnMemory.free(batch, tensor.channels(), tensor.height(), tensor.width());
    }

    private memory.desc flat(Tensor tensor) {
        return OneDnnMemory.packed(batch, tensor.size());
    }

    private prop_kind direction() {
        return training ? prop_kind.forward_training : prop_kind.forward_inference;
    }

    private OneDnnKernel kernel() {
        return new OneDnnKernel(memory);
    }

    /** A tensor in a given order. */
    private memory in(OneDnnKernel kernel, Tensor tensor, memory.desc wanted) {
        memory there = memory.of(tensor, layout(tensor));
        return kernel.reordered(there, layout(tensor), wanted);
    }

    /** A dense layer's input: all values of an image in C order. */
    private memory flattened(OneDnnKernel kernel, Tensor tensor) {
        if (layout(tensor).equals(packed(tensor))) {
            return memory.of(tensor, flat(tensor));
        }
        memory there = memory.of(tensor, layout(tensor));
        return kernel.reordered(there, layout(tensor), packed(tensor), flat(tensor));
    }

    /** A tensor that is written in an order, which becomes its own. */
    private memory out(Tensor tensor, memory.desc layout) {
        layouts.put(tensor, layout);
        return memory.of(tensor, layout);
    }

    private static primitive_attr attributes(boolean relu) {
        primitive_attr attributes = OneDnnMemory.attributes();
        if (relu) {
            post_ops after = new post_ops();
            after.append_eltwise(algorithm.eltwise_relu, 0, 0);
            attributes.set_post_ops(after);
        }
        return attributes;
    }

    @Override
    public Kernel convolve(Operation.Convolve op) {
        boolean inBlocks = inBlocks(op.filter());
        convolution_forward.primitive_desc forward = forward(op, inBlocks ? free(op.x()) : packed(op.x()),
                inBlocks ? free(op.y()) : packed(op.y()), op.filter().stride());
        convolutions.put(op, forward);
        OneDnnKernel kernel = kernel();
        memory w = kernel.parameter(op.weight(), OneDnnMemory.packed(shape(op.weight())), forward.weights_desc());
        OneDnnKernel.Call call = kernel.call(forward)
                .with(dnnl.DNNL_ARG_SRC, in(kernel, op.x(), forward.src_desc()))
                .with(dnnl.DNNL_ARG_WEIGHTS, w)
                .with(dnnl.DNNL_ARG_DST, out(op.y(), forward.dst_desc()));
        if (op.bias() != null) {
            call.with(dnnl.DNNL_ARG_BIAS, kernel.parameter(op.bias(), OneDnnMemory.packed(shape(op.bias()))));
        }
        return kernel.end(call);
    }

    private convolution_forward.primitive_desc forward(
            Operation.Convolve op, memory.desc x, memory.desc y, int step) {
        long[] stride = {step, step};
        long[] padding = {op.filter().padding(), op.filter().padding()};
        memory.desc weights = OneDnnMemory.free(shape(op.weight()));
        return op.bias() == null
                ? new convolution_forward.primitive_desc(memory.engine(), direction(), algorithm.convolution_direct,
                        x, weights, y, stride, padding, padding, attributes(op.relu()), false)
                : new convolution_forward.primitive_desc(memory.engine(), direction(), algorithm.convolution_direct,
                        x, weights, OneDnnMemory.packed(shape(op.bias())), y, stride, padding, padding,
                        attributes(op.relu()), false);
    }

    /**
     * Whether a convolution's weight gradients are computed from the pixels it uses alone, packed beforehand. With a
     * 1x1 filter, a stride and fewer channels than a block, oneDNN's code writes beyond its working memory: gradients were
     * wrong now and then, with several threads in one operation. See oneDNN's issue 6035.
     */
    private static boolean needsPackedPixels(Filter filter) {
        return filter.kernel() == 1 && filter.stride() > 1 && filter.in() < BLOCK;
    }

    /** Every pixel at a multiple of a step in both directions, packed, with as many as another tensor has. */
    private memory everyPixel(OneDnnKernel kernel, Tensor x, int step, Tensor y, memory.desc packed) {
        long plane = (long) x.height() * x.width();
        long[] strides = {x.channels() * plane, plane, (long) step * x.width(), step};
        memory.desc every = OneDnnMemory.strided(strides, batch, x.channels(), y.height(), y.width());
        if (!layout(x).equals(packed(x))) {
            throw new IllegalStateException("a tensor with " + x.channels() + " channels lies in blocks");
        }
        return kernel.reordered(memory.of(x, every), every, packed);
    }

    /**
     * Whether a convolution may choose its orders. It has fast code for blocks of 16 channels, and for images of few
     * channels, but would choose blocks for other numbers of channels too, without fast code for the backward pass.
     */
    private static boolean inBlocks(Filter filter) {
        boolean images = filter.in() <= IMAGE_CHANNELS;
        return filter.out() % BLOCK == 0 && (images || filter.in() % BLOCK == 0);
    }

    private static long[] shape(Slice slice) {
        return slice.shape().stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public Kernel convolveBackwardWeights(Operation.ConvolveBackwardWeights op) {
        Operation.Convolve forward = op.forward();
        Filter filter = forward.filter();
        boolean packs = needsPackedPixels(filter);
        int step = packs ? 1 : filter.stride();
        long[] stride = {step, step};
        long[] padding = {filter.padding(), filter.padding()};
        convolution_forward.primitive_desc hint = packs
                ? forward(forward, OneDnnMemory.packed(
                        batch, filter.in(), forward.y().height(), forward.y().width()), packed(forward.y()), 1)
                : convolutions.get(forward);
        memory.desc weights = OneDnnMemory.free(shape(forward.weight()));
        convolution_backward_weights.primitive_desc backward = forward.bias() == null
                ? new convolution_backward_weights.primitive_desc(memory.engine(), algorithm.convolution_direct,
                        hint.src_desc(), weights, hint.dst_desc(), stride, padding, padding, hint,
                        OneDnnMemory.attributes(), false)
                : new convolution_backward_weights.primitive_desc(memory.engine(), algorithm.convolution_direct,
                        hint.src_desc(), weights, OneDnnMemory.packed(shape(forward.bias())), hint.dst_desc(), stride,
                        padding, padding, hint, OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = kernel();
        OneDnnKernel.Call call = kernel.call(backward)
                .with(dnnl.DNNL_ARG_SRC, packs
                        ? everyPixel(kernel, forward.x(), filter.stride(), forward.y(), backward.src_desc())
                        : in(kernel, forward.x(), backward.src_desc()))
                .with(dnnl.DNNL_ARG_DIFF_DST, in(kernel, op.dz(), backward.diff_dst_desc()));
        if (forward.bias() != null) {
            call.with(dnnl.DNNL_ARG_DIFF_BIAS,
                    kernel.gradient(forward.bias(), OneDnnMemory.packed(shape(forward.bias()))));
        }
        return kernel.end(call, dnnl.DNNL_ARG_DIFF_WEIGHTS, backward.diff_weights_desc(), forward.weight(),
                OneDnnMemory.packed(shape(forward.weight())));
    }

    @Override
    public Kernel convolveBackwardData(Operation.ConvolveBackwardData op) {
        Operation.Convolve forward = op.forward();
        Filter filter = forward.filter();
        long[] stride = {filter.stride(), filter.stride()};
        long[] padding = {filter.padding(), filter.padding()};
        convolution_forward.primitive_desc hint = convolutions.get(forward);
        convolution_backward_data.primitive_desc backward = new convolution_backward_data.primitive_desc(
                memory.engine(), algorithm.convolution_direct, hint.src_desc(),
                OneDnnMemory.free(shape(forward.weight())), hint.dst_desc(), stride, padding, padding, hint,
                OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = kernel();
        memory w = kernel.parameter(
                forward.weight(), OneDnnMemory.packed(shape(forward.weight())), backward.weights_desc());
        return kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_DIFF_DST, in(kernel, op.dz(), backward.diff_dst_desc()))
                .with(dnnl.DNNL_ARG_WEIGHTS, w)
                .with(dnnl.DNNL_ARG_DIFF_SRC, out(op.dx(), backward.diff_src_desc())));
    }

    @Override
    public Kernel multiply(Operation.Multiply op) {
        memory.desc weights = OneDnnMemory.packed(shape(op.weight()));
        memory.desc bias = OneDnnMemory.packed(shape(op.bias()));
        inner_product_forward.primitive_desc forward = new inner_product_forward.primitive_desc(memory.engine(),
                direction(), flat(op.x()), weights, bias, flat(op.y()), attributes(op.relu()), false);
        products.put(op, forward);
        OneDnnKernel kernel = kernel();
        return kernel.end(kernel.call(forward)
                .with(dnnl.DNNL_ARG_SRC, flattened(kernel, op.x()))
                .with(dnnl.DNNL_ARG_WEIGHTS, kernel.parameter(op.weight(), weights))
                .with(dnnl.DNNL_ARG_BIAS, kernel.parameter(op.bias(), bias))
                .with(dnnl.DNNL_ARG_DST, memory.of(op.y(), flat(op.y()))));
    }

    @Override
    public Kernel multiplyBackwardWeights(Operation.MultiplyBackwardWeights op) {
        Operation.Multiply forward = op.forward();
        memory.desc weights = OneDnnMemory.packed(shape(forward.weight()));
        memory.desc bias = OneDnnMemory.packed(shape(forward.bias()));
        inner_product_backward_weights.primitive_desc backward = new inner_product_backward_weights.primitive_desc(
                memory.engine(), flat(forward.x()), weights, bias, flat(op.dz()), products.get(forward),
                OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = kernel();
        return kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_SRC, flattened(kernel, forward.x()))
                .with(dnnl.DNNL_ARG_DIFF_DST, flattened(kernel, op.dz()))
                .with(dnnl.DNNL_ARG_DIFF_WEIGHTS, kernel.gradient(forward.weight(), weights))
                .with(dnnl.DNNL_ARG_DIFF_BIAS, kernel.gradient(forward.bias(), bias)));
    }

    @Override
    public Kernel multiplyBackwardData(Operation.MultiplyBackwardData op) {
        Operation.Multiply forward = op.forward();
        memory.desc weights = OneDnnMemory.packed(shape(forward.weight()));
        inner_product_backward_data.primitive_desc backward = new inner_product_backward_data.primitive_desc(
                memory.engine(), flat(op.dx()), weights, flat(op.dz()), products.get(forward),
                OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = kernel();
        return kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_DIFF_DST, flattened(kernel, op.dz()))
                .with(dnnl.DNNL_ARG_WEIGHTS, kernel.parameter(forward.weight(), weights))
                .with(dnnl.DNNL_ARG_DIFF_SRC, memory.of(op.dx(), flat(op.dx()))));
    }

    @Override
    public Kernel normalize(Operation.Normalize op) {
        OneDnnKernel kernel = kernel();
        memory.desc layout = ordered(op.x());
        Supplier<FloatBuffer> x = OneDnnMemory.values(in(kernel, op.x(), layout));
        Supplier<FloatBuffer> y = OneDnnMemory.values(out(op.y(), layout));
        BatchNorm norm = new BatchNorm(
                batch, op.x().channels(), op.x().height() * op.x().width(), block(op.x(), layout), op.relu());
        normalizations.put(op, norm);
        float[] gamma = new float[op.x().channels()];
        float[] beta = new float[op.x().channels()];
        return row -> {
            kernel.run(row);
            row.read(op.gamma(), gamma);
            row.read(op.beta(), beta);
            norm.forward(x.get(), gamma, beta, y.get(), scratch);
        };
    }

    /** The order of a tensor if its channels lie in blocks or one after another, as batch norm needs; else C order. */
    private memory.desc ordered(Tensor tensor) {
        return block(tensor, layout(tensor)) > 0 ? layout(tensor) : packed(tensor);
    }

    /** Number of channels that lie side by side; 0 in any other order. */
    private int block(Tensor tensor, memory.desc layout) {
        if (layout.equals(packed(tensor))) {
            return 1;
        }
        for (int block : new int[] {8, 16}) {
            if (layout.equals(OneDnnMemory.blocked(block, batch, tensor.channels(), tensor.height(), tensor.width()))) {
                return block;
            }
        }
        return 0;
    }

    @Override
    public Kernel normalizeBackward(Operation.NormalizeBackward op) {
        Operation.Normalize forward = op.forward();
        BatchNorm norm = normalizations.get(forward);
        OneDnnKernel kernel = kernel();
        memory.desc layout = ordered(forward.x());
        Supplier<FloatBuffer> x = OneDnnMemory.values(in(kernel, forward.x(), layout));
        Supplier<FloatBuffer> dy = OneDnnMemory.values(in(kernel, op.dy(), layout));
        Supplier<FloatBuffer> dx = OneDnnMemory.values(out(op.dx(), layout));
        int channels = forward.x().channels();
        float[] gamma = new float[channels];
        float[] beta = new float[channels];
        float[] dgamma = new float[channels];
        float[] dbeta = new float[channels];
        return row -> {
            kernel.run(row);
            row.read(forward.gamma(), gamma);
            row.read(forward.beta(), beta);
            norm.backward(x.get(), gamma, beta, dy.get(), dx.get(), dgamma, dbeta, scratch);
            row.write(forward.gamma(), dgamma);
            row.write(forward.beta(), dbeta);
        };
    }

    @Override
    public Kernel evoNorm(Operation.EvoNorm op) {
        OneDnnKernel kernel = kernel();
        memory.desc layout = ordered(op.x());
        Supplier<FloatBuffer> x = OneDnnMemory.values(in(kernel, op.x(), layout));
        Supplier<FloatBuffer> y = OneDnnMemory.values(out(op.y(), layout));
        EvoNorm norm = new EvoNorm(batch, op, block(op.x(), layout));
        evoNorms.put(op, norm);
        return row -> {
            kernel.run(row);
            norm.forward(row, x.get(), y.get(), evoScratch);
        };
    }

    @Override
    public Kernel evoNormBackward(Operation.EvoNormBackward op) {
        Operation.EvoNorm forward = op.forward();
        EvoNorm norm = evoNorms.get(forward);
        OneDnnKernel kernel = kernel();
        memory.desc layout = ordered(forward.x());
        Supplier<FloatBuffer> x = OneDnnMemory.values(in(kernel, forward.x(), layout));
        Supplier<FloatBuffer> dy = OneDnnMemory.values(in(kernel, op.dy(), layout));
        Supplier<FloatBuffer> dx = OneDnnMemory.values(out(op.dx(), layout));
        return row -> {
            kernel.run(row);
            norm.backward(row, x.get(), dy.get(), dx.get(), evoScratch);
        };
    }

    @Override
    public Kernel maxPool(Operation.MaxPool op) {
        pooling_forward.primitive_desc forward = new pooling_forward.primitive_desc(memory.engine(), direction(),
                algorithm.pooling_max, layout(op.x()), free(op.y()), TWO, TWO, NONE, NONE, NONE,
                OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = kernel();
        OneDnnKernel.Call call = kernel.call(forward)
                .with(dnnl.DNNL_ARG_SRC, memory.of(op.x(), layout(op.x())))
                .with(dnnl.DNNL_ARG_DST, out(op.y(), forward.dst_desc()));
        if (training) {
            Pooling saved = new Pooling(forward, memory.kept(forward.workspace_desc()));
            call.with(dnnl.DNNL_ARG_WORKSPACE, saved.workspace);
            poolings.put(op, saved);
        }
        return kernel.end(call);
    }

    @Override
    public Kernel maxPoolBackward(Operation.MaxPoolBackward op) {
        Operation.MaxPool forward = op.forward();
        Pooling saved = poolings.get(forward);
        pooling_backward.primitive_desc backward = new pooling_backward.primitive_desc(memory.engine(),
                algorithm.pooling_max, layout(forward.x()), layout(forward.y()), TWO, TWO, NONE, NONE, NONE,
                saved.forward, OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = kernel();
        return kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_DIFF_DST, in(kernel, op.dy(), backward.diff_dst_desc()))
                .with(dnnl.DNNL_ARG_WORKSPACE, saved.workspace)
                .with(dnnl.DNNL_ARG_DIFF_SRC, out(op.dx(), backward.diff_src_desc())));
    }

    private pooling_forward.primitive_desc average(Tensor x, Tensor y) {
        long[] all = {x.height(), x.width()};
        return new pooling_forward.primitive_desc(memory.engine(), direction(), algorithm.pooling_avg_exclude_padding,
                layout(x), free(y), all, all, NONE, NONE, NONE, OneDnnMemory.attributes(), false);
    }

    @Override
    public Kernel averagePool(Operation.AveragePool op) {
        pooling_forward.primitive_desc forward = average(op.x(), op.y());
        OneDnnKernel kernel = kernel();
        return kernel.end(kernel.call(forward)
                .with(dnnl.DNNL_ARG_SRC, memory.of(op.x(), layout(op.x())))
                .with(dnnl.DNNL_ARG_DST, out(op.y(), forward.dst_desc())));
    }

    @Override
    public Kernel averagePoolBackward(Operation.AveragePoolBackward op) {
        Operation.AveragePool forward = op.forward();
        long[] all = {forward.x().height(), forward.x().width()};
        pooling_backward.primitive_desc backward = new pooling_backward.primitive_desc(memory.engine(),
                algorithm.pooling_avg_exclude_padding, layout(forward.x()), layout(forward.y()), all, all, NONE, NONE,
                NONE, average(forward.x(), forward.y()), OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = kernel();
        return kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_DIFF_DST, in(kernel, op.dy(), backward.diff_dst_desc()))
                .with(dnnl.DNNL_ARG_DIFF_SRC, out(op.dx(), backward.diff_src_desc())));
    }

    @Override
    public Kernel add(Operation.Add op) {
        memory.desc layout = layout(op.a());
        binary.primitive_desc sum = new binary.primitive_desc(
                memory.engine(), algorithm.binary_add, layout, layout, layout, attributes(op.relu()), false);
        OneDnnKernel kernel = kernel();
        return kernel.end(kernel.call(sum)
                .with(dnnl.DNNL_ARG_SRC_0, memory.of(op.a(), layout))
                .with(dnnl.DNNL_ARG_SRC_1, in(kernel, op.b(), layout))
                .with(dnnl.DNNL_ARG_DST, out(op.sum(), layout)));
    }

    @Override
    public Kernel reluBackward(Operation.ReluBackward op) {
        memory.desc layout = layout(op.y());
        eltwise_forward.primitive_desc hint = new eltwise_forward.primitive_desc(memory.engine(),
                prop_kind.forward_training, algorithm.eltwise_relu_use_dst_for_bwd, layout, layout,
                OneDnnMemory.attributes(), false);
        eltwise_backward.primitive_desc backward = new eltwise_backward.primitive_desc(memory.engine(),
                algorithm.eltwise_relu_use_dst_for_bwd, layout, layout, layout, hint, OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = kernel();
        return kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_DST, memory.of(op.y(), layout))
                .with(dnnl.DNNL_ARG_DIFF_DST, in(kernel, op.dy(), layout))
                .with(dnnl.DNNL_ARG_DIFF_SRC, out(op.dz(), layout)));
    }

    @Override
    public Kernel drop(Operation.Drop op) {
        OneDnnKernel kernel = kernel();
        Supplier<FloatBuffer> x = OneDnnMemory.values(in(kernel, op.x(), packed(op.x())));
        return row -> {
            kernel.run(row);
            drop(op, x.get(), row);
        };
    }
}
