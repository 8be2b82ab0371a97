package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.Preparation.Choice;
import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program for some replicas and one batch size, with its memory, recorded to be run as one. */
final class LoadedProgram {

    /** Runs before the one whose operations are timed, and how each is timed. */
    private static final int RUNS_BEFORE_PROFILE = 3;
    private static final int LAUNCHES = 5;

    private static final Logger LOG = LoggerFactory.getLogger(LoadedProgram.class);

    private final Gpu gpu;
    private final Settings settings;
    private final String name;
    private final Program program;
    private final ProgramMemory memory;
    private final Workspace workspace;
    private final double milliseconds;
    private List<CudaKernel> kernels;
    private List<Choice> choices;
    private String recording;
    private Runnable run;
    private int runs;

    /**
     * Prepares all operations and runs them once, on noise.
     *
     * @param name what it is for
     * @param memory where its arrays lie
     * @param workspace of all programs
     */
    LoadedProgram(Gpu gpu, Settings settings, String name, Program program, ProgramMemory memory,
            Workspace workspace) {
        this.gpu = gpu;
        this.settings = settings;
        this.name = name + ", " + memory.workers() + " times " + memory.batch() + " images";
        this.program = program;
        this.memory = memory;
        this.workspace = workspace;
        long begin = System.nanoTime();
        memory.fillWithNoise(gpu);
        prepareAndRecord();
        milliseconds = (System.nanoTime() - begin) * 1e-6;
    }

    /** A library's call that cannot be recorded costs that library, not the graph. */
    private void prepareAndRecord() {
        Set<String> ways = new TreeSet<>(List.of(settings.switches().value(Switch.ROUTES).split(",")));
        prepare(ways);
        if (settings.switches().value(Switch.GRAPH).equals("off")) {
            leaveUnrecorded(Switch.GRAPH.variable() + "=off");
            return;
        }
        try {
            record("");
        } catch (CudaException e) {
            if (choices.stream().anyMatch(choice -> choice.chosen().startsWith(Gpu.GroupedConvolution.LIBRARY))) {
                ways.remove(ConvolutionTrials.CUDNN);
                prepare(ways);
                recordOrLeave(", without cuDNN's convolutions: " + e.getMessage());
            } else {
                leaveUnrecorded(e.getMessage());
            }
        }
    }

    private void recordOrLeave(String note) {
        try {
            record(note);
        } catch (CudaException e) {
            leaveUnrecorded(e.getMessage());
        }
    }

    private void prepare(Set<String> ways) {
        ConvolutionTrials trials = new ConvolutionTrials(
                gpu, settings.choices(), workspace, ways, program, memory.batch(), memory.workers());
        CudaKernels primitives = new CudaKernels(gpu, memory, trials, workspace);
        List<CudaKernel> sequence = new ArrayList<>();
        for (Operation operation : program.operations()) {
            sequence.add(operation.prepare(primitives));
        }
        kernels = sequence;
        choices = trials.choices();
        launchAll();
        gpu.await();
    }

    private void record(String note) {
        Gpu.Recording graph = gpu.record(this::launchAll);
        recording = "a CUDA graph of " + graph.nodes() + " nodes" + note;
        run = graph;
    }

    /** The host then launches each kernel anew. */
    private void leaveUnrecorded(String why) {
        LOG.warn("{} is not recorded as a CUDA graph, which makes it slower: {}", name, why);
        recording = "not recorded: " + why;
        run = this::launchAll;
        run.run();
        gpu.await();
    }

    private void launchAll() {
        kernels.forEach(CudaKernel::launch);
    }

    /** How convolutions are carried out. */
    Collection<Choice> choices() {
        return choices;
    }

    /** How it was made ready. */
    Preparation.Program preparation() {
        return new Preparation.Program(name, recording, milliseconds);
    }

    /** Where its arrays lie. */
    ProgramMemory memory() {
        return memory;
    }

    /** Address of its input [b, n, c, h, w]. */
    long input() {
        return memory.at(program.input());
    }

    /** Address of its logits [b, n, classes]. */
    long logits() {
        return memory.at(program.logits());
    }

    /** Number of values of all its images. */
    long inputValues() {
        return memory.values(program.input());
    }

    /** Runs all operations. */
    void run() {
        if (runs++ == RUNS_BEFORE_PROFILE) {
            settings.profile().ifPresent(reader -> reader.accept(times()));
        }
        run.run();
    }

    /** Operations may work in place, so that the values they leave are of no use; but all are made from the input. */
    private List<OperationTime> times() {
        List<OperationTime> times = new ArrayList<>();
        for (int i = 0; i < kernels.size(); i++) {
            CudaKernel kernel = kernels.get(i);
            times.add(new OperationTime(name, describe(program.operations().get(i)), kernel.way(),
                    ReplayTime.median(gpu, kernel::launch, LAUNCHES)));
        }
        return times;
    }

    private static String describe(Operation operation) {
        return operation.getClass().getSimpleName() + (operation instanceof Backward ? "Backward " : " ")
                + describe(operation.reads()) + " -> " + describe(operation.writes());
    }

    private static String describe(Collection<Tensor> tensors) {
        return tensors.stream()
                .map(tensor -> tensor.channels() + "x" + tensor.height() + "x" + tensor.width())
                .collect(Collectors.joining(" "));
    }
}
