package dev.gossamer.configuration;

import dev.gossamer.configuration.LearningRateSchedule.Span;
import java.util.List;

/**
 * The factors on the learning rate in each step of a run whose length is known: those of its schedule, times those of
 * its warm-up, which runs while the schedule does.
 *
 * @param stages the stages of the schedule, at least one step in all
 * @param warmUp number k of steps of the warm-up, at least 0; step t &lt; k has (t + 1) / k of its rate, counted from
 *     0, so that the last of them has all of it
 */
public record LearningRates(List<Span> stages, long warmUp) {

    /** Number of steps of the run. */
    public long steps() {
        return stages.get(stages.size() - 1).to();
    }

    /**
     * The factor on the learning rate in a step.
     *
     * @param step in [0, steps)
     */
    public double factor(long step) {
        double scheduled = stages.stream().filter(stage -> step < stage.to()).findFirst().orElseThrow().factor(step);
        return step < warmUp ? scheduled * (step + 1) / warmUp : scheduled;
    }

    /**
     * The smallest factor in the first and the last step of a stage. No other step has a smaller one, but for a stage
     * of half a cosine that ends above 0 and has steps in the warm-up, where none has half of it or less.
     */
    public double least() {
        return stages.stream().filter(stage -> stage.steps() > 0)
                .mapToDouble(stage -> Math.min(factor(stage.from()), factor(stage.to() - 1))).min().orElseThrow();
    }
}
