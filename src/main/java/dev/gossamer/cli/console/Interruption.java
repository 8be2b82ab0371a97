package dev.gossamer.cli.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Turns Ctrl-C and SIGTERM into a request to stop while it is open. The process then waits until it is closed, so that
 * what was recorded is completed, and ends with {@link ExitCode#INTERRUPTED}.
 */
public final class Interruption implements BooleanSupplier, AutoCloseable {

    private static final long PATIENCE_SECONDS = 120;

    private final Console console;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "interruption");
    private volatile boolean requested;

    private Interruption(Console console) {
        this.console = console;
    }

    /** Opens it. */
    public static Interruption install(Console console) {
        Interruption interruption = new Interruption(console);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void stop() {
        requested = true;
        console.err().println();
        console.err().println("Stopping after this step; what was recorded is kept.");
        try {
            if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                console.err().println("error: a step takes over " + PATIENCE_SECONDS + " s; its run is left as it is");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        console.out().flush();
        console.err().flush();
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }

    /** Whether the user asked to stop. */
    @Override
    public boolean getAsBoolean() {
        return requested;
    }

    @Override
    public void close() {
        closed.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is ending already, and the hook sees the latch.
                requested = true;
            }
        }
    }
}
