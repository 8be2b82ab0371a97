package dev.gossamer.bench;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.RunConfiguration;

/**
 * What the machine or its GPU can do, measured in the same round as what is compared with it.
 *
 * @param matrixProductRate rate of large single-precision matrix products in FLOP/s, all threads or a whole GPU
 * @param copyBandwidth bandwidth of copying large arrays in bytes/s, read and written, all threads or a whole GPU
 */
record Limits(double matrixProductRate, double copyBandwidth) {

    private static final int LARGE = 2048;
    private static final int MIDDLING = 1024;

    /** Measures those of the device of a run, which has been loaded where it is a GPU. */
    static Limits of(RunConfiguration run) {
        if (run.placement().device().equals("cuda")) {
            return CudaLimits.measure(run.placement().gpu(), !run.placement().precision().equals("fp32"));
        }
        try {
            return ofProcessor(run.placement().engineThreads(), LARGE);
        } catch (LinkageError e) {
            throw new ConfigurationException("device " + run.placement().device()
                    + " cannot be measured: this package has no"
                    + " OpenBLAS, whose rate the CPU's limit is; --device cuda can");
        }
    }

    /** Measures those of the processor in less than a second, with matrices of 1024 rows. */
    static Limits measureQuickly(int threads) {
        return ofProcessor(threads, MIDDLING);
    }

    private static Limits ofProcessor(int threads, int size) {
        return new Limits(MatrixProductRate.measure(threads, size), CopyBandwidth.measure(threads));
    }
}
