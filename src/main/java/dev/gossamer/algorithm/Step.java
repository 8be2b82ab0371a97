package dev.gossamer.algorithm;

import java.util.ArrayList;
import java.util.List;

/** A step, as an algorithm sees it. */
public final class Step {

    private final Kept parameters = new Kept("parameters", Kept.Initial.PARAMETERS);
    private final Gradients gradients = new Gradients();
    private final List<Kept> kept = new ArrayList<>(List.of(parameters));
    private Kept evaluated = parameters;

    Step() {}

    /** X [n, d], where gradients are taken. */
    public Kept parameters() {
        return parameters;
    }

    /** G [n, d] at X, each row of its worker's mini-batch. */
    public Gradients gradients() {
        return gradients;
    }

    /**
     * A matrix that is kept from step to step.
     *
     * @param name that of checkpoints: a word in lower case
     * @throws IllegalArgumentException if there is one of this name
     */
    public Kept keep(String name, Kept.Initial initial) {
        if (kept.stream().anyMatch(matrix -> matrix.name().equals(name))) {
            throw new IllegalArgumentException("two matrices cannot both be " + name);
        }
        Kept matrix = new Kept(name, initial);
        kept.add(matrix);
        return matrix;
    }

    /** W_t value: every worker's weighted mean of what it and its neighbours have. */
    public Value mixed(Value value) {
        return new Value.Mixed(value);
    }

    /** Says which matrix is evaluated; X where nothing is said. */
    public void evaluate(Kept matrix) {
        evaluated = matrix;
    }

    List<Kept> kept() {
        return List.copyOf(kept);
    }

    Kept evaluated() {
        return evaluated;
    }
}
