package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.CudaKernels.plane;
import static dev.gossamer.engine.stacked.cuda.driver.Divisor.quotientUp;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.engine.stacked.cuda.driver.Divisor;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.model.BatchNormSpec;
import dev.gossamer.model.GroupNormSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Normalisations on a GPU: those of channels over the batch, and those of each image by itself. */
final class NormalizationKernels {

    /** Values of a channel that a thread reads at once, in packs of 4: see {@code channels.cu}. */
    private static final int PACKS_PER_THREAD = 4;

    private final Gpu gpu;
    private final ProgramMemory memory;
    private final int batch;
    private final int workers;
    private final Map<Operation, Long> statistics = new HashMap<>();

    /** @param memory where the arrays lie */
    NormalizationKernels(Gpu gpu, ProgramMemory memory) {
        this.gpu = gpu;
        this.memory = memory;
        batch = memory.batch();
        workers = memory.workers();
    }

    /** Batch norm, activation. */
    CudaKernel normalize(Forward.Normalize op) {
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

    /** Gradients of a batch norm's input, scale and shift. */
    CudaKernel normalizeBackward(Backward.Normalize op) {
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
        int columns = Math.max(Gpu.WARP, Math.min(2 * gpu.threads(), threadsOfChannel(batch, plane)));
        int lanes = Math.max(1, gpu.threads() / columns);
        long bytes = (long) lanes * (Double.BYTES * columns + (long) Float.BYTES * arrays * count);
        return bytes <= gpu.sharedBytes()
                ? Optional.of(new Gpu.Grid(quotientUp(channels, lanes), columns, lanes, (int) bytes))
                : Optional.empty();
    }

    /** Group norm, activation. */
    CudaKernel groupNorm(Forward.GroupNorm op) {
        int groups = batch * workers * op.groups();
        int channels = memory.channels(op.x());
        long moments = statistics(op, groups, "a group norm");
        return () -> gpu.forEachChannel("group_norm", groups, memory.at(op.x()), memory.parameter(op.gamma()),
                memory.parameter(op.beta()), memory.at(op.y()), moments, groups, op.x().size() / op.groups(), channels,
                Divisor.of(channels), Divisor.of(plane(op.x())), (float) GroupNormSpec.EPSILON,
                op.activation().isRelu() ? 1 : 0);
    }

    /** Gradients of a group norm's input, scale and shift. */
    CudaKernel groupNormBackward(Backward.GroupNorm op) {
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

    /** Layer norm. */
    CudaKernel layerNorm(Forward.LayerNorm op) {
        int plane = plane(op.x());
        int tokens = batch * workers * plane;
        long moments = statistics(op, tokens, "a layer norm");
        return () -> gpu.forEach("layer_norm", tokens, memory.at(op.x()), memory.parameter(op.gamma()),
                memory.parameter(op.beta()), memory.at(op.y()), moments, workers, Divisor.of(workers),
                op.x().channels(), plane, Divisor.of(plane), (float) GroupNormSpec.EPSILON);
    }

    /** Gradients of a layer norm's input, scale and shift. */
    CudaKernel layerNormBackward(Backward.LayerNorm op) {
        Forward.LayerNorm forward = op.forward();
        Tensor x = forward.x();
        int plane = plane(x);
        int channels = memory.channels(x);
        long moments = statistics.get(forward);
        return () -> {
            gpu.forEach("layer_norm_backward", (long) batch * workers * plane, memory.at(x),
                    memory.parameter(forward.gamma()), memory.at(op.dy()), moments, memory.at(op.dx()), workers,
                    Divisor.of(workers), x.channels(), plane, Divisor.of(plane));
            gpu.forEachChannel("layer_norm_parameters", channels, memory.at(x), memory.at(op.dy()), moments,
                    memory.gradient(forward.gamma()), memory.gradient(forward.beta()), batch, channels, plane,
                    x.channels());
        };
    }

    /** EvoNorm-S0. */
    CudaKernel evoNorm(Forward.EvoNorm op) {
        int groups = batch * workers * op.groups();
        int channels = memory.channels(op.x());
        long moments = statistics(op, groups, "an EvoNorm");
        return () -> gpu.forEachChannel("evo_norm", groups, memory.at(op.x()), memory.parameter(op.gamma()),
                memory.parameter(op.beta()), memory.parameter(op.v()), memory.at(op.y()), moments, groups,
                op.x().size() / op.groups(), channels, Divisor.of(channels), Divisor.of(plane(op.x())),
                (float) GroupNormSpec.EPSILON);
    }

    /** Gradients of an EvoNorm's input and parameters. */
    CudaKernel evoNormBackward(Backward.EvoNorm op) {
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

    /** So many threads for a channel, a power of two, that each reads a few of its values at a time. */
    static int threadsOfChannel(int batch, int plane) {
        int packs = plane % 4 == 0 ? batch * plane / 4 : batch * plane;
        return Integer.highestOneBit(packs / PACKS_PER_THREAD | 1);
    }
}
