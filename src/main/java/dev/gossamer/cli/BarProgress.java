package dev.gossamer.cli;

import dev.gossamer.experiment.RunConfiguration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A line on a terminal that is drawn anew: bar, percent, steps, time left, and the state of the run. */
final class BarProgress extends Progress {

    private static final int INTERVAL_MILLISECONDS = 250;

    private final ProgressBar bar;

    BarProgress(String title, RunConfiguration configuration, long steps, Console console) {
        super(configuration);
        bar = new ProgressBarBuilder()
                .setTaskName(title)
                .setInitialMax(steps)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(INTERVAL_MILLISECONDS)
                .setConsumer(new ConsoleProgressBarConsumer(console.err()))
                .build();
    }

    @Override
    void changed(long steps) {
        bar.setExtraMessage(state());
        bar.stepTo(steps);
    }

    @Override
    public void close() {
        bar.close();
    }
}
