package dev.gossamer.algorithm;

/** The gradients G [n, d] of the workers' losses at the parameters, computed anew before each step. */
public final class Gradients implements Stored {

    Gradients() {}

    @Override
    public String name() {
        return "gradients";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Gradients;
    }

    @Override
    public int hashCode() {
        return name().hashCode();
    }

    @Override
    public String toString() {
        return name();
    }
}
