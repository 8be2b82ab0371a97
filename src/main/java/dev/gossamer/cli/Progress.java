package dev.gossamer.cli;

import dev.gossamer.experiment.Outcome;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.experiment.RunObserver;
import dev.gossamer.record.MetricsRow;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What is shown of a run while it trains: step, loss, accuracy at the last evaluation, images/s, time left. */
abstract class Progress implements RunObserver, AutoCloseable {

    private final String title;
    private final long total;
    private final double imagesPerStep;
    private final long start = System.nanoTime();
    private double trainingSeconds;
    private double loss = Double.NaN;
    private OptionalDouble accuracy = OptionalDouble.empty();
    private long done;

    /**
     * @param title the run, as it is shown
     * @param configuration what it does
     * @param total number of its steps
     */
    Progress(String title, RunConfiguration configuration, long total) {
        this.title = title;
        this.total = total;
        imagesPerStep = (double) configuration.workers() * configuration.batchSize();
    }

    @Override
    public final void stepped(long steps, double trainingLoss, double seconds) {
        synchronized (this) {
            done = steps;
            loss = trainingLoss;
            trainingSeconds += seconds;
        }
        changed(steps);
    }

    @Override
    public final void evaluated(List<MetricsRow> rows) {
        synchronized (this) {
            accuracy = Outcome.mean(rows, "test", MetricsRow::accuracy);
        }
        changed(done);
    }

    /** There is something new to show after so many steps. */
    abstract void changed(long steps);

    /** Ends the display. */
    @Override
    public abstract void close();

    /** The state in one line: {@code ring-lr0.05-seed1 (2/5) 7% 9/120  loss 1.834  acc 41.2%  31 img/s  0:55 left}. */
    final synchronized String line() {
        StringBuilder line = new StringBuilder(title);
        line.append(String.format(Locale.ROOT, " %d%% %d/%d", 100 * done / total, done, total));
        if (done == 0) {
            return line.toString();
        }
        line.append(String.format(Locale.ROOT, "  loss %.3f", loss));
        if (accuracy.isPresent()) {
            line.append(String.format(Locale.ROOT, "  acc %.1f%%", 100 * accuracy.getAsDouble()));
        }
        long left = Math.round((System.nanoTime() - start) / 1e9 / done * (total - done));
        String time = left < 3600
                ? String.format(Locale.ROOT, "%d:%02d", left / 60, left % 60)
                : String.format(Locale.ROOT, "%d h %02d", left / 3600, left % 3600 / 60);
        double rate = done * imagesPerStep / trainingSeconds;
        return line.append(String.format(Locale.ROOT, "  %.0f img/s  %s left", rate, time)).toString();
    }
}
