package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Primitives;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.engine.stacked.cuda.ConvolutionRoute.Operands;
import dev.gossamer.engine.stacked.cuda.ConvolutionShape.Pass;
import dev.gossamer.engine.stacked.cuda.Product.Factor;
import dev.gossamer.model.BatchNormSpec;
import dev.gossamer.model.EvoNormSpec;
import java.util.HashMap;
import java.util.Map;

/**
 * What a program's operations are on a GPU, for all replicas at once. Products are the libraries'; the rest are the
 * kernels of {@code elementwise.cu} and {@code channels.cu}.
 */
final class CudaKernels implements Primitives<CudaKernel> {

    private final Gpu gpu;
    private final ProgramMemory memory;
    private final ConvolutionTrials convolutions;
    private final int batch;
    private final int workers;
    private final Map<Operation, Long> statistics = new HashMap<>();

    /**
     * @param memory where the arrays lie
     * @param convolutions chooses among the ways to convolve
     */
    CudaKernels(Gpu gpu, ProgramMemory memory, ConvolutionTrials convolutions) {
        this.gpu = gpu;
        this.memory = memory;
        this.convolutions = convolutions;
        batch = memory.batch();
        workers = memory.workers();
    }

    @Override
    public CudaKernel convolve(Operation.Convolve op) {
        Operands operands = new Operands(memory.at(op.x()), memory.parameter(op.weight()), memory.parameter(op.bias()),
                op.relu(), 0, memory.at(op.y()));
        return convolutions.kernel(Pass.FORWARD, op, operands);
    }

    @Override
    public CudaKernel convolveBackwardWeights(Operation.ConvolveBackwardWeights op) {
        Operation.Convolve forward = op.forward();
        Operands operands = new Operands(
                memory.at(forward.x()), memory.gradient(forward.weight()), 0, false, 0, memory.at(op.dz()));
        CudaKernel weights = convolutions.kernel(Pass.WEIGHTS, forward, operands);
        if (forward.bias() == null) {
            return weights;
        }
        CudaKernel bias = biasGradient(op.dz(), forward.bias());
        return () -> {
            weights.launch();
            bias.launch();
        };
    }

    @Override
    public CudaKernel convolveBackwardData(Operation.ConvolveBackwardData op) {
        Operation.Convolve forward = op.forward();
        Operands operands = new Operands(
                memory.at(op.dx()), memory.parameter(forward.weight()), 0, false, 0, memory.at(op.dz()));
        return convolutions.kernel(Pass.DATA, forward, operands);
    }

    private CudaKernel biasGradient(Tensor dz, Slice bias) {
        int channels = memory.channels(dz);
        if (plane(dz) == 1) {
            return () -> gpu.forEach("sum_images", channels, memory.at(dz), memory.gradient(bias), batch);
        }
        return () -> gpu.forEachChannel("bias_gradient", channels, memory.at(dz), memory.gradient(bias), batch,
                channels, plane(dz));
    }

    @Override
    public CudaKernel multiply(Operation.Multiply op) {
        int in = op.x().size();
        int out = op.y().size();
        Product product = new Product(out, batch, in, Factor.byRows(memory.parameter(op.weight()), in, (long) in * out),
                vectors(op.x()), vectors(op.y()), workers, false);
        return () -> {
            gpu.multiply(product);
            gpu.forEach("bias_relu", memory.values(op.y()), memory.at(op.y()), memory.parameter(op.bias()),
                    workers * out, 1, op.relu() ? 1 : 0);
        };
    }

    @Override
    public CudaKernel multiplyBackwardWeights(Operation.MultiplyBackwardWeights op) {
        int in = op.forward().x().size();
        int out = op.dz().size();
        Product product = new Product(in, out, batch, vectors(op.forward().x()),
                Factor.byRows(memory.at(op.dz()), workers * out, out),
                Factor.byColumns(memory.gradient(op.forward().weight()), in, (long) in * out), workers, false);
        CudaKernel bias = biasGradient(op.dz(), op.forward().bias());
        return () -> {
            gpu.multiply(product);
            bias.launch();
        };
    }

    @Override
    public CudaKernel multiplyBackwardData(Operation.MultiplyBackwardData op) {
        int in = op.dx().size();
        int out = op.dz().size();
        Product product = new Product(in, batch, out,
                Factor.byColumns(memory.parameter(op.forward().weight()), in, (long) in * out),
                vectors(op.dz()), vectors(op.dx()), workers, false);
        return () -> gpu.multiply(product);
    }

    /** A tensor [b, n, size] as n matrices with a column for each image. */
    private Factor vectors(Tensor tensor) {
        return Factor.byColumns(memory.at(tensor), workers * tensor.size(), tensor.size());
    }

    @Override
    public CudaKernel normalize(Operation.Normalize op) {
        int channels = memory.channels(op.x());
        long moments = gpu.allocate(2L * Float.BYTES * channels, "the statistics of a batch norm");
        statistics.put(op, moments);
        return () -> gpu.forEachChannel("normalize", channels, memory.at(op.x()), memory.parameter(op.gamma()),
                memory.parameter(op.beta()), memory.at(op.y()), moments, batch, channels, plane(op.x()),
                (float) BatchNormSpec.EPSILON, op.relu() ? 1 : 0);
    }

