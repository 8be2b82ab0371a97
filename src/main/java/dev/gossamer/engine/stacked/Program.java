package dev.gossamer.engine.stacked;

import dev.gossamer.data.ImageShape;
import java.util.List;

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

    /** Number of parameters d of one replica. */
    public long size() {
        return parameters.stream().mapToLong(Slice::size).sum();
    }
}
