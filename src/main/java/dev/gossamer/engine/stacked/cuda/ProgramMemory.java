package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Element;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;

/** Where the arrays of a program lie that runs for some replicas at once. */
final class ProgramMemory {

    private final int batch;
    private final ParameterMatrix parameters;
    private final long gradients;
    private final BufferPlan plan;
    private final long tensors;
    private final long labels;
    private final long seeds;
    private final long imageLosses;
    private final long losses;

    /**
     * Reserves memory for the tensors and for what comes with a mini-batch.
     *
     * @param batch images per replica b
     * @param parameters those of the replicas
     * @param gradients address of the matrix of gradients, or 0 in evaluation
     * @throws CudaException if there is not enough, or a tensor has 2^31 values or more
     */
    ProgramMemory(Gpu gpu, Program program, int batch, ParameterMatrix parameters, long gradients) {
        this.batch = batch;
        this.parameters = parameters;
        this.gradients = gradients;
        int workers = workers();
        program.operations().forEach(operation -> operation.writes().forEach(tensor -> Gpu.checkCount(values(tensor))));
        Gpu.checkCount(values(program.input()));
        plan = program.plan(tensor -> Float.BYTES * values(tensor));
        tensors = gpu.allocate(plan.bytes(), "the activations of " + workers + " times " + batch + " images");
        labels = gpu.allocate((long) Integer.BYTES * workers * batch, "labels");
        seeds = gpu.allocate((long) Long.BYTES * workers, "seeds");
        imageLosses = gpu.allocate((long) Double.BYTES * workers * batch, "the losses of the images");
        losses = gpu.allocate((long) Double.BYTES * workers, "the losses of the workers");
    }

    /** Fills the tensors with values as trials need them: zeros take less power, and are multiplied faster. */
    void fillWithNoise(Gpu gpu) {
        gpu.launch("fill_noise", new Gpu.Grid(gpu.blocks(), gpu.threads(), 1, 0), tensors, 1L,
                plan.bytes() / Float.BYTES);
    }

    /** Images per replica b. */
    int batch() {
        return batch;
    }

    /** Number of replicas n. */
    int workers() {
        return parameters.layout().rows();
    }

    /** Values of a tensor of all replicas. */
    long values(Tensor tensor) {
        return (long) batch * workers() * tensor.size();
    }

    /** Channels of a tensor of all replicas, n c. */
    int channels(Tensor tensor) {
        return workers() * tensor.channels();
    }

    /** Address of a tensor [b, n, c, h, w]. */
    long at(Tensor tensor) {
        return tensors + plan.offset(tensor);
    }

    /** Address of a parameter tensor of all replicas [n, ..], or 0 for none. */
    long parameter(Slice slice) {
        return slice == null ? 0 : parameters.address(slice);
    }

    /** Address of a parameter tensor of all replicas as matrix products take it, see {@link Element#ofFactors}. */
    long factors(Slice slice) {
        return parameters.factors(slice);
    }

    /** Address of the gradients of a parameter tensor [n, ..]. */
    long gradient(Slice slice) {
        return parameters.layout().address(gradients, Element.FP32, slice);
    }

    /** Address of the labels [n, b], int32. */
    long labels() {
        return labels;
    }

    /** Address of the seeds [n] of the replicas' dropout masks, int64. */
    long seeds() {
        return seeds;
    }

    /** Address of the images' losses [n, b], float64. */
    long imageLosses() {
        return imageLosses;
    }

    /** Address of the replicas' losses [n], float64. */
    long losses() {
        return losses;
    }
}
