package dev.gossamer.cli.console;

import dev.gossamer.data.ProgressListener;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows downloads: a bar for each file on a terminal, else a line at each tenth of it. */
public final class DownloadProgress implements ProgressListener, AutoCloseable {

    private static final long MEGABYTE = 1_000_000;

    private final Console console;
    private String current = "";
    private long tenths;
    private ProgressBar bar;

    public DownloadProgress(Console console) {
        this.console = console;
    }

    @Override
    public void progress(String file, long done, long total) {
        if (!file.equals(current)) {
            close();
            current = file;
            tenths = -1;
        }
        if (console.isTerminal()) {
            draw(done, total);
        } else if (total > 0 && 10 * done / total > tenths) {
            tenths = 10 * done / total;
            console.err().println(file + ": " + done / MEGABYTE + " of " + total / MEGABYTE + " MB");
        }
    }

    @Override
    public void warn(String sentence) {
        close();
        console.err().println("warning: " + sentence);
    }

    private void draw(long done, long total) {
        if (bar == null) {
            bar = new ProgressBarBuilder()
                    .setTaskName(current)
                    .setInitialMax(total)
                    .setUnit(" MB", MEGABYTE)
                    .showSpeed()
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(console.bars())
                    .build();
        }
        bar.stepTo(done);
    }

    /** Leaves the last bar as it is. */
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
