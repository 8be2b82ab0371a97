package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.driver.Divisor.quotientUp;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Primitives;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.engine.stacked.cuda.ConvolutionWay.Operands;
import dev.gossamer.engine.stacked.cuda.driver.Divisor;
import dev.gossamer.engine.stacked.cuda.driver.Element;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape.Pass;
import dev.gossamer.engine.stacked.cuda.driver.Product;
import dev.gossamer.engine.stacked.cuda.driver.Product.Factor;
import dev.gossamer.model.Loss;

/**
 * What a program's operations are on a GPU, for all replicas at once: kernels of the engine's own, but for some
 * products, which are cuBLAS's, and convolutions, whose ways {@link ConvolutionTrials} chooses among.
 */
final class CudaKernels implements Primitives<CudaKernel> {

    private final Gpu gpu;
    private final ProgramMemory memory;
    private final ConvolutionTrials convolutions;
    private final Workspace workspace;
    private final Element factors;
    private final int batch;
    private final int workers;
    private final PoolingKernels pools;
    private final NormalizationKernels normalizations;
    private final TokenKernels tokens;

    /**
     * @param memory where the arrays lie
     * @param convolutions chooses among the ways to convolve
     * @param workspace of all programs
     */
    CudaKernels(Gpu gpu, ProgramMemory memory, ConvolutionTrials convolutions, Workspace workspace) {
        this.gpu = gpu;
        this.memory = memory;
        this.convolutions = convolutions;
        this.workspace = workspace;
        factors = Element.ofFactors(gpu.precision());
        batch = memory.batch();
        workers = memory.workers();
        pools = new PoolingKernels(gpu, memory);
        normalizations = new NormalizationKernels(gpu, memory);
        tokens = new TokenKernels(gpu, memory);
    }

    @Override
    public CudaKernel convolve(Forward.Convolve op) {
        Operands operands = new Operands(memory.at(op.x()), memory.parameter(op.weight()), memory.factors(op.weight()),
                memory.parameter(op.bias()), op.activation().isRelu(), 0, memory.at(op.y()));
        return convolutions.kernel(Pass.FORWARD, op, operands);
    }

    @Override
    public CudaKernel convolveBackwardWeights(Backward.ConvolveWeights op) {
        Forward.Convolve forward = op.forward();
        Operands operands = new Operands(
                memory.at(forward.x()), memory.gradient(forward.weight()), 0, 0, false, 0, memory.at(op.dz()));
        CudaKernel weights = convolutions.kernel(Pass.WEIGHTS, forward, operands);
        if (forward.bias() == null) {
            return weights;
        }
        return weights.and(biasGradient(op.dz(), forward.bias()));
    }

    @Override
    public CudaKernel convolveBackwardInput(Backward.ConvolveInput op) {
        Forward.Convolve forward = op.forward();
        Operands operands = new Operands(
                memory.at(op.dx()), memory.parameter(forward.weight()), memory.factors(forward.weight()), 0, false,
                op.through().isRelu() ? memory.at(forward.x()) : 0, memory.at(op.dz()));
        return convolutions.kernel(Pass.DATA, forward, operands);
    }

    private CudaKernel biasGradient(Tensor dz, Slice bias) {
        int channels = memory.channels(dz);
        if (plane(dz) == 1) {
            return () -> gpu.forEach(4, "sum_images", channels, memory.at(dz), memory.gradient(bias), batch);
        }
        int plane = plane(dz);
        int columns = Math.min(gpu.threads(), NormalizationKernels.threadsOfChannel(batch, plane));
        int lanes = gpu.threads() / columns;
        Gpu.Grid grid = new Gpu.Grid(quotientUp(channels, lanes), columns, lanes, Double.BYTES * gpu.threads());
        return () -> gpu.launch("bias_gradient", grid, memory.at(dz), memory.gradient(bias), channels, plane,
                Divisor.of(plane), batch * plane);
    }

    @Override
    public CudaKernel multiply(Forward.Multiply op) {
        int in = op.x().size();
        int out = op.y().size();
        if (DenseLayer.takes(gpu, batch)) {
            DenseLayer layer = new DenseLayer(gpu, batch, workers, in, out);
            return () -> layer.forward(memory.at(op.x()), memory.parameter(op.weight()), memory.parameter(op.bias()),
                    memory.at(op.y()), op.activation().isRelu());
        }
        Input x = input(op.x(), workspace(op));
        Product product = new Product(out, batch, in, Factor.byRows(memory.factors(op.weight()), in, (long) in * out),
                vectors(x.address, in), vectors(memory.at(op.y()), out), workers, factors, false);
        return () -> {
            x.ready.launch();
            gpu.multiply(product);
            addBias(gpu, memory.at(op.y()), memory.parameter(op.bias()), batch, workers * out, 1,
                    op.activation().isRelu());
        };
    }

