package dev.gossamer.experiment;

import java.time.Duration;
import java.util.List;

/**
 * How the runs of a sweep are executed, which does not change their results.
 *
 * @param parallel number of runs side by side, at least 1
 * @param checkpointEvery time between two checkpoints of a run; zero for none, not even at its end
 * @param devices numbers of the GPUs that runs side by side are placed on in turn; empty for that of their configuration
 */
public record Execution(int parallel, Duration checkpointEvery, List<Integer> devices) {

    /** One run after another, with a checkpoint every five minutes. */
    public static final Execution STANDARD = new Execution(1, Duration.ofMinutes(5), List.of());

    /** Copies the numbers. */
    public Execution {
        devices = List.copyOf(devices);
    }

    /**
     * A run with its share of the threads, at least one. A single worker keeps all of them, since its sums are rounded
     * differently for another number.
     */
    RunConfiguration share(RunConfiguration run) {
        boolean keepsAll = parallel == 1 || run.workers() == 1;
        return keepsAll ? run : run.withThreads(Math.max(1, run.engineThreads() / parallel));
    }

    /**
     * A run with its share of the threads, on its GPU.
     *
     * @param place which of the runs side by side it is, in [0, parallel)
     */
    RunConfiguration share(RunConfiguration run, int place) {
        RunConfiguration shared = share(run);
        return devices.isEmpty() ? shared : shared.withDevice(devices.get(place % devices.size()));
    }

    /** The run on each GPU where it may be placed. */
    List<RunConfiguration> placed(RunConfiguration run) {
        return devices.isEmpty() ? List.of(run) : devices.stream().map(run::withDevice).toList();
    }
}
