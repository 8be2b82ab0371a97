package dev.gossamer.cli.console;

import dev.gossamer.configuration.RunConfiguration;
import java.time.Duration;

/** Plain lines for log files: one at the start, and then one every few seconds, during evaluations too. */
public final class LineProgress extends Progress {

    /** The time between lines. */
    public static final Duration INTERVAL = Duration.ofSeconds(10);

    private final Console console;
    private final Duration interval;
    private long lastLine;

    public LineProgress(
            String name,
            String place,
            RunConfiguration configuration,
            long done,
            long total,
            Console console,
            Duration interval) {
        super(name, place, configuration, done, total);
        this.console = console;
        this.interval = interval;
        print();
    }

    @Override
    public void changed(long steps) {
        if (System.nanoTime() - lastLine >= interval.toNanos()) {
            print();
        }
    }

    private void print() {
        lastLine = System.nanoTime();
        console.err().println(line(Integer.MAX_VALUE));
    }

    @Override
    public void close() {
        // The last line stands.
    }
}
