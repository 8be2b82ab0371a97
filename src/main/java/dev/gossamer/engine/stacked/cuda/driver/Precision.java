package dev.gossamer.engine.stacked.cuda.driver;

import java.util.Locale;

/**
 * How products are computed. Parameters, gradients, momenta and activations are stored, and sums added, in FP32
 * throughout, and everything that is no product of a layer is computed in it: batch norm, loss, optimizer, mixing.
 */
public enum Precision {
    /** All products in FP32. */
    FP32,
    /** Convolutions with factors rounded to 10 bits of mantissa (TF32), dense layers in FP32: PyTorch's default. */
    TF32,
    /**
     * Factors of convolutions and dense layers rounded to 7 bits of mantissa (BF16). A library's products read half the
     * bytes: a copy of the parameters that lies beside them, patches, and what goes into dense layers, all in BF16. The
     * engine's own convolutions read FP32, and round while they multiply.
     */
    BF16;

    /** How far, as a share of the norm, two ways to sum the same products may lie apart. */
    public double allowedDeviation() {
        return switch (this) {
            case FP32 -> 1e-3;
            case TF32 -> 1e-2;
            case BF16 -> 5e-2;
        };
    }

    /** As options write it: {@code fp32}, {@code tf32} or {@code bf16}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
