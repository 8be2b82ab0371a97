package dev.gossamer.cli.console;

import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.experiment.Outcome;
import dev.gossamer.experiment.RunEvent;
import dev.gossamer.record.MetricsRow;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** What is shown of a run while it trains: step, loss, accuracy at the last evaluation, images/s, time left. */
public abstract class Progress implements Consumer<RunEvent>, AutoCloseable {

    private static final double LARGE_LOSS = 1000;

    private final String name;
    private final String place;
    private final long total;
    private final double imagesPerStep;
    private final long start = System.nanoTime();
    private double trainingSeconds;
    private double loss = Double.NaN;
    private OptionalDouble accuracy = OptionalDouble.empty();
    private String evaluating = "";
    private boolean repeating;
    private final long before;
    private long done;

    /**
     * @param name name of the run
     * @param place which of the runs it is: {@code 2/5}
     * @param configuration what it does
     * @param done number of steps that earlier processes have done
     * @param total number of its steps
     */
    public Progress(String name, String place, RunConfiguration configuration, long done, long total) {
        this.name = name;
        this.place = place;
        this.total = total;
        this.done = done;
        before = done;
        imagesPerStep = (double) configuration.gossip().workers() * configuration.optimization().batchSize();
    }

    @Override
    public final void accept(RunEvent event) {
        if (note(event)) {
            changed(done);
        }
    }

    /** Whether an event changes what is shown. */
    private synchronized boolean note(RunEvent event) {
        if (event instanceof RunEvent.Stepped step) {
            done = step.steps();
            loss = step.loss();
            trainingSeconds += step.seconds();
        } else if (event instanceof RunEvent.Evaluating evaluation) {
            evaluating = "  evaluating " + evaluation.done() + "/" + evaluation.total();
        } else if (event instanceof RunEvent.Repeating repetition) {
            repeating = true;
            evaluating = "  repetition " + (repetition.done() + 1) + "/" + repetition.total();
        } else if (event instanceof RunEvent.Evaluated evaluation) {
            accuracy = Outcome.mean(evaluation.rows(), MetricsRow.TEST, MetricsRow::accuracy);
            evaluating = "";
        } else {
            return false;
        }
        return true;
    }

    /** There is something new to show after so many steps. */
    abstract void changed(long steps);

    /** Ends the display. */
    @Override
    public abstract void close();

    /**
     * The state in one line: {@code ring-lr0.05-seed1 (2/5) 7% 9/120  loss 1.834  acc 41.2%  31 img/s  0:55 left}; how
     * far an evaluation or a repetition is stands in place of the images/s while it goes on.
     *
     * @param room number of characters there is room for, for which the name is shortened
     */
    public final synchronized String line(int room) {
        String state = state();
        int left = Math.max(2, room - state.length());
        return (name.length() <= left ? name : name.substring(0, left - 2) + "..") + state;
    }

    private String state() {
        StringBuilder state = new StringBuilder();
        state.append(String.format(Locale.ROOT, " (%s) %d%% %d/%d", place, percent(), done, total));
        if (done == before) {
            return state.append(evaluating).toString();
        }
        state.append(String.format(Locale.ROOT, loss < LARGE_LOSS ? "  loss %.3f" : "  loss %.1e", loss));
        if (accuracy.isPresent()) {
            state.append(String.format(Locale.ROOT, "  acc %.1f%%", 100 * accuracy.getAsDouble()));
        }
        double rate = (done - before) * imagesPerStep / trainingSeconds;
        state.append(evaluating.isEmpty() ? String.format(Locale.ROOT, "  %.0f img/s", rate) : evaluating);
        return repeating || isLastEvaluation()
                ? state.toString()
                : state.append("  ").append(timeLeft()).append(" left").toString();
    }

    private boolean isLastEvaluation() {
        return !repeating && done == total && !evaluating.isEmpty();
    }

    private long percent() {
        return isLastEvaluation() ? 99 : 100 * done / total;
    }

    private String timeLeft() {
        long left = Math.round((System.nanoTime() - start) / 1e9 / (done - before) * (total - done));
        return left < 3600
                ? String.format(Locale.ROOT, "%d:%02d", left / 60, left % 60)
                : String.format(Locale.ROOT, "%d h %02d", left / 3600, left % 3600 / 60);
    }
}
