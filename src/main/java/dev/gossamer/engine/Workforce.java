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

/** A fixed number of threads that share out numbered work. Used by one thread at a time. */
public final class Workforce implements AutoCloseable {

    private final int threads;
    private final ExecutorService executor;
    private final Runnable atStart;
    private final Consumer<Workforce> atEnd;
    private final ThreadLocal<Boolean> started;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param threads number of threads, at least 1
     * @param atStart run once on each thread before its first work
     */
    public Workforce(int threads, Runnable atStart) {
        this(threads, atStart, workforce -> workforce.executor.shutdown());
    }

    /**
     * One whose threads outlive their user.
     *
     * @param threads number of threads, at least 1
     * @param atStart run once on each thread before its first work
     * @param atEnd takes it when its user closes it, to give it to the {@link #again next one}
     */
    public Workforce(int threads, Runnable atStart, Consumer<Workforce> atEnd) {
        this.threads = threads;
        this.atStart = atStart;
        this.atEnd = atEnd;
        started = new ThreadLocal<>();
        AtomicInteger number = new AtomicInteger();
        executor = Executors.newFixedThreadPool(threads, runnable -> {
            Thread thread = new Thread(runnable, "replicas-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }

    private Workforce(Workforce known) {
        threads = known.threads;
        atStart = known.atStart;
        atEnd = known.atEnd;
        started = known.started;
        executor = known.executor;
    }

    /** Runs what is to be run once on the current thread, unless it was. */
    private void start() {
        if (started.get() == null) {
            atStart.run();
            started.set(true);
        }
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
        List<Future<?>> futures = new ArrayList<>(threads);
        for (int t = 0; t < Math.min(threads, count); t++) {
            int thread = t;
            futures.add(executor.submit(() -> {
                try {
                    start();
                    for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                        work.run(thread, index);
                    }
                } catch (Throwable failure) {
                    next.set(count);
                    throw failure;
                }
            }));
        }
        join(futures);
    }

    private static void join(List<Future<?>> futures) {
        Throwable failure = null;
        for (Future<?> future : futures) {
            try {
                getUninterruptibly(future);
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
