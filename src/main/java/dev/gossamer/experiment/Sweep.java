package dev.gossamer.experiment;

import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Executes the runs of an experiment, one after another or side by side, and records each in a folder of its own. A run
 * that diverges or fails is a result; the others go on. Runs that an earlier process left unfinished are continued.
 *
 * @param runs configurations by the name of the run, in order
 * @param data training and test images
 * @param engines makes the engine of each run
 * @param folder where the runs' folders are made
 * @param environment what is recorded about machine and program
 * @param execution how many runs side by side, and how often a checkpoint is written
 */
public record Sweep(
        Map<String, RunConfiguration> runs,
        DataSet data,
        EngineFactory engines,
        ExperimentFolder folder,
        Map<String, Object> environment,
        Execution execution) {

    /**
     * Executes the runs that need more steps.
     *
     * @param subscribers are told of every event, by the threads that train: by several at a time where runs are
     *     executed side by side. An exception that they throw fails the run, or ends the sweep where it is a
     *     {@link RecordException} or the run has ended
     * @param stop asked now and then; true ends the current runs as interrupted and starts no other
     * @return the results of the runs that were started, in the order in which they ended
     * @throws RecordException if something cannot be recorded; what was recorded before stays
     */
    public List<RunResult> run(List<Consumer<RunEvent>> subscribers, BooleanSupplier stop) {
        RunExecutor executor = new RunExecutor(
                data, engines, folder, folder.table(runs.keySet()), environment, execution, subscribers);
        List<RunResult> results = Collections.synchronizedList(new ArrayList<>());
        for (Queue<String> waiting : groups()) {
            new SideBySide(Math.min(execution.parallel(), waiting.size())).run(stop, (ended, lane) -> {
                while (!ended.getAsBoolean()) {
                    String name = waiting.poll();
                    if (name == null) {
                        break;
                    }
                    results.add(executor.execute(name, runs.get(name), lane, ended));
                }
            });
        }
        return results;
    }

    /** The runs to do: one group where they are executed one by one, else those that can go on at the same time. */
    private Collection<Queue<String>> groups() {
        Map<List<Object>, Queue<String>> groups = new LinkedHashMap<>();
        runs.forEach((name, run) -> {
            if (!folder.earlier().isFinal(name)) {
                List<Object> group = execution.parallel() == 1 ? List.of() : together(run);
                groups.computeIfAbsent(group, missing -> new ConcurrentLinkedQueue<>()).add(name);
            }
        });
        return groups.values();
    }

    /** Engines need other numbers of threads in libraries that have one for the process, where they have one worker. */
    private static List<Object> together(RunConfiguration run) {
        int threads = run.operationThreads();
        return threads == 1 ? List.of(threads) : List.of(threads, run.placement().engine());
    }
}
