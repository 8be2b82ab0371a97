package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Program;
import java.util.ArrayList;
import java.util.List;

/** A program for some replicas and one batch size, with its memory, recorded to be run as one. */
final class LoadedProgram {

    private final Gpu gpu;
    private final Program program;
    private final ProgramMemory memory;
    private final Runnable run;

    /**
     * Prepares all operations and runs them once, on zeros.
     *
     * @param batch images per replica b
     * @param layout how the replicas' parameters lie
     * @param parameters address of their matrix
     * @param gradients address of the matrix of gradients, or 0 in evaluation
     */
    LoadedProgram(Gpu gpu, Program program, int batch, ParameterLayout layout, long parameters, long gradients) {
        this.gpu = gpu;
        this.program = program;
        memory = new ProgramMemory(gpu, program, batch, layout, parameters, gradients);
        CudaKernels kernels = new CudaKernels(
                gpu, memory, new ConvolutionTrials(gpu, program, batch, layout.rows()));
        List<CudaKernel> sequence = new ArrayList<>();
        for (Operation operation : program.operations()) {
            sequence.add(operation.prepare(kernels));
        }
        run = gpu.record(() -> sequence.forEach(CudaKernel::launch));
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

    /** Takes images [n, b, c, h, w] at an address for its input. */
    void arrangeImages(long images) {
        int size = program.input().size();
        gpu.forEach(4, "arrange_images", inputValues(), images, input(), memory.batch(), memory.workers(),
                Divisor.of(memory.workers()), size, Divisor.of(size));
    }

    /** Runs all operations. */
    void run() {
        run.run();
    }
}
