package dev.gossamer.cli;

import dev.gossamer.engine.gpu.Gpus;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Looks at the memory of a GPU that is in use, as {@code nvidia-smi} counts it, twice a second while it is open. */
final class MemoryWatch implements AutoCloseable {

    private static final long PAUSE_MILLISECONDS = 500;

    private final int index;
    private final OptionalLong before;
    private final Thread thread = new Thread(this::look, "memory of the GPU");
    private volatile long most;

    private MemoryWatch(int index) {
        this.index = index;
        before = Gpus.usedMemory(index);
        most = before.orElse(0);
        thread.setDaemon(true);
    }

    /** Starts to look. */
    static MemoryWatch start(int index) {
        MemoryWatch watch = new MemoryWatch(index);
        if (watch.before.isPresent()) {
            watch.thread.start();
        }
        return watch;
    }

    private void look() {
        try {
            while (true) {
                most = Math.max(most, Gpus.usedMemory(index).orElse(0));
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLISECONDS);
            }
        } catch (InterruptedException e) {
            // It is closed.
        }
    }

    /** What was seen so far. */
    String inWords() {
        return before.isEmpty()
                ? "nvidia-smi does not say how much was used"
                : String.format(Locale.ROOT, "%.1f GB used by nvidia-smi, %.1f GB of them before",
                        most / 1e9, before.getAsLong() / 1e9);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
