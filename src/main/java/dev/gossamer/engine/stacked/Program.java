package dev.gossamer.engine.stacked;

import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.Columns;
import dev.gossamer.model.Loss;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * What is computed for one replica, as a flat list of operations; all replicas run the same. Immutable.
 *
 * @param images shape of the images
 * @param input the images [b, channels, height, width]
 * @param logits result of the forward pass [b, classes]
 * @param operations from the images to the logits, and on to the gradients of all parameters in a training step
 * @param parameters parameter tensors in the order of a row of the parameter matrix
 * @param loss what the logits are compared with the labels by
 */
public record Program(
        ImageShape images, Tensor input, Tensor logits, List<Operation> operations, List<Slice> parameters, Loss loss) {

    /**
     * A training step of a network whose first operation has parameters, so that all results depend on some.
     *
     * @param forward operations from the images to the logits
     * @param loss of the logits
     * @param smoothing that of the labels, in [0, 1)
     */
    public static Program training(ImageShape images, Tensor input, Tensor logits,
            List<Forward> forward, List<Slice> parameters, Loss loss, double smoothing) {
        Set<Tensor> results = new HashSet<>();
        forward.forEach(operation -> results.addAll(operation.writes()));
        int next = results.stream().mapToInt(Tensor::id).max().orElseThrow() + 1;
        Tensor gradient = new Tensor(next, logits.channels(), logits.height(), logits.width());
        List<Operation> all = new ArrayList<>(forward);
        all.add(new Backward.MeanLoss(loss, logits, smoothing, gradient));
        all.addAll(new BackwardPass(results, next + 1).of(forward, logits, gradient));
        return new Program(images, input, logits, List.copyOf(all), List.copyOf(parameters), loss);
    }

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

    /** The columns of each parameter tensor in a row of the parameter matrix, in order. */
    public List<Columns> tensors() {
        return Columns.inOrder(parameters.stream().map(Slice::size).toList());
    }

    /** Number of parameters d of one replica. */
    public long size() {
        return parameters.stream().mapToLong(Slice::size).sum();
    }
}
