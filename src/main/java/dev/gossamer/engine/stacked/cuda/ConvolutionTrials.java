package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.Preparation.Candidate;
import dev.gossamer.engine.Preparation.Choice;
import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.ConvolutionWay.Epilogue;
import dev.gossamer.engine.stacked.cuda.ConvolutionWay.Operands;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Element;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.Gpu.GroupedConvolution;
import dev.gossamer.engine.stacked.cuda.driver.GroupedShape.Pass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the fastest way for each convolution of a program by trying all of them, once for each shape; see
 * {@link Trial}. What wins is kept, so that the next process decides alike.
 */
final class ConvolutionTrials {

    /** Ways that the switch {@link Switch#ROUTES} names. */
    static final String OWN = "own";
    static final String PATCHES = "patches";
    static final String CUDNN = "cudnn";

    private final Gpu gpu;
    private final Choices kept;
    private final Set<String> allowed;
    private final int batch;
    private final int workers;
    private final long bytes;
    private final Workspace workspace;
    private final long address;
    private final Map<ConvolutionShape, ConvolutionWay> fastest = new HashMap<>();
    private final Map<String, Choice> choices = new LinkedHashMap<>();

    /**
     * Reserves the workspace.
     *
     * @param kept the ways that won in trials before
     * @param workspace of all programs
     * @param allowed ways that may be taken, as {@link Switch#ROUTES} names them
     * @param batch images per replica b
     * @param workers number of replicas n
     */
    ConvolutionTrials(Gpu gpu, Choices kept, Workspace workspace, Set<String> allowed, Program program, int batch,
            int workers) {
        this.gpu = gpu;
        this.kept = kept;
        this.allowed = allowed;
        this.workspace = workspace;
        this.batch = batch;
        this.workers = workers;
        long one = program.operations().stream()
                .flatMap(operation -> shape(operation).stream())
                .mapToLong(shape -> PatchWay.bytes(shape, Element.ofFactors(gpu.precision())))
                .max().orElse(0);
        bytes = Math.max(one, Math.min(one * workers, workspace.most()));
        address = one == 0 ? 0 : workspace.address(bytes);
        program.operations().forEach(operation -> shape(operation)
                .ifPresent(shape -> compile(shape, epilogue(operation))));
    }

    /** Begins to make all ways ready that will be tried, and the one that they are compared with, or the known one. */
    private void compile(ConvolutionShape shape, Epilogue epilogue) {
        List<ConvolutionWay> ways = ownKernels(shape);
        Optional<Choice> known = kept.get(key(shape));
        if (known.isPresent()) {
            way(ways, known.get()).ifPresent(way -> way.compile(epilogue));
        } else {
            patches(shape).compile(epilogue);
            ways.forEach(way -> way.compile(epilogue));
        }
    }

    private static Epilogue epilogue(Operation operation) {
        if (operation instanceof Forward.Convolve forward) {
            return new Epilogue(forward.bias() != null, forward.activation().isRelu(), false);
        }
        return new Epilogue(false, false,
                operation instanceof Backward.ConvolveInput backward && backward.through().isRelu());
    }

    private String key(ConvolutionShape shape) {
        return shape + ", " + bytes + " bytes of workspace";
    }

    /** The kernel of a pass of a convolution. */
    CudaKernel kernel(Pass pass, Forward.Convolve convolution, Operands operands) {
        ConvolutionShape shape = shape(pass, convolution);
        ConvolutionWay way = fastest.computeIfAbsent(shape, s -> choose(s, operands));
        return new WayKernel(way, operands);
    }

    /** A way with what it works on. */
    private record WayKernel(ConvolutionWay chosen, Operands operands) implements CudaKernel {

        @Override
        public void launch() {
            chosen.launch(operands);
        }

        @Override
        public String way() {
            return chosen.name();
        }
    }

    /** What was decided, in the order of the program. */
    List<Choice> choices() {
        return List.copyOf(choices.values());
    }

    private ConvolutionShape shape(Pass pass, Forward.Convolve convolution) {
        return ConvolutionShape.of(pass, batch, workers, convolution);
    }

    /** That of an operation, if it is a pass of a convolution. */
    private Optional<ConvolutionShape> shape(Operation operation) {
        if (operation instanceof Forward.Convolve forward) {
            return Optional.of(shape(Pass.FORWARD, forward));
        }
        if (operation instanceof Backward.ConvolveWeights backward) {
            return Optional.of(shape(Pass.WEIGHTS, backward.forward()));
        }
        if (operation instanceof Backward.ConvolveInput backward) {
            return Optional.of(shape(Pass.DATA, backward.forward()));
        }
        return Optional.empty();
    }

    /** A way that was kept, or else the fastest one; where none passes, patches, which are not kept for that. */
    private ConvolutionWay choose(ConvolutionShape shape, Operands operands) {
        List<Candidate> refused = new ArrayList<>();
        List<ConvolutionWay> ways = ways(shape, refused);
        String key = key(shape);
        Optional<Choice> before = kept.get(key).filter(choice -> way(ways, choice).isPresent());
        Choice choice = before.orElseGet(() -> {
            Trial trial = new Trial(gpu, shape, operands, workspace.sums());
            trial.reference(patches(shape));
            ways.forEach(trial::attempt);
            refused.addAll(0, trial.candidates());
            Choice made = new Choice(shape.toString(), trial.best().map(ConvolutionWay::name).orElse(PATCHES), false,
                    List.copyOf(refused));
            return trial.best().map(best -> kept.keep(key, made))
                    .filter(first -> way(ways, first).isPresent()).orElse(made);
        });
        choices.put(shape.toString(), choice);
        return way(ways, choice).orElseGet(() -> patches(shape));
    }

    private static Optional<ConvolutionWay> way(List<ConvolutionWay> ways, Choice choice) {
        return ways.stream().filter(way -> way.name().equals(choice.chosen())).findFirst();
    }

    private List<ConvolutionWay> ways(ConvolutionShape shape, List<Candidate> refused) {
        List<ConvolutionWay> ways = ownKernels(shape);
        if (allowed.contains(CUDNN)) {
            ways.addAll(grouped(shape, refused));
        }
        return ways;
    }

    /** Those that are compiled for a shape. */
    private List<ConvolutionWay> ownKernels(ConvolutionShape shape) {
        List<ConvolutionWay> ways = new ArrayList<>();
        if (allowed.contains(PATCHES)) {
            ways.add(patches(shape));
        }
        if (allowed.contains(OWN)) {
            ways.addAll(OwnWay.candidates(gpu, shape, address, bytes));
        }
        return ways;
    }

    private ConvolutionWay patches(ConvolutionShape shape) {
        return new PatchWay(gpu, shape, address, bytes);
    }

    /** The library's ways, if it has any for this shape. */
    private List<ConvolutionWay> grouped(ConvolutionShape shape, List<Candidate> refused) {
        try {
            List<GroupedConvolution> found = gpu.convolutions(shape.grouped(), bytes);
            if (found.isEmpty()) {
                refused.add(Candidate.refused(GroupedConvolution.LIBRARY,
                        "it has no deterministic algorithm for this shape in " + gpu.precision() + " with "
                                + (bytes >> 20) + " MiB of workspace"));
            }
            return found.stream()
                    .<ConvolutionWay>map(convolution -> new GroupedWay(gpu, shape, convolution, address))
                    .toList();
        } catch (CudaException e) {
            refused.add(Candidate.refused(GroupedConvolution.LIBRARY, e.getMessage()));
            return List.of();
        }
    }
}
