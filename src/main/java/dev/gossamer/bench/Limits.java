package dev.gossamer.bench;

/**
 * What the machine can do, measured in the same round as what is compared with it.
 *
 * @param matrixProductRate rate of large single-precision matrix products in FLOP/s, all threads
 * @param copyBandwidth bandwidth of copying large arrays in bytes/s, read and written, all threads
 */
record Limits(double matrixProductRate, double copyBandwidth) {

    /** Measures both. */
    static Limits measure(int threads) {
        return new Limits(MatrixProductRate.measure(threads), CopyBandwidth.measure(threads));
    }
}
