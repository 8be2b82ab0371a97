package dev.gossamer.cli;

import dev.gossamer.experiment.RunConfiguration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** One line on a terminal, drawn anew several times per second, with a bar where there is room; removed at the end. */
final class BarProgress extends Progress {

    private static final int INTERVAL_MILLISECONDS = 250;
    private static final int SHORTEST_BAR = 5;
    private static final int LONGEST_BAR = 30;

    private final ProgressBar bar;

    BarProgress(String title, RunConfiguration configuration, long total, Console console) {
        super(title, configuration, total);
        bar = new ProgressBarBuilder()
                .setInitialMax(total)
                .setRenderer(this::render)
                .setUpdateIntervalMillis(INTERVAL_MILLISECONDS)
                .setConsumer(console.bars())
                .clearDisplayOnFinish()
                .build();
    }

    private String render(ProgressState state, int room) {
        String line = line();
        int length = Math.min(LONGEST_BAR, room - line.length() - 3);
        if (length < SHORTEST_BAR) {
            return line.substring(0, Math.min(room, line.length()));
        }
        int filled = (int) Math.round(state.getNormalizedProgress() * length);
        return line + " [" + "=".repeat(filled) + " ".repeat(length - filled) + "]";
    }

    @Override
    void changed(long steps) {
        bar.stepTo(steps);
    }

    @Override
    public void close() {
        bar.close();
    }
}
