package dev.gossamer.cli;

import dev.gossamer.experiment.RunConfiguration;
import java.time.Duration;
import java.util.Locale;

/** Plain lines every few seconds, for log files. */
final class LineProgress extends Progress {

    private static final long INTERVAL_NANOSECONDS = Duration.ofSeconds(10).toNanos();

    private final String title;
    private final long total;
    private final Console console;
    private final long start = System.nanoTime();
    private long lastLine = start;

    LineProgress(String title, RunConfiguration configuration, long steps, Console console) {
        super(configuration);
        this.title = title;
        this.total = steps;
        this.console = console;
        console.err().println(title + ": " + steps + " steps");
    }

    @Override
    void changed(long steps) {
        long now = System.nanoTime();
        if (now - lastLine < INTERVAL_NANOSECONDS || steps == 0) {
            return;
        }
        lastLine = now;
        long left = Math.round((now - start) / 1e9 / steps * (total - steps));
        console.err().println(String.format(Locale.ROOT, "%s: step %d of %d (%d %%)  %s  %d:%02d left",
                title, steps, total, 100 * steps / total, state(), left / 60, left % 60));
    }

    @Override
    public void close() {
        // The last line stands.
    }
}
