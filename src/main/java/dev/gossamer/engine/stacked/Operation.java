package dev.gossamer.engine.stacked;

import java.util.List;
import java.util.Optional;

/**
 * A primitive operation on the tensors of one replica. What it writes is overwritten; everything else is only read. A
 * tensor is written by one operation.
 */
public sealed interface Operation permits Forward, Backward, Operation.Maskable {

    /** Tensors that are read. */
    List<Tensor> reads();

    /** Tensors that are written. */
    List<Tensor> writes();

    /** Whether the results for an image depend on the other images of the mini-batch. */
    default boolean couplesImages() {
        return false;
    }

    /** Has a device prepare this operation. */
    <K> K prepare(Primitives<K> device);

    /** An operation that writes a gradient, and can bring it through the activation that made its tensor at once. */
    sealed interface Maskable extends Operation permits Forward.Add, Backward.ConvolveInput, Backward.MaxPool {

        /**
         * This with the activation, which is one.
         *
         * @param y result of the activation
         * @param dz what is written instead: the gradient of what goes into the activation
         * @return nothing where it has one already, or would read another tensor for it
         */
        Optional<Operation> through(Activation activation, Tensor y, Tensor dz);
    }
}
