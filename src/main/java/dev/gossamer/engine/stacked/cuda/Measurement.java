package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Compression.Clipping;
import dev.gossamer.algorithm.Compression.Qsgd;
import dev.gossamer.algorithm.Compression.RandomK;
import dev.gossamer.algorithm.Compression.ScaledSign;
import dev.gossamer.algorithm.Compression.TopK;
import dev.gossamer.algorithm.Value.Compressed;

/** What has to be known of vectors before they are compressed, see {@code compression.cu}. */
interface Measurement {

    /** Address where the kernel of a pass puts what it measures, or 0 where it measures nothing. */
    long target();

    /** Address of what is known of each vector, [vectors of a row, rows]. */
    long known();

    /**
     * Finds it, once the kernel has been launched.
     *
     * @param keys address of the rows' keys of random bits, or 0 where nothing is at random
     */
    void launch(long keys);

    /** Whether it is a sum over the values of a vector. */
    static boolean isSum(Compressed value) {
        return value.compression() instanceof ScaledSign || value.compression() instanceof Qsgd
                || value.compression() instanceof Clipping;
    }

    /** Whether it depends on the values; otherwise on random bits alone. */
    static boolean isOfValues(Compressed value) {
        return isSum(value) || value.compression() instanceof TopK;
    }

    /** Whether the columns of values decide what is left of them. */
    static boolean isOfColumns(Compressed value) {
        return !(value.compression() instanceof ScaledSign || value.compression() instanceof Clipping);
    }

    /** Whether the compression takes random bits. */
    static boolean isRandom(Compressed value) {
        return value.compression() instanceof RandomK || value.compression() instanceof Qsgd;
    }
}
