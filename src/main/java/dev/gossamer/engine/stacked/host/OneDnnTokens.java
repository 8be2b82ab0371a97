package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.softmax_forward;

/** Self-attention, as matrix products of all images, head by head, and a softmax, and position embeddings. */
final class OneDnnTokens {

    private static final int QUERIES = 0;
    private static final int KEYS = 1;
    private static final int VALUES = 2;

    private final OneDnnMemory memory;
    private final OneDnnTensors tensors;

    OneDnnTokens(OneDnnMemory memory, OneDnnTensors tensors) {
        this.memory = memory;
        this.tensors = tensors;
    }

    /**
     * The heads of one of the thirds of a tensor [b, 3 c, h w] in C order, or of all of [b, c, h w].
     *
     * @param tensor where they lie, or null where that is working memory
     * @param working start of that
     * @param first number of values before them
     * @param ofImage values from an image to the next
     */
    private record Heads(Tensor tensor, long working, long first, long ofImage) {

        Heads part(int which, Forward.Attend op) {
            return new Heads(tensor, working, first + (long) which * op.y().size(), ofImage);
        }
    }

    /** The matrices of an attention, [d, t] and [t, t] of each image for one head. */
    private final class Matrices {

        private final OneDnnKernel kernel;
        private final Forward.Attend op;
        private final int head;
        private final long tokens;

        Matrices(OneDnnKernel kernel, Forward.Attend op, int head) {
            this.kernel = kernel;
            this.op = op;
            this.head = head;
            tokens = op.weights().height();
        }

        /** Of queries, keys, values or results: [d, t], or [t, d] where transposed. */
        Factor of(Heads heads, boolean transposed) {
            long channels = op.channelsOfHead();
            memory.desc layout = matrix(heads.ofImage, channels, transposed);
            long first = heads.first + head * channels * tokens;
            return new Factor(layout, heads.tensor == null ? kernel.part(heads.working, layout, first)
                    : memory.of(heads.tensor, layout, first));
        }

        /** [t, t]. */
        Factor square(Tensor weights, boolean transposed) {
            memory.desc layout = matrix(weights.size(), tokens, transposed);
            return new Factor(layout, memory.of(weights, layout, head * tokens * tokens));
        }

        private memory.desc matrix(long ofImage, long rows, boolean transposed) {
            return transposed
                    ? OneDnnMemory.strided(new long[] {ofImage, 1, tokens}, tensors.batch(), tokens, rows)
                    : OneDnnMemory.strided(new long[] {ofImage, tokens, 1}, tensors.batch(), rows, tokens);
        }

        /** result = a b, times a scale. */
        void multiply(Factor a, Factor b, Factor result, double scale) {
            primitive_attr attributes = OneDnnMemory.attributes();
            if (scale != 1) {
                post_ops after = new post_ops();
                after.append_eltwise(algorithm.eltwise_linear, (float) scale, 0);
                attributes.set_post_ops(after);
            }
            kernel.end(kernel.call(new matmul.primitive_desc(
                            memory.engine(), a.layout, b.layout, result.layout, attributes, false))
                    .with(dnnl.DNNL_ARG_SRC, a.memory)
                    .with(dnnl.DNNL_ARG_WEIGHTS, b.memory)
                    .with(dnnl.DNNL_ARG_DST, result.memory));
        }
    }

    /** Matrices of all images [b, ., .]. */
    private record Factor(memory.desc layout, memory memory) {}

    private List<Matrices> heads(OneDnnKernel kernel, Forward.Attend op) {
        return IntStream.range(0, op.heads()).mapToObj(head -> new Matrices(kernel, op, head)).toList();
    }

    /** A tensor that is read. */
    private Heads read(OneDnnKernel kernel, Tensor tensor) {
        memory.desc packed = tensors.packed(tensor);
        if (tensors.layout(tensor).equals(packed)) {
            return new Heads(tensor, 0, 0, tensor.size());
        }
        long working = kernel.taken();
        tensors.in(kernel, tensor, packed);
        return new Heads(null, working, 0, tensor.size());
    }

    /** A tensor that is written. */
    private Heads written(Tensor tensor) {
        tensors.out(tensor, tensors.packed(tensor));
        return new Heads(tensor, 0, 0, tensor.size());
    }

