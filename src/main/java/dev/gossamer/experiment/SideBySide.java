package dev.gossamer.experiment;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
     * @param work is given what it asks for when to end: {@code stop}, or that it has failed on another thread
     * @throws RuntimeException what it failed with first
     */
    void run(BooleanSupplier stop, Consumer<BooleanSupplier> work) {
        if (threads == 1) {
            work.accept(stop);
            return;
        }
        AtomicBoolean failed = new AtomicBoolean();
        Runnable guarded = () -> {
            try {
                work.accept(() -> failed.get() || stop.getAsBoolean());
            } catch (Throwable e) {
                failed.set(true);
                throw e;
            }
        };
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            CompletableFuture.allOf(Stream.generate(() -> CompletableFuture.runAsync(guarded, executor))
                    .limit(threads)
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
}
