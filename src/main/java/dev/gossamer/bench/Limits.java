package dev.gossamer.bench;

/**
 * What the machine can do, measured in the same round as what is compared with it.
 *
 * @param matrixProductRate rate of large single-precision matrix products in FLOP/s, all threads
 * @param copyBandwidth bandwidth of copying large arrays in bytes/s, read and written, all threads
 */
record Limits(double matrixProductRate, double copyBandwidth) {

    private static final int LARGE = 2048;
    private static final int MIDDLING = 1024;

    /** Measures both. */
    static Limits measure(int threads) {
        return new Limits(MatrixProductRate.measure(threads, LARGE), CopyBandwidth.measure(threads));
    }

    /** Measures both in less than a second, with matrices of 1024 rows. */
    static Limits measureQuickly(int threads) {
        return new Limits(MatrixProductRate.measure(threads, MIDDLING), CopyBandwidth.measure(threads));
    }
}
