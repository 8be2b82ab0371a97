package dev.gossamer.algorithm;

/**
 * A matrix [n, d] that is kept from step to step, and with the others decides how training goes on. Reading it gives
 * its value before the step.
 */
public final class Kept implements Stored {

    /** What it starts from. */
    public enum Initial { ZERO, PARAMETERS }

    private final String name;
    private final Initial initial;
    private Value next;

    Kept(String name, Initial initial) {
        this.name = name;
        this.initial = initial;
    }

    @Override
    public String name() {
        return name;
    }

    /** What it starts from. */
    public Initial initial() {
        return initial;
    }

    /**
     * Says what it is after the step.
     *
     * @throws IllegalStateException if that has been said
     */
    public void becomes(Value value) {
        if (next != null) {
            throw new IllegalStateException(name + " cannot become two values in one step");
        }
        next = value;
    }

    /**
     * What it is after the step.
     *
     * @throws IllegalStateException if that has not been said yet
     */
    public Value next() {
        if (next == null) {
            throw new IllegalStateException("it is not known what " + name + " become");
        }
        return next;
    }

    @Override
    public String toString() {
        return name;
    }
}