    @Override
    public CudaKernel normalizeBackward(Operation.NormalizeBackward op) {
        Operation.Normalize forward = op.forward();
        int channels = memory.channels(forward.x());
        long moments = statistics.get(forward);
        return () -> gpu.forEachChannel("normalize_backward", channels, memory.at(forward.x()),
                memory.parameter(forward.gamma()), memory.parameter(forward.beta()), memory.at(op.dy()), moments,
                memory.at(op.dx()), memory.gradient(forward.gamma()), memory.gradient(forward.beta()), batch, channels,
                plane(forward.x()), forward.relu() ? 1 : 0);
    }

    @Override
    public CudaKernel evoNorm(Operation.EvoNorm op) {
        int groups = batch * workers * op.groups();
        long moments = gpu.allocate(2L * Float.BYTES * groups, "the statistics of an EvoNorm");
        statistics.put(op, moments);
        return () -> gpu.forEachChannel("evo_norm", groups, memory.at(op.x()), memory.parameter(op.gamma()),
                memory.parameter(op.beta()), memory.parameter(op.v()), memory.at(op.y()), moments, groups,
                op.x().size() / op.groups(), memory.channels(op.x()), plane(op.x()), (float) EvoNormSpec.EPSILON);
    }

    @Override
    public CudaKernel evoNormBackward(Operation.EvoNormBackward op) {
        Operation.EvoNorm forward = op.forward();
        Tensor x = forward.x();
        int groups = batch * workers * forward.groups();
        int channels = memory.channels(x);
        long moments = statistics.get(forward);
        return () -> {
            gpu.forEachChannel("evo_norm_backward", groups, memory.at(x), memory.parameter(forward.gamma()),
                    memory.parameter(forward.v()), memory.at(op.dy()), moments, memory.at(op.dx()), groups,
                    x.size() / forward.groups(), channels, plane(x));
            gpu.forEachChannel("evo_norm_parameters", channels, memory.at(x), memory.parameter(forward.gamma()),
                    memory.parameter(forward.v()), memory.at(op.dy()), moments, memory.gradient(forward.gamma()),
                    memory.gradient(forward.beta()), memory.gradient(forward.v()), batch, channels, plane(x),
                    x.channels() / forward.groups());
        };
    }

    @Override
    public CudaKernel maxPool(Operation.MaxPool op) {
        return () -> gpu.forEach("max_pool", memory.values(op.y()), memory.at(op.x()), memory.at(op.y()),
                op.x().height(), op.x().width());
    }

    @Override
    public CudaKernel maxPoolBackward(Operation.MaxPoolBackward op) {
        Tensor x = op.forward().x();
        return () -> gpu.forEach("max_pool_backward", memory.values(x), memory.at(x), memory.at(op.dy()),
                memory.at(op.dx()), x.height(), x.width());
    }

    @Override
    public CudaKernel averagePool(Operation.AveragePool op) {
        return () -> gpu.forEach("average_pool", memory.values(op.y()), memory.at(op.x()), memory.at(op.y()),
                plane(op.x()));
    }

    @Override
    public CudaKernel averagePoolBackward(Operation.AveragePoolBackward op) {
        return () -> gpu.forEach("average_pool_backward", memory.values(op.dx()), memory.at(op.dy()),
                memory.at(op.dx()), plane(op.dx()));
    }

    @Override
    public CudaKernel drop(Operation.Drop op) {
        long threshold = (long) Math.ceil(op.probability() * 0x1p53);
        float factor = (float) (1 / (1 - op.probability()));
        return () -> gpu.forEach("drop", memory.values(op.x()), memory.at(op.x()), memory.at(op.y()), memory.seeds(),
                op.stream(), threshold, factor, workers, op.x().size());
    }

    @Override
    public CudaKernel add(Operation.Add op) {
        return () -> gpu.forEach("add", memory.values(op.sum()), memory.at(op.a()), memory.at(op.b()),
                memory.at(op.sum()), op.relu() ? 1 : 0);
    }

    @Override
    public CudaKernel reluBackward(Operation.ReluBackward op) {
        return () -> gpu.forEach("relu_backward", memory.values(op.dz()), memory.at(op.y()), memory.at(op.dy()),
                memory.at(op.dz()));
    }

    @Override
    public CudaKernel crossEntropy(Operation.CrossEntropy op) {
        int classes = op.logits().size();
        return () -> {
            gpu.forEach("cross_entropy", (long) batch * workers, memory.at(op.logits()), memory.labels(),
                    memory.at(op.gradient()), memory.imageLosses(), batch, workers, classes);
            gpu.forEach("mean_losses", workers, memory.imageLosses(), memory.losses(), batch);
        };
    }

    private static int plane(Tensor tensor) {
        return tensor.height() * tensor.width();
    }
}
