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

    /** Says what it is after the step instead of what has been said, for algorithms around others. */
    public void becomesInstead(Value value) {
        next = value;
    }

    /** Whether it is said what it is after the step; otherwise it stays. */
    public boolean isDecided() {
        return next != null;
    }

    /** Whether it is another one after the step. */
    public boolean isChanged() {
        return next != this;
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
    public boolean equals(Object other) {
        return other instanceof Kept kept && name.equals(kept.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
