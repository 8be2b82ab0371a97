package dev.gossamer.bench.libtorch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.global.torch;

/**
 * Threads each of which runs PyTorch's operations alone, or none: then the caller runs all, with PyTorch's own threads.
 */
final class Team {

    private final int threads;
    private final ExecutorService pool;

    Team(int threads, boolean each) {
        this.threads = threads;
        pool = each ? Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(() -> {
                torch.set_num_threads(1);
                task.run();
            });
            thread.setDaemon(true);
            return thread;
        }) : null;
        run(threads, i -> { });
        torch.set_num_threads(threads);
    }

    /** Runs a task for each number in [0, tasks), and waits for all. */
    void run(int tasks, IntConsumer task) {
        if (pool == null) {
            for (int i = 0; i < tasks; i++) {
                task.accept(i);
            }
            return;
        }
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            running.add(pool.submit(() -> {
                for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                    task.accept(i);
                }
            }));
        }
        running.forEach(Team::await);
    }

    private static void await(Future<?> running) {
        try {
            running.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
