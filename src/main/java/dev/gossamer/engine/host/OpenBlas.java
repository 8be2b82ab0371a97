package dev.gossamer.engine.host;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * OpenBLAS, which has one number of threads for the whole process: the smallest of what its present users want. Several
 * threads that each call it with threads of their own would wait for each other.
 */
final class OpenBlas {

    private static final List<Integer> WANTED = new ArrayList<>();

    private OpenBlas() {}

    /**
     * Loads it.
     *
     * @throws LinkageError if that is not possible
     */
    static void load() {
        openblas_nolapack.blas_get_num_threads();
    }

    /**
     * Adds a user, until it {@link #leave leaves}.
     *
     * @param threads the largest number of threads, at least 1, that a product called by it may take
     */
    static synchronized void join(int threads) {
        load();
        WANTED.add(threads);
        adapt();
    }

    /** Takes away a user that has joined with that number. */
    static synchronized void leave(int threads) {
        WANTED.remove((Integer) threads);
        adapt();
    }

    private static void adapt() {
        WANTED.stream().min(Integer::compare).ifPresent(openblas_nolapack::blas_set_num_threads);
    }
}
