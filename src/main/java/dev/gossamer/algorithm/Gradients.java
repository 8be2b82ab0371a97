package dev.gossamer.algorithm;

/** The gradients G [n, d] of the workers' losses at the parameters, computed anew before each step. */
public final class Gradients implements Stored {

    Gradients() {}

    @Override
    public String name() {
        return "gradients";
    }

    @Override
    public String toString() {
        return name();
    }
}
