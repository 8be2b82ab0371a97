package dev.gossamer.engine.stacked.cuda;

/** A type of values in memory. */
enum Element {
    FP32(Float.BYTES), BF16(Short.BYTES);

    private final int bytes;

    Element(int bytes) {
        this.bytes = bytes;
    }

    /** That of the factors of matrix products. */
    static Element ofFactors(Precision precision) {
        return precision == Precision.BF16 ? BF16 : FP32;
    }

    /** Bytes of a value. */
    int bytes() {
        return bytes;
    }
}
