package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.model.Loss;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;

/** A program with memory for the tensors of one replica at a time. Owns that memory. Used by one thread at a time. */
final class Lane implements AutoCloseable {

    private final HostKernels kernels;
    private final Kernel[] sequence;
    private final BytePointer memory;
    private final Program program;
    private final Replica replica = new Replica();

    /**
     * Takes over the kernels, and closes them where it fails.
     *
     * @throws IllegalArgumentException if a tensor takes 2^31 bytes or more
     */
    Lane(Program program, HostKernels kernels) {
        this.program = program;
        this.kernels = kernels;
        try {
            sequence = program.operations().stream()
                    .map(operation -> operation.prepare(kernels))
                    .toArray(Kernel[]::new);
            BufferPlan plan = program.plan(tensor -> HostKernels.checked(kernels.bytes(tensor)));
            memory = new BytePointer(plan.bytes() + kernels.otherBytes() + BufferPlan.ALIGNMENT);
            kernels.place(plan, memory.getPointer(BufferPlan.aligned(memory.address()) - memory.address()));
        } catch (RuntimeException | OutOfMemoryError e) {
            kernels.close();
            throw e;
        }
    }

    /** Where the images go, [b, channels, height, width]. */
    FloatBuffer input() {
        return kernels.values(program.input()).clear();
    }

    /** Where the logits are after a run, [b, classes]. */
    FloatBuffer logits() {
        return kernels.values(program.logits());
    }

    /** What the logits are compared with the labels by. */
    Loss loss() {
        return program.loss();
    }

    /** The replica to work for. */
    Replica replica() {
        return replica;
    }

    /** Runs the whole program. */
    void run() {
        for (Kernel kernel : sequence) {
            kernel.run(replica);
        }
    }

    /**
     * Runs the whole program with a clock.
     *
     * @param nanoseconds the duration of each operation is added to its own
     */
    void run(long[] nanoseconds) {
        for (int i = 0; i < sequence.length; i++) {
            long start = System.nanoTime();
            sequence[i].run(replica);
            nanoseconds[i] += System.nanoTime() - start;
        }
    }

    /** Number of operations. */
    int operations() {
        return sequence.length;
    }

    @Override
    public void close() {
        kernels.close();
        memory.close();
    }
}
