package dev.gossamer.engine.stacked;

import dev.gossamer.data.ImageShape;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What is computed for one replica, as a flat list of operations; all replicas run the same. Immutable.
 *
 * @param images shape of the images
 * @param input the images [b, channels, height, width]
 * @param logits result of the forward pass [b, classes]
 * @param operations from the images to the logits, and on to the gradients of all parameters in a training step
 * @param parameters parameter tensors in the order of a row of the parameter matrix
 */
public record Program(
        ImageShape images, Tensor input, Tensor logits, List<Operation> operations, List<Slice> parameters) {

    /**
     * Where the tensors lie in one piece of memory; images and logits keep their places before, during and after a run.
     *
     * @param size bytes of a tensor
     */
    public BufferPlan plan(ToLongFunction<Tensor> size) {
        return new BufferPlan(operations, List.of(input, logits), size);
    }

    /** Whether the results for an image depend on the other images of the mini-batch. */
    public boolean couplesImages() {
        return operations.stream().anyMatch(Operation::couplesImages);
    }

    /** Number of parameters d of one replica. */
    public long size() {
        return parameters.stream().mapToLong(Slice::size).sum();
    }
}
