package dev.gossamer.cli.console;

import dev.gossamer.configuration.RunConfiguration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** One line on a terminal, drawn anew several times per second, with a bar where there is room; removed at the end. */
public final class BarProgress extends Progress {

    private static final int INTERVAL_MILLISECONDS = 250;
    private static final int SHORTEST_BAR = 5;
    private static final int LONGEST_BAR = 30;

    private final Console console;
    private final ProgressBar bar;

    public BarProgress(String name, String place, RunConfiguration configuration, long done, long total,
            Console console) {
        super(name, place, configuration, done, total);
        this.console = console;
        bar = new ProgressBarBuilder()
                .setInitialMax(total)
                .setRenderer(this::render)
                .setUpdateIntervalMillis(INTERVAL_MILLISECONDS)
                .continuousUpdate()
                .setConsumer(lineOf(console))
                .build();
    }

    /** Where the line is drawn; the library would put a line break after it at the end. */
    private static ConsoleProgressBarConsumer lineOf(Console console) {
        return new ConsoleProgressBarConsumer(console.err(), console.columns() - 1) {
            @Override
            public void close() {
                // The line is taken away when nothing can draw it any more.
            }
        };
    }

    /** Fills the room, so that nothing of a longer line before is left. */
    private String render(ProgressState state, int room) {
        String line = line(room);
        int length = Math.min(LONGEST_BAR, room - line.length() - 3);
        if (length >= SHORTEST_BAR) {
            int filled = (int) Math.round(state.getNormalizedProgress() * length);
            line += " [" + "=".repeat(filled) + " ".repeat(length - filled) + "]";
        }
        return line + " ".repeat(Math.max(0, room - line.length()));
    }

    @Override
    public void changed(long steps) {
        bar.stepTo(steps);
    }

    @Override
    public void close() {
        bar.close();
        console.err().print("\r" + " ".repeat(console.columns() - 1) + "\r");
        console.err().flush();
    }
}
