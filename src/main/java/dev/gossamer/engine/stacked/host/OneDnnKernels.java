package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Operations by oneDNN. A convolution chooses the order in which its result lies in memory, the one its code is fastest
 * with; what follows takes over that order, and a gradient has the order of the tensor it belongs to. Where an
 * operation needs another order than its input has, the input is reordered first.
 */
final class OneDnnKernels extends HostKernels {

    private static final int TYPICAL_BATCH = 16;

    private final List<DenseFactors> factored;
    private final OneDnnMemory memory = new OneDnnMemory();
    private final OneDnnTensors tensors;
    private final OneDnnConvolutions convolutions;
    private final Map<Operation, inner_product_forward.primitive_desc> products = new HashMap<>();
    private final OneDnnNormalizations normalizations;
    private final OneDnnActivations activations;
    private final OneDnnPoolings poolings;
    private final OneDnnTokens tokens;

    /** Those of replicas whose rows are in C order, in single precision, and all of whose gradients are written. */
    OneDnnKernels(int batch, boolean training) {
        this(batch, training, RowOrder.PACKED, false);
    }

    /** Those of a program all of whose gradients are written. */
    OneDnnKernels(int batch, boolean training, RowOrder rows, boolean bf16) {
        this(batch, training, rows, bf16, List.of());
    }

    /**
     * @param batch images per replica
     * @param training whether a backward pass follows
     * @param rows order of the parameter tensors
     * @param bf16 whether what convolutions multiply is rounded to BF16
     * @param factored dense layers of which what their gradients are products of may be kept in their place
     */
    OneDnnKernels(int batch, boolean training, RowOrder rows, boolean bf16, List<DenseFactors> factored) {
        super(batch);
        this.factored = factored;
        tensors = new OneDnnTensors(batch, training, memory, rows,
                bf16 ? OneDnnMemory.BF16 : OneDnnMemory.F32);
        convolutions = new OneDnnConvolutions(memory, tensors);
        normalizations = new OneDnnNormalizations(memory, tensors, training);
        activations = new OneDnnActivations(memory, tensors);
        poolings = new OneDnnPoolings(memory, tensors, training);
        tokens = new OneDnnTokens(memory, tensors);
    }

    /**
     * The order of rows that spares most reorders.
     *
     * @param training a training step
     * @param bf16 whether what convolutions multiply is rounded to BF16
     */
    static RowOrder rowOrder(Program training, boolean bf16) {
        Map<Slice, memory.desc> layouts = new HashMap<>();
        try (OneDnnKernels kernels = new OneDnnKernels(TYPICAL_BATCH, true, RowOrder.PACKED, bf16)) {
            for (Operation operation : training.operations()) {
                if (operation instanceof Backward.ConvolveWeights gradients) {
                    Slice weight = gradients.forward().weight();
                    memory.desc wanted = kernels.convolutions.rowOrder(gradients.forward());
                    if (!wanted.equals(OneDnnTensors.packed(weight))) {
                        layouts.put(weight, wanted);
                    }
                }
            }
        }
        return new RowOrder(layouts);
    }

    /** Whether this CPU multiplies BF16 values faster than floats: AVX512_BF16, or AMX and whatever came later. */
    static boolean hasBf16() {
        int known = dnnl.dnnl_get_effective_cpu_isa();
        return (known & dnnl.dnnl_cpu_isa_avx512_core_bf16) == dnnl.dnnl_cpu_isa_avx512_core_bf16;
    }

    /** Version of oneDNN. */
    static String version() {
        var version = dnnl.dnnl_version();
        return version.major() + "." + version.minor() + "." + version.patch();
    }

