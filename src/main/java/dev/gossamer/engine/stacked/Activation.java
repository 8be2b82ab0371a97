package dev.gossamer.engine.stacked;

/** What each value of a layer's result goes through before other layers read it. */
public enum Activation {

    /** Nothing. */
    NONE,

    /** max(z, 0). Its result tells its slope: 1 where that is positive, else 0. */
    RELU;

    /** A ReLU where there is one. */
    public static Activation of(boolean relu) {
        return relu ? RELU : NONE;
    }

    /** Whether this is the ReLU. */
    public boolean isRelu() {
        return this == RELU;
    }

    /** The result for a value z. */
    public double of(double z) {
        return isRelu() ? Math.max(z, 0) : z;
    }

    /** Whether the gradient of a result y, or of a value of its sign, is that of its z too; otherwise that is 0. */
    public boolean passes(double y) {
        return !isRelu() || y > 0;
    }
}
