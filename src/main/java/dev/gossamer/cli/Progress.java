package dev.gossamer.cli;

import dev.gossamer.experiment.Outcome;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.experiment.RunObserver;
import dev.gossamer.record.MetricsRow;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** What is shown of a run while it trains: step, loss, accuracy at the last evaluation, images per second. */
abstract class Progress implements RunObserver, AutoCloseable {

    private final double imagesPerStep;
    private double seconds;
    private double loss = Double.NaN;
    private OptionalDouble accuracy = OptionalDouble.empty();
    private long done;

    Progress(RunConfiguration configuration) {
        imagesPerStep = (double) configuration.workers() * configuration.batchSize();
    }

    @Override
    public final void stepped(long steps, double trainingLoss, double stepSeconds) {
        done = steps;
        loss = trainingLoss;
        seconds += stepSeconds;
        changed(done);
    }

    @Override
    public final void evaluated(List<MetricsRow> rows) {
        accuracy = Outcome.mean(rows, "test", MetricsRow::accuracy);
        changed(done);
    }

    /** There is something new to show. */
    abstract void changed(long steps);

    /** Takes away what is shown, or leaves it complete. */
    @Override
    public abstract void close();

    /** Loss, accuracy and speed: {@code loss 1.834  accuracy 41.2 %  3120 images/s}. */
    final String state() {
        String text = String.format(Locale.ROOT, "loss %.3f", loss);
        if (accuracy.isPresent()) {
            text += String.format(Locale.ROOT, "  accuracy %.1f %%", 100 * accuracy.getAsDouble());
        }
        return text + String.format(Locale.ROOT, "  %.0f images/s", done * imagesPerStep / seconds);
    }
}
