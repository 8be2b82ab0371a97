package dev.gossamer.bench;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;

/** Counts the arithmetic of programs. */
final class Arithmetic {

    private Arithmetic() {}

    /**
     * Floating-point operations per image of a program's convolutions and matrix products, forward and backward: 2 for
     * a multiplication and its addition, borders counted as if their zeros were multiplied. Everything else of a
     * network takes less than a hundredth of it and is left out.
     */
    static double flopPerImage(Program program) {
        return program.operations().stream().mapToDouble(Arithmetic::flopPerImage).sum();
    }

    /** Likewise of one operation. */
    static double flopPerImage(Operation operation) {
        if (operation instanceof Forward.Convolve forward) {
            return convolution(forward);
        } else if (operation instanceof Backward.ConvolveWeights backward) {
            return convolution(backward.forward());
        } else if (operation instanceof Backward.ConvolveInput backward) {
            return convolution(backward.forward());
        } else if (operation instanceof Forward.Multiply forward) {
            return product(forward.weight());
        } else if (operation instanceof Backward.MultiplyWeights backward) {
            return product(backward.forward().weight());
        } else if (operation instanceof Backward.MultiplyInput backward) {
            return product(backward.forward().weight());
        } else if (operation instanceof Forward.Attend forward) {
            return 2 * attention(forward);
        } else if (operation instanceof Backward.Attend backward) {
            return 4 * attention(backward.forward());
        }
        return 0;
    }

    /** One of its products: each query, or weight, meets each key or value. */
    private static double attention(Forward.Attend forward) {
        return 2.0 * forward.weights().size() * forward.channelsOfHead();
    }

    /** Each weight meets one input value for each output pixel. */
    private static double convolution(Forward.Convolve forward) {
        Tensor y = forward.y();
        return product(forward.weight()) * y.height() * y.width();
    }

    private static double product(Slice weight) {
        return 2.0 * weight.size();
    }
}
