package dev.gossamer.cli;

import dev.gossamer.experiment.RunConfiguration;
import java.time.Duration;

/** Plain lines every few seconds, for log files. */
final class LineProgress extends Progress {

    private static final long INTERVAL_NANOSECONDS = Duration.ofSeconds(10).toNanos();

    private final Console console;
    private long lastLine = System.nanoTime();

    LineProgress(String title, RunConfiguration configuration, long total, Console console) {
        super(title, configuration, total);
        this.console = console;
    }

    @Override
    void changed(long steps) {
        long now = System.nanoTime();
        if (now - lastLine >= INTERVAL_NANOSECONDS) {
            lastLine = now;
            console.err().println(line());
        }
    }

    @Override
    public void close() {
        // The last line stands.
    }
}
