package dev.gossamer.engine.stacked.cuda.driver;

/** A type of values in memory. */
public enum Element {
    FP32(Float.BYTES), BF16(Short.BYTES);

    private final int bytes;

    Element(int bytes) {
        this.bytes = bytes;
    }

    /** That of the factors of matrix products. */
    public static Element ofFactors(Precision precision) {
        return precision == Precision.BF16 ? BF16 : FP32;
    }

    /** Bytes of a value. */
    public int bytes() {
        return bytes;
    }
}