    /** weights = softmax(Q^T K / sqrt(d)), y = V weights^T, for Q, K, V, y of [d, t]. */
    Kernel attend(Forward.Attend op) {
        OneDnnKernel kernel = tensors.kernel();
        Heads x = read(kernel, op.x());
        Heads y = written(op.y());
        List<Matrices> heads = heads(kernel, op);
        heads.forEach(head -> head.multiply(head.of(x.part(QUERIES, op), true), head.of(x.part(KEYS, op), false),
                head.square(op.weights(), false), op.scale()));
        memory.desc rows = OneDnnMemory.packed((long) tensors.batch() * op.heads() * op.weights().height(),
                op.weights().width());
        memory weights = memory.of(op.weights(), rows);
        kernel.end(kernel.call(new softmax_forward.primitive_desc(memory.engine(), tensors.direction(),
                        algorithm.softmax_accurate, rows, rows, 1, OneDnnMemory.attributes(), false))
                .with(dnnl.DNNL_ARG_SRC, weights)
                .with(dnnl.DNNL_ARG_DST, weights));
        heads.forEach(head -> head.multiply(head.of(x.part(VALUES, op), false), head.square(op.weights(), true),
                head.of(y, false), 1));
        return kernel;
    }

    /** With dy [d, t] and P the weights: dV = dy P, dP = dy^T V, dQ = K dS^T, dK = Q dS. */
    Kernel attendBackward(Backward.Attend backward) {
        Forward.Attend op = backward.forward();
        OneDnnKernel kernel = tensors.kernel();
        Heads x = read(kernel, op.x());
        Heads dy = read(kernel, backward.dy());
        Heads dx = written(backward.dx());
        heads(kernel, op).forEach(head -> {
            head.multiply(head.of(dy, false), head.square(op.weights(), false), head.of(dx.part(VALUES, op), false), 1);
            head.multiply(head.of(dy, true), head.of(x.part(VALUES, op), false),
                    head.square(backward.ofWeights(), false), 1);
        });
        OneDnnKernel second = tensors.kernel();
        second.release(kernel.taken());
        heads(second, op).forEach(head -> {
            head.multiply(head.of(x.part(KEYS, op), false), head.square(backward.ofWeights(), true),
                    head.of(dx.part(QUERIES, op), false), 1);
            head.multiply(head.of(x.part(QUERIES, op), false), head.square(backward.ofWeights(), false),
                    head.of(dx.part(KEYS, op), false), 1);
        });
        SoftmaxGradient softmax = new SoftmaxGradient(op, values(op.weights()), values(backward.ofWeights()));
        return replica -> {
            kernel.run(replica);
            softmax.run();
            second.run(replica);
        };
    }

    private Supplier<FloatBuffer> values(Tensor tensor) {
        return OneDnnMemory.values(memory.of(tensor, tensors.packed(tensor)));
    }

    /** y = x + positions, for each image: as they lie, all values of an image in a row. */
    Kernel embed(Forward.Embed op) {
        Tensor x = op.x();
        OneDnnKernel kernel = tensors.kernel();
        memory.desc layout = tensors.unpadded(x);
        int block = tensors.block(x, layout);
        memory.desc image = OneDnnMemory.packed(1, x.channels(), x.height(), x.width());
        memory.desc wanted = block == 1 ? image
                : OneDnnMemory.blocked(OneDnnMemory.F32, block, 1, x.channels(), x.height(), x.width());
        memory.desc row = OneDnnMemory.packed(1, x.size());
        tensors.out(op.y(), layout);
        return kernel.end(kernel.call(new binary.primitive_desc(memory.engine(), algorithm.binary_add, tensors.flat(x),
                        row, tensors.flat(x), OneDnnMemory.attributes(), false))
                .with(dnnl.DNNL_ARG_SRC_0, tensors.layout(x).equals(layout) ? memory.of(x, tensors.flat(x))
                        : kernel.reordered(memory.of(x, tensors.layout(x)), tensors.layout(x), layout, tensors.flat(x)))
                .with(dnnl.DNNL_ARG_SRC_1, block == 1 ? kernel.parameter(op.positions(), row)
                        : kernel.reordered(kernel.parameter(op.positions(), image), image, wanted, row))
                .with(dnnl.DNNL_ARG_DST, memory.of(op.y(), tensors.flat(x))));
    }

    /** The sum over the images, as a row of ones times the matrix [b, c h w]. */
    Kernel embedBackward(Backward.EmbedPositions op) {
        OneDnnKernel kernel = tensors.kernel();
        Slice positions = op.forward().positions();
        memory.desc ones = OneDnnMemory.packed(1, tensors.batch());
        memory.desc sums = OneDnnMemory.packed(1, positions.size());
        return kernel.end(kernel.call(new matmul.primitive_desc(
                        memory.engine(), ones, tensors.flat(op.dz()), sums, OneDnnMemory.attributes(), false))
                .with(dnnl.DNNL_ARG_SRC, memory.filled(1, 1, tensors.batch()))
                .with(dnnl.DNNL_ARG_WEIGHTS, tensors.flattened(kernel, op.dz()))
                .with(dnnl.DNNL_ARG_DST, kernel.gradient(positions, sums)));
    }
}
