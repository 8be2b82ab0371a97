package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.ConvolutionRoute.Operands;
import dev.gossamer.engine.stacked.cuda.ConvolutionShape.Pass;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the fastest way for each convolution of a program by trying all of them, once for each shape. Which one wins
 * may differ from run to run, and then do results, by rounding.
 */
final class ConvolutionTrials {

    private static final int LAUNCHES = 3;
    private static final Logger LOG = LoggerFactory.getLogger(ConvolutionTrials.class);

    private final Gpu gpu;
    private final int batch;
    private final int workers;
    private final long bytes;
    private final long workspace;
    private final Map<ConvolutionShape, ConvolutionRoute> fastest = new HashMap<>();

    /**
     * Reserves the workspace that all convolutions of the program share.
     *
     * @param batch images per replica b
     * @param workers number of replicas n
     */
    ConvolutionTrials(Gpu gpu, Program program, int batch, int workers) {
        this.gpu = gpu;
        this.batch = batch;
        this.workers = workers;
        long one = program.operations().stream()
                .filter(Operation.Convolve.class::isInstance)
                .mapToLong(operation -> PatchRoute.bytes(shape(Pass.FORWARD, (Operation.Convolve) operation)))
                .max().orElse(0);
        bytes = Math.max(one, Math.min(one * workers, gpu.workspaceBytes()));
        workspace = one == 0 ? 0 : gpu.allocate(bytes, "the patches of convolutions");
    }

    /** The kernel of a pass of a convolution. */
    CudaKernel kernel(Pass pass, Operation.Convolve convolution, Operands operands) {
        ConvolutionShape shape = shape(pass, convolution);
        ConvolutionRoute route = fastest.computeIfAbsent(shape, s -> fastest(s, operands));
        return () -> route.launch(operands);
    }

    private ConvolutionShape shape(Pass pass, Operation.Convolve convolution) {
        return ConvolutionShape.of(pass, batch, workers, convolution);
    }

    private ConvolutionRoute fastest(ConvolutionShape shape, Operands operands) {
        ConvolutionRoute best = new PatchRoute(gpu, shape, workspace, bytes);
        double least = milliseconds(best, operands);
        for (ConvolutionRoute route : grouped(shape)) {
            double milliseconds = attempt(route, operands);
            LOG.debug("{}: {} takes {} ms, {} {} ms", shape, route.name(), milliseconds, best.name(), least);
            if (milliseconds < least) {
                best = route;
                least = milliseconds;
            }
        }
        return best;
    }

    /** The library's ways, if it has any for this shape. */
    private List<ConvolutionRoute> grouped(ConvolutionShape shape) {
        try {
            return gpu.convolutions(shape, bytes).stream()
                    .<ConvolutionRoute>map(convolution -> new GroupedRoute(gpu, shape, convolution, workspace))
                    .toList();
        } catch (CudaException e) {
            LOG.debug("{}: no grouped convolution", shape, e);
            return List.of();
        }
    }

    /** Time of a way that may not work after all; then it takes for ever. */
    private double attempt(ConvolutionRoute route, Operands operands) {
        try {
            return milliseconds(route, operands);
        } catch (CudaException e) {
            LOG.debug("{} does not work", route.name(), e);
            return Double.POSITIVE_INFINITY;
        }
    }

    private double milliseconds(ConvolutionRoute route, Operands operands) {
        route.launch(operands);
        return gpu.milliseconds(() -> {
            for (int i = 0; i < LAUNCHES; i++) {
                route.launch(operands);
            }
        }) / LAUNCHES;
    }
}