    @Override
    long bytes(Tensor tensor) {
        return tensors.layout(tensor).get_size();
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

    @Override
    public Kernel convolve(Forward.Convolve op) {
        return convolutions.convolve(op);
    }

    @Override
    public Kernel convolveBackwardWeights(Backward.ConvolveWeights op) {
        return convolutions.backwardWeights(op);
    }

    @Override
    public Kernel convolveBackwardInput(Backward.ConvolveInput op) {
        return convolutions.backwardData(op);
    }

    @Override
    public Kernel multiply(Forward.Multiply op) {
        memory.desc weights = OneDnnTensors.packed(op.weight());
        memory.desc bias = OneDnnTensors.packed(op.bias());
        inner_product_forward.primitive_desc forward = new inner_product_forward.primitive_desc(memory.engine(),
                tensors.direction(), tensors.flat(op.x()), weights, bias, tensors.flat(op.y()),
                OneDnnTensors.attributes(op.activation().isRelu()), false);
        products.put(op, forward);
        OneDnnKernel kernel = tensors.kernel();
        memory x = tensors.flattened(kernel, op.x());
        memory y = memory.of(op.y(), tensors.flat(op.y()));
        if (SmallProduct.isFor(op, batch)) {
            return new SmallProduct(op, batch, kernel, OneDnnMemory.address(x), OneDnnMemory.values(y),
                    OneDnnMemory.address(y));
        }
        return kernel.end(kernel.call(forward)
                .with(dnnl.DNNL_ARG_SRC, x)
                .with(dnnl.DNNL_ARG_WEIGHTS, kernel.parameter(op.weight(), weights))
                .with(dnnl.DNNL_ARG_BIAS, kernel.parameter(op.bias(), bias))
                .with(dnnl.DNNL_ARG_DST, y));
    }

    @Override
    public Kernel multiplyBackwardWeights(Backward.MultiplyWeights op) {
        Kernel product = product(op);
        return FactoredGradients.of(factored, op.forward()).map(factors -> keeping(op, factors, product))
                .orElse(product);
    }

    /** Keeps what the gradients are products of, where that is to stand for them. */
    private Kernel keeping(Backward.MultiplyWeights op, DenseFactors factors, Kernel product) {
        OneDnnKernel kernel = tensors.kernel();
        Supplier<Pointer> x = OneDnnMemory.address(tensors.flattened(kernel, op.forward().x()));
        Supplier<FloatBuffer> dz = OneDnnMemory.values(tensors.flattened(kernel, op.dz()));
        MovingPointer place = new MovingPointer();
        return replica -> {
            if (factors.isInUse()) {
                kernel.run(replica);
                factors.keep(replica, batch, x.get(), dz.get(), place);
            } else {
                product.run(replica);
            }
        };
    }

    private Kernel product(Backward.MultiplyWeights op) {
        Forward.Multiply forward = op.forward();
        memory.desc weights = OneDnnTensors.packed(forward.weight());
        memory.desc bias = OneDnnTensors.packed(forward.bias());
        inner_product_backward_weights.primitive_desc backward = new inner_product_backward_weights.primitive_desc(
                memory.engine(), tensors.flat(forward.x()), weights, bias, tensors.flat(op.dz()), products.get(forward),
                OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = tensors.kernel();
        return kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_SRC, tensors.flattened(kernel, forward.x()))
                .with(dnnl.DNNL_ARG_DIFF_DST, tensors.flattened(kernel, op.dz()))
                .with(dnnl.DNNL_ARG_DIFF_WEIGHTS, kernel.gradient(forward.weight(), weights))
                .with(dnnl.DNNL_ARG_DIFF_BIAS, kernel.gradient(forward.bias(), bias)));
    }

    @Override
    public Kernel multiplyBackwardInput(Backward.MultiplyInput op) {
        Forward.Multiply forward = op.forward();
        memory.desc weights = OneDnnTensors.packed(forward.weight());
        inner_product_backward_data.primitive_desc backward = new inner_product_backward_data.primitive_desc(
                memory.engine(), tensors.flat(op.dx()), weights, tensors.flat(op.dz()), products.get(forward),
                OneDnnMemory.attributes(), false);
        OneDnnKernel kernel = tensors.kernel();
        return kernel.end(kernel.call(backward)
                .with(dnnl.DNNL_ARG_DIFF_DST, tensors.flattened(kernel, op.dz()))
                .with(dnnl.DNNL_ARG_WEIGHTS, kernel.parameter(forward.weight(), weights))
                .with(dnnl.DNNL_ARG_DIFF_SRC, memory.of(op.dx(), tensors.flat(op.dx()))));
    }

    @Override
    public Kernel normalize(Forward.Normalize op) {
        return normalizations.normalize(op);
    }

    @Override
    public Kernel normalizeBackward(Backward.Normalize op) {
        return normalizations.backward(op);
    }

