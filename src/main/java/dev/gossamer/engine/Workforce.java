package dev.gossamer.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A fixed number of threads that share out numbered work: whoever asks for it, and others, which wait for the next.
 * Used by one thread at a time.
 */
public final class Workforce implements AutoCloseable {

    private final int threads;
    private final ExecutorService executor;
    private final Runnable atStart;
    private final Consumer<Workforce> atEnd;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param threads number of threads, at least 1
     * @param atStart run on each thread before it takes part in some work
     */
    public Workforce(int threads, Runnable atStart) {
        this(threads, atStart, workforce -> workforce.executor.shutdown());
    }

    /**
     * One whose threads outlive their user.
     *
     * @param threads number of threads, at least 1
     * @param atStart run on each thread before it takes part in some work
     * @param atEnd takes it when its user closes it, to give it to the {@link #again next one}
     */
    public Workforce(int threads, Runnable atStart, Consumer<Workforce> atEnd) {
        this.threads = threads;
        this.atStart = atStart;
        this.atEnd = atEnd;
        AtomicInteger number = new AtomicInteger();
        executor = Executors.newFixedThreadPool(Math.max(1, threads - 1), runnable -> {
            Thread thread = new Thread(runnable, "replicas-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }

    private Workforce(Workforce known) {
        threads = known.threads;
        atStart = known.atStart;
        atEnd = known.atEnd;
        executor = known.executor;
    }

    /** Number of threads. */
    public int threads() {
        return threads;
    }

    /** One of the numbers' work. */
    @FunctionalInterface
    public interface Work {

        /**
         * Does it.
         *
         * @param thread number of the executing slot in [0, threads): at no time do two run with the same one
         * @param index which number
         */
        void run(int thread, int index);
    }

    /**
     * Runs the numbers 0 to {@code count - 1}, each once, and returns when all are done. Whichever thread is free takes
     * the next one, so the result must not depend on who does what.
     *
     * @throws RuntimeException what one threw; the other threads finish the one at hand and take no more
     */
    public void forEach(int count, Work work) {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> others = new ArrayList<>(threads);
        for (int t = 1; t < Math.min(threads, count); t++) {
            int thread = t;
            others.add(executor.submit(() -> takePart(thread, next, count, work)));
        }
        Throwable failure = null;
        try {
            takePart(0, next, count, work);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        join(others, failure);
    }

    private void takePart(int thread, AtomicInteger next, int count, Work work) {
        try {
            atStart.run();
            for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                work.run(thread, index);
            }
        } catch (Throwable failure) {
            next.set(count);
            throw failure;
        }
    }

    /** Waits for the other threads, and throws what the first of all threw. */
    private static void join(List<Future<?>> others, Throwable first) {
        Throwable failure = first;
        for (Future<?> other : others) {
            try {
                getUninterruptibly(other);
            } catch (ExecutionException e) {
                failure = failure == null ? e.getCause() : failure;
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }

    private static void getUninterruptibly(Future<?> future) throws ExecutionException {
        boolean interrupted = false;
        while (true) {
            try {
                future.get();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } finally {
                if (interrupted && future.isDone()) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** The same threads for another user, after one has closed it, who can close it again without effect. */
    public Workforce again() {
        return new Workforce(this);
    }

    /** Ends the threads once their work at hand is done, or has them wait for another user. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            atEnd.accept(this);
        }
    }
}
