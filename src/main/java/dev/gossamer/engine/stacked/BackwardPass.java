package dev.gossamer.engine.stacked;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reverse-mode differentiation of a list of operations. */
final class BackwardPass {

    private final Map<Tensor, Tensor> gradients = new HashMap<>();
    private final List<Operation> operations = new ArrayList<>();
    private final Set<Tensor> withGradient;
    private int nextId;

    /**
     * @param withGradient tensors that depend on a parameter
     * @param nextId number of the first new tensor
     */
    BackwardPass(Set<Tensor> withGradient, int nextId) {
        this.withGradient = withGradient;
        this.nextId = nextId;
    }

    /**
     * The operations that turn the gradient of one tensor into those of all parameters.
     *
     * @param forward operations in the order of the forward pass
     * @param result tensor whose gradient is given
     * @param gradient its gradient
     */
    List<Operation> of(List<Forward> forward, Tensor result, Tensor gradient) {
        gradients.put(result, gradient);
        for (int i = forward.size() - 1; i >= 0; i--) {
            Forward operation = forward.get(i);
            Tensor outgoing = gradients.get(operation.writes().get(0));
            if (outgoing != null) {
                operation.differentiate(outgoing, this);
            }
        }
        return operations;
    }

    /** Whether anybody needs the gradient of a tensor. */
    private boolean needsGradient(Tensor tensor) {
        return withGradient.contains(tensor);
    }

    /** Appends an operation. */
    void add(Operation operation) {
        operations.add(operation);
    }

    /** A new tensor of another's shape. */
    Tensor gradientLike(Tensor tensor) {
        return new Tensor(nextId++, tensor.channels(), tensor.height(), tensor.width());
    }

    /**
     * The gradient of what goes into an activation, from its result and the gradient of that: written by the operation
     * that would have written the latter where nobody else needs it.
     */
    Tensor through(Activation activation, Tensor result, Tensor gradient) {
        if (activation == Activation.NONE) {
            return gradient;
        }
        Tensor masked = gradientLike(result);
        int last = operations.size() - 1;
        Optional<Operation> both = last < 0 || !isWrittenForThisAlone(gradient, operations.get(last)) ? Optional.empty()
                : ((Operation.Maskable) operations.get(last)).through(activation, result, masked);
        if (both.isPresent()) {
            operations.set(last, both.get());
        } else {
            add(new Backward.Activate(activation, result, gradient, masked));
        }
        return masked;
    }

    private boolean isWrittenForThisAlone(Tensor gradient, Operation last) {
        return last instanceof Operation.Maskable && last.writes().contains(gradient)
                && Collections.frequency(gradients.values(), gradient) == 1;
    }

    /**
     * Adds to the gradient of a tensor, where anybody needs it.
     *
     * @param operation makes the operation that writes the contribution to a given tensor
     */
    void contribute(Tensor tensor, Function<Tensor, Operation> operation) {
        if (needsGradient(tensor)) {
            Tensor contribution = gradientLike(tensor);
            add(operation.apply(contribution));
            contribute(tensor, contribution);
        }
    }

    /** Likewise by an operation that writes gradients of parameters too, whether anybody needs the tensor's or not. */
    void addWithParameters(Tensor tensor, Function<Tensor, Operation> operation) {
        Tensor contribution = gradientLike(tensor);
        add(operation.apply(contribution));
        contribute(tensor, contribution);
    }

    /** Adds to the gradient of a tensor, where anybody needs it. */
    void contribute(Tensor tensor, Tensor contribution) {
        if (!needsGradient(tensor)) {
            return;
        }
        Tensor others = gradients.get(tensor);
        if (others == null) {
            gradients.put(tensor, contribution);
            return;
        }
        Tensor sum = gradientLike(tensor);
        add(new Forward.Add(others, contribution, Activation.NONE, sum));
        gradients.put(tensor, sum);
    }
}