    /**
     * Adds a bias to what a library has computed, and applies a ReLU, where asked.
     *
     * @param y address of the values [b, channels, plane]
     * @param bias address of the bias [channels], or 0 for none
     */
    static void addBias(Gpu gpu, long y, long bias, int batch, int channels, int plane, boolean relu) {
        gpu.forEach(4, "bias_relu", (long) batch * channels * plane, y, bias, channels, Divisor.of(channels), plane,
                Divisor.of(plane), relu ? 1 : 0);
    }

    /** Makes the gradient of a convolution's input that of the input of the ReLU before it, where one is asked for. */
    static void applyMask(Gpu gpu, Operands operands, ConvolutionShape shape) {
        if (operands.mask() != 0) {
            gpu.forEach(4, "mask_gradient", shape.inputValues(), operands.mask(), operands.x());
        }
    }

    @Override
    public CudaKernel multiplyBackwardWeights(Backward.MultiplyWeights op) {
        Forward.Multiply forward = op.forward();
        int in = forward.x().size();
        int out = op.dz().size();
        if (DenseLayer.takes(gpu, batch)) {
            DenseLayer layer = new DenseLayer(gpu, batch, workers, in, out);
            return () -> layer.weights(memory.at(forward.x()), memory.at(op.dz()), memory.gradient(forward.weight()),
                    memory.gradient(forward.bias()));
        }
        Input x = input(forward.x(), workspace(forward));
        Input dz = input(op.dz(), workspace(forward) + roundedBytes(forward.x()));
        Product product = new Product(in, out, batch, vectors(x.address, in),
                Factor.byRows(dz.address, workers * out, out),
                Factor.byColumns(memory.gradient(forward.weight()), in, (long) in * out), workers, factors, false);
        CudaKernel bias = biasGradient(op.dz(), forward.bias());
        return () -> {
            x.ready.launch();
            dz.ready.launch();
            gpu.multiply(product);
            bias.launch();
        };
    }

    @Override
    public CudaKernel multiplyBackwardInput(Backward.MultiplyInput op) {
        int in = op.dx().size();
        int out = op.dz().size();
        if (DenseLayer.takes(gpu, batch)) {
            DenseLayer layer = new DenseLayer(gpu, batch, workers, in, out);
            return () -> layer.data(
                    memory.at(op.dz()), memory.parameter(op.forward().weight()), memory.at(op.dx()));
        }
        Input dz = input(op.dz(), workspace(op.forward()));
        Product product = new Product(in, batch, out,
                Factor.byColumns(memory.factors(op.forward().weight()), in, (long) in * out),
                vectors(dz.address, out), vectors(memory.at(op.dx()), in), workers, factors, false);
        return () -> {
            dz.ready.launch();
            gpu.multiply(product);
        };
    }

    /**
     * A tensor as a factor of products.
     *
     * @param address of the values as products take them
     * @param ready makes them
     */
    private record Input(long address, CudaKernel ready) {}

    /** The tensor itself, or its values rounded to BF16 at an address of the workspace. */
    private Input input(Tensor tensor, long rounded) {
        return factors == Element.FP32
                ? new Input(memory.at(tensor), () -> { })
                : new Input(rounded, () -> gpu.forEach(
                        4, "round_values", memory.values(tensor), memory.at(tensor), rounded));
    }

    /** Address of the memory where a layer's factors are rounded, or 0 where they are not. */
    private long workspace(Forward.Multiply layer) {
        return factors == Element.FP32 ? 0 : workspace.address(roundedBytes(layer.x()) + roundedBytes(layer.y()));
    }

    private long roundedBytes(Tensor tensor) {
        return PatchWay.aligned(factors.bytes() * memory.values(tensor));
    }

    /** Values [b, n, size] as n matrices with a column for each image. */
    private Factor vectors(long address, int size) {
        return Factor.byColumns(address, workers * size, size);
    }

    @Override
    public CudaKernel normalize(Forward.Normalize op) {
        return normalizations.normalize(op);
    }

