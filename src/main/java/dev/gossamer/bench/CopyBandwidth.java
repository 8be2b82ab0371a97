package dev.gossamer.bench;

import dev.gossamer.engine.Workforce;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** How fast memory is copied that is far larger than the caches: what update and mixing are measured against. */
final class CopyBandwidth {

    private static final long BYTES = 256L << 20;
    private static final int PIECES_PER_THREAD = 4;

    private CopyBandwidth() {}

    /**
     * Median bandwidth of several calls in bytes/s, with those read and those written counted.
     *
     * @param threads number of threads
     */
    static double measure(int threads) {
        int pieces = PIECES_PER_THREAD * threads;
        long length = BYTES / pieces;
        try (Workforce workforce = new Workforce(threads, () -> {});
                BytePointer from = new BytePointer(BYTES);
                BytePointer to = new BytePointer(BYTES)) {
            Pointer.memset(from, 1, BYTES);
            double seconds = Stopwatch.median(() -> workforce.forEach(pieces, (thread, piece) ->
                    Pointer.memcpy(to.getPointer(piece * length), from.getPointer(piece * length), length)));
            return 2.0 * length * pieces / seconds;
        }
    }
}