    @Override
    public Kernel groupNorm(Forward.GroupNorm op) {
        return normalizations.groupNorm(op);
    }

    @Override
    public Kernel groupNormBackward(Backward.GroupNorm op) {
        return normalizations.groupwiseBackward(op.forward(), op.dy(), op.dx());
    }

    @Override
    public Kernel evoNorm(Forward.EvoNorm op) {
        return normalizations.evoNorm(op);
    }

    @Override
    public Kernel evoNormBackward(Backward.EvoNorm op) {
        return normalizations.groupwiseBackward(op.forward(), op.dy(), op.dx());
    }

    @Override
    public Kernel maxPool(Forward.MaxPool op) {
        return poolings.maxPool(op);
    }

    @Override
    public Kernel maxPoolBackward(Backward.MaxPool op) {
        return poolings.maxPoolBackward(op);
    }

    @Override
    public Kernel averagePool(Forward.AveragePool op) {
        return poolings.averagePool(op);
    }

    @Override
    public Kernel averagePoolBackward(Backward.AveragePool op) {
        return poolings.averagePoolBackward(op);
    }

    @Override
    public Kernel layerNorm(Forward.LayerNorm op) {
        return normalizations.layerNorm(op);
    }

    @Override
    public Kernel layerNormBackward(Backward.LayerNorm op) {
        return normalizations.layerNormBackward(op);
    }

    @Override
    public Kernel attend(Forward.Attend op) {
        return tokens.attend(op);
    }

    @Override
    public Kernel attendBackward(Backward.Attend op) {
        return tokens.attendBackward(op);
    }

    @Override
    public Kernel embed(Forward.Embed op) {
        return tokens.embed(op);
    }

    @Override
    public Kernel embedBackward(Backward.EmbedPositions op) {
        return tokens.embedBackward(op);
    }

    @Override
    public Kernel add(Forward.Add op) {
        memory.desc layout = tensors.layout(op.a());
        OneDnnKernel kernel = tensors.kernel();
        return add(kernel, op.a(), op.b(), op.activation().isRelu(), tensors.out(op.sum(), layout), layout);
    }

    /** Ends a kernel with a sum of tensors, in an order. */
    private Kernel add(OneDnnKernel kernel, Tensor a, Tensor b, boolean relu, memory sum, memory.desc layout) {
        binary.primitive_desc add = new binary.primitive_desc(memory.engine(), algorithm.binary_add, layout, layout,
                layout, OneDnnTensors.attributes(relu), false);
        return kernel.end(kernel.call(add)
                .with(dnnl.DNNL_ARG_SRC_0, tensors.in(kernel, a, layout))
                .with(dnnl.DNNL_ARG_SRC_1, tensors.in(kernel, b, layout))
                .with(dnnl.DNNL_ARG_DST, sum));
    }

    @Override
    public Kernel apply(Forward.Apply op) {
        return activations.apply(op);
    }

    @Override
    public Kernel applyBackward(Backward.Apply op) {
        return activations.backward(op);
    }

    @Override
    public Kernel activateBackward(Backward.Activate op) {
        memory.desc layout = tensors.layout(op.y());
        OneDnnKernel kernel = tensors.kernel();
        return kernel.end(kernel.call(tensors.activateBackward(layout))
                .with(dnnl.DNNL_ARG_DST, memory.of(op.y(), layout))
                .with(dnnl.DNNL_ARG_DIFF_DST, tensors.in(kernel, op.dy(), layout))
                .with(dnnl.DNNL_ARG_DIFF_SRC, tensors.out(op.dz(), layout)));
    }

    @Override
    public Kernel activateBackwardOfSum(Backward.ActivateSum op) {
        memory.desc layout = tensors.layout(op.y());
        OneDnnKernel kernel = tensors.kernel();
        memory dz = tensors.out(op.dz(), layout);
        add(kernel, op.a(), op.b(), false, dz, layout);
        return tensors.endThroughRelu(kernel, op.y(), dz, layout);
    }

    @Override
    public Kernel drop(Forward.Drop op) {
        OneDnnKernel kernel = tensors.kernel();
        Supplier<FloatBuffer> x = OneDnnMemory.values(tensors.in(kernel, op.x(), tensors.packed(op.x())));
        return replica -> {
            kernel.run(replica);
            drop(op, x.get(), replica);
        };
    }
}