    @Override
    public CudaKernel normalizeBackward(Backward.Normalize op) {
        return normalizations.normalizeBackward(op);
    }

    @Override
    public CudaKernel groupNorm(Forward.GroupNorm op) {
        return normalizations.groupNorm(op);
    }

    @Override
    public CudaKernel groupNormBackward(Backward.GroupNorm op) {
        return normalizations.groupNormBackward(op);
    }

    @Override
    public CudaKernel layerNorm(Forward.LayerNorm op) {
        return normalizations.layerNorm(op);
    }

    @Override
    public CudaKernel layerNormBackward(Backward.LayerNorm op) {
        return normalizations.layerNormBackward(op);
    }

    @Override
    public CudaKernel attend(Forward.Attend op) {
        return tokens.attend(op);
    }

    @Override
    public CudaKernel attendBackward(Backward.Attend op) {
        return tokens.attendBackward(op);
    }

    @Override
    public CudaKernel embed(Forward.Embed op) {
        return tokens.embed(op);
    }

    @Override
    public CudaKernel embedBackward(Backward.EmbedPositions op) {
        return tokens.embedBackward(op);
    }

    @Override
    public CudaKernel evoNorm(Forward.EvoNorm op) {
        return normalizations.evoNorm(op);
    }

    @Override
    public CudaKernel evoNormBackward(Backward.EvoNorm op) {
        return normalizations.evoNormBackward(op);
    }

    @Override
    public CudaKernel maxPool(Forward.MaxPool op) {
        return pools.max(op);
    }

    @Override
    public CudaKernel maxPoolBackward(Backward.MaxPool op) {
        return pools.maxBackward(op);
    }

    @Override
    public CudaKernel averagePool(Forward.AveragePool op) {
        return pools.average(op);
    }

    @Override
    public CudaKernel averagePoolBackward(Backward.AveragePool op) {
        return pools.averageBackward(op);
    }

    @Override
    public CudaKernel apply(Forward.Apply op) {
        return () -> gpu.forEach(4, "apply_function", memory.values(op.y()), memory.at(op.x()), memory.at(op.y()),
                op.function().ordinal());
    }

    @Override
    public CudaKernel applyBackward(Backward.Apply op) {
        return () -> gpu.forEach(4, "apply_function_backward", memory.values(op.dx()), memory.at(op.forward().x()),
                memory.at(op.dy()), memory.at(op.dx()), op.forward().function().ordinal());
    }

    @Override
    public CudaKernel drop(Forward.Drop op) {
        long threshold = (long) Math.ceil(op.probability() * 0x1p53);
        float factor = (float) (1 / (1 - op.probability()));
        int size = op.x().size();
        return () -> gpu.forEach(4, "drop", memory.values(op.x()), memory.at(op.x()), memory.at(op.y()),
                memory.seeds(), op.stream(), threshold, factor, workers, Divisor.of(workers), size, Divisor.of(size));
    }

    @Override
    public CudaKernel add(Forward.Add op) {
        return () -> gpu.forEach(4, "add", memory.values(op.sum()), memory.at(op.a()), memory.at(op.b()),
                memory.at(op.sum()), op.activation().isRelu() ? 1 : 0);
    }

    @Override
    public CudaKernel activateBackward(Backward.Activate op) {
        return () -> gpu.forEach(4, "relu_backward", memory.values(op.dz()), memory.at(op.y()), memory.at(op.dy()),
                memory.at(op.dz()));
    }

    @Override
    public CudaKernel activateBackwardOfSum(Backward.ActivateSum op) {
        return () -> gpu.forEach(4, "relu_backward_of_sum", memory.values(op.dz()), memory.at(op.y()),
                memory.at(op.a()), memory.at(op.b()), memory.at(op.dz()));
    }

    @Override
    public CudaKernel meanLoss(Backward.MeanLoss op) {
        int classes = op.logits().size();
        String kernel = op.kind() == Loss.CROSS_ENTROPY ? "cross_entropy" : "squared_error";
        return () -> {
            gpu.forEach(kernel, (long) batch * workers, memory.at(op.logits()), memory.labels(),
                    memory.at(op.gradient()), memory.imageLosses(), (float) op.smoothing(), batch, workers, classes);
            gpu.forEach("mean_losses", workers, memory.imageLosses(), memory.losses(), batch);
        };
    }

    /** Pixels of a channel. */
    static int plane(Tensor tensor) {
        return tensor.height() * tensor.width();
    }
}
