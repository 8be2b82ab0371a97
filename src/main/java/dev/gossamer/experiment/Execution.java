package dev.gossamer.experiment;

import java.time.Duration;

/**
 * How the runs of a sweep are executed, which does not change their results.
 *
 * @param parallel number of runs side by side, at least 1
 * @param checkpointEvery time between two checkpoints of a run; zero for none, not even at its end
 */
public record Execution(int parallel, Duration checkpointEvery) {

    /** One run after another, with a checkpoint every five minutes. */
    public static final Execution STANDARD = new Execution(1, Duration.ofMinutes(5));

    /**
     * A run with its share of the threads, at least one. A single worker keeps all of them, since its sums are rounded
     * differently for another number.
     */
    RunConfiguration share(RunConfiguration run) {
        boolean keepsAll = parallel == 1 || run.workers() == 1;
        return keepsAll ? run : run.withThreads(Math.max(1, run.engineThreads() / parallel));
    }
}
