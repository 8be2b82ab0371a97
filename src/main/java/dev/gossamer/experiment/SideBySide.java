package dev.gossamer.experiment;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/** Does the same work on several threads, and ends it on all where it fails on one. */
final class SideBySide {

    private final int threads;

    /** @param threads number of threads; one alone is that of the caller */
    SideBySide(int threads) {
        this.threads = threads;
    }

    /**
     * Does the work.
     *
     * @param stop true asks for the end
     * @param work is given what it asks for when to end: {@code stop}, or that it has failed on another thread; and the
     *     number of its thread, from 0
     * @throws RuntimeException what it failed with first
     */
    void run(BooleanSupplier stop, ObjIntConsumer<BooleanSupplier> work) {
        if (threads == 1) {
            work.accept(stop, 0);
            return;
        }
        AtomicBoolean failed = new AtomicBoolean();
        BooleanSupplier ended = () -> failed.get() || stop.getAsBoolean();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CompletableFuture.allOf(IntStream.range(0, threads)
                    .mapToObj(lane -> CompletableFuture.runAsync(() -> guarded(work, ended, lane, failed), executor))
                    .toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        } finally {
            executor.shutdown();
        }
    }

    private static void guarded(
            ObjIntConsumer<BooleanSupplier> work, BooleanSupplier ended, int lane, AtomicBoolean failed) {
        try {
            work.accept(ended, lane);
        } catch (Throwable e) {
            failed.set(true);
            throw e;
        }
    }
}
