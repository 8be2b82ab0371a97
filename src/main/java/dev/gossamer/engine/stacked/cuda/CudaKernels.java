package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.driver.Divisor.quotientUp;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
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
import dev.gossamer.model.BatchNormSpec;
import dev.gossamer.model.GroupNormSpec;
import dev.gossamer.model.Loss;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a program's operations are on a GPU, for all replicas at once: kernels of the engine's own, but for some
 * products, which are cuBLAS's, and convolutions, whose ways {@link ConvolutionTrials} chooses among.
 */
final class CudaKernels implements Primitives<CudaKernel> {

    /** Values of a channel that a thread reads at once, in packs of 4: see {@code channels.cu}. */
    private static final int PACKS_PER_THREAD = 4;

    private final Gpu gpu;
    private final ProgramMemory memory;
    private final ConvolutionTrials convolutions;
    private final Workspace workspace;
    private final Element factors;
    private final int batch;
    private final int workers;
    private final Pools pools;
    private final Map<Operation, Long> statistics = new HashMap<>();

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
        pools = new Pools(gpu, memory);
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
        int columns = Math.min(gpu.threads(), threadsOfChannel(plane));
        int lanes = gpu.threads() / columns;
        Gpu.Grid grid = new Gpu.Grid(quotientUp(channels, lanes), columns, lanes, Double.BYTES * gpu.threads());
        return () -> gpu.launch("bias_gradient", grid, memory.at(dz), memory.gradient(bias), channels, plane,
                Divisor.of(plane), batch * plane);
    }

    /** So many threads for a channel, a power of two, that each reads a few of its values at a time. */
    private int threadsOfChannel(int plane) {
        int packs = plane % 4 == 0 ? batch * plane / 4 : batch * plane;
        return Integer.highestOneBit(packs / PACKS_PER_THREAD | 1);
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
        int channels = memory.channels(op.x());
        long moments = statistics(op, channels, "a batch norm");
        int plane = plane(op.x());
        int count = batch * plane;
        Optional<Gpu.Grid> shared = normalization(channels, count, plane, 1);
        if (shared.isPresent()) {
            return () -> gpu.launch("normalize_shared", shared.get(), memory.at(op.x()), memory.parameter(op.gamma()),
                    memory.parameter(op.beta()), memory.at(op.y()), moments, channels, plane, Divisor.of(plane), count,
                    (float) BatchNormSpec.EPSILON, op.activation().isRelu() ? 1 : 0);
        }
        return () -> gpu.forEachChannel("normalize", channels, memory.at(op.x()), memory.parameter(op.gamma()),
                memory.parameter(op.beta()), memory.at(op.y()), moments, batch, channels, plane,
                (float) BatchNormSpec.EPSILON, op.activation().isRelu() ? 1 : 0);
    }

    /** Address of as many means and inverse standard deviations, which the backward pass finds by the operation. */
    private long statistics(Forward.Unary op, int count, String kind) {
        return statistics.computeIfAbsent(
                op, key -> gpu.allocate(2L * Float.BYTES * count, "the statistics of " + kind));
    }

    @Override
    public CudaKernel normalizeBackward(Backward.Normalize op) {
        Forward.Normalize forward = op.forward();
        int channels = memory.channels(forward.x());
        long moments = statistics.get(forward);
        int plane = plane(forward.x());
        int count = batch * plane;
        Optional<Gpu.Grid> shared = normalization(channels, count, plane, 2);
        if (shared.isPresent()) {
            return () -> gpu.launch("normalize_backward_shared", shared.get(), memory.at(forward.x()),
                    memory.parameter(forward.gamma()), memory.parameter(forward.beta()), memory.at(op.dy()), moments,
                    memory.at(op.dx()), memory.gradient(forward.gamma()), memory.gradient(forward.beta()), channels,
                    plane, Divisor.of(plane), count, forward.activation().isRelu() ? 1 : 0);
        }
        return () -> gpu.forEachChannel("normalize_backward", channels, memory.at(forward.x()),
                memory.parameter(forward.gamma()), memory.parameter(forward.beta()), memory.at(op.dy()), moments,
                memory.at(op.dx()), memory.gradient(forward.gamma()), memory.gradient(forward.beta()), batch, channels,
                plane, forward.activation().isRelu() ? 1 : 0);
    }

    /**
     * Threads for batch norm with some arrays of a channel's values in shared memory: several channels per block where
     * they are small. None where the values do not fit.
     */
    private Optional<Gpu.Grid> normalization(int channels, int count, int plane, int arrays) {
        int columns = Math.max(Gpu.WARP, Math.min(2 * gpu.threads(), threadsOfChannel(plane)));
        int lanes = Math.max(1, gpu.threads() / columns);
        long bytes = (long) lanes * (Double.BYTES * columns + (long) Float.BYTES * arrays * count);
        return bytes <= gpu.sharedBytes()
                ? Optional.of(new Gpu.Grid(quotientUp(channels, lanes), columns, lanes, (int) bytes))
                : Optional.empty();
    }

    @Override
    public CudaKernel groupNorm(Forward.GroupNorm op) {
        int groups = batch * workers * op.groups();
        int channels = memory.channels(op.x());
        long moments = statistics(op, groups, "a group norm");
        return () -> gpu.forEachChannel("group_norm", groups, memory.at(op.x()), memory.parameter(op.gamma()),
                memory.parameter(op.beta()), memory.at(op.y()), moments, groups, op.x().size() / op.groups(), channels,
                Divisor.of(channels), Divisor.of(plane(op.x())), (float) GroupNormSpec.EPSILON,
                op.activation().isRelu() ? 1 : 0);
    }

    @Override
    public CudaKernel groupNormBackward(Backward.GroupNorm op) {
        Forward.GroupNorm forward = op.forward();
        Tensor x = forward.x();
        int groups = batch * workers * forward.groups();
        int channels = memory.channels(x);
        long moments = statistics.get(forward);
        int relu = forward.activation().isRelu() ? 1 : 0;
        return () -> {
            gpu.forEachChannel("group_norm_backward", groups, memory.at(x), memory.parameter(forward.gamma()),
                    memory.parameter(forward.beta()), memory.at(op.dy()), moments, memory.at(op.dx()), groups,
                    x.size() / forward.groups(), channels, Divisor.of(channels), Divisor.of(plane(x)), relu);
            gpu.forEachChannel("group_norm_parameters", channels, memory.at(x), memory.parameter(forward.gamma()),
                    memory.parameter(forward.beta()), memory.at(op.dy()), moments, memory.gradient(forward.gamma()),
                    memory.gradient(forward.beta()), batch, channels, plane(x), x.channels() / forward.groups(), relu);
        };
    }

    @Override
    public CudaKernel evoNorm(Forward.EvoNorm op) {
        int groups = batch * workers * op.groups();
        int channels = memory.channels(op.x());
        long moments = statistics(op, groups, "an EvoNorm");
        return () -> gpu.forEachChannel("evo_norm", groups, memory.at(op.x()), memory.parameter(op.gamma()),
                memory.parameter(op.beta()), memory.parameter(op.v()), memory.at(op.y()), moments, groups,
                op.x().size() / op.groups(), channels, Divisor.of(channels), Divisor.of(plane(op.x())),
                (float) GroupNormSpec.EPSILON);
    }

    @Override
    public CudaKernel evoNormBackward(Backward.EvoNorm op) {
        Forward.EvoNorm forward = op.forward();
        Tensor x = forward.x();
        int groups = batch * workers * forward.groups();
        int channels = memory.channels(x);
        long moments = statistics.get(forward);
        return () -> {
            gpu.forEachChannel("evo_norm_backward", groups, memory.at(x), memory.parameter(forward.gamma()),
                    memory.parameter(forward.v()), memory.at(op.dy()), moments, memory.at(op.dx()), groups,
                    x.size() / forward.groups(), channels, Divisor.of(channels), Divisor.of(plane(x)));
            gpu.forEachChannel("evo_norm_parameters", channels, memory.at(x), memory.parameter(forward.gamma()),
                    memory.parameter(forward.v()), memory.at(op.dy()), moments, memory.gradient(forward.gamma()),
                    memory.gradient(forward.beta()), memory.gradient(forward.v()), batch, channels, plane(x),
                    x.channels() / forward.groups());
        };
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

    private static int plane(Tensor tensor) {
        return tensor.height() * tensor.width();
    }
}
