package dev.gossamer.experiment;

import dev.gossamer.configuration.RunConfiguration;
import java.time.Duration;
import java.util.List;

/**
 * How the runs of a sweep are executed, which does not change their results.
 *
 * @param parallel number of runs side by side, at least 1
 * @param checkpointEvery time between two checkpoints of a run; zero for none, not even at its end
 * @param devices numbers of the GPUs that runs side by side are placed on in turn; empty for those of their
 *     configurations
 */
public record Execution(int parallel, Duration checkpointEvery, List<Integer> devices) {

    /** One run after another, with a checkpoint every five minutes. */
    public static final Execution STANDARD = new Execution(1, Duration.ofMinutes(5), List.of());

    /**
     * A run with its share of the threads, at least one, on its GPU. A single worker keeps all threads, since its sums
     * are rounded differently for another number.
     *
     * @param lane number of the run among those side by side, from 0
     */
    RunConfiguration place(RunConfiguration run, int lane) {
        boolean keepsAll = parallel == 1 || run.gossip().workers() == 1;
        RunConfiguration placed =
                keepsAll ? run : run.at(run.placement().withThreads(
                        Math.max(1, run.placement().engineThreads() / parallel)));
        return devices.isEmpty() ? placed : placed.at(placed.placement().onGpu(devices.get(lane % devices.size())));
    }

    /** Number of lanes that differ in where they are: those after them are on the same GPUs again. */
    int places() {
        return Math.max(1, Math.min(parallel, devices.size()));
    }
}
