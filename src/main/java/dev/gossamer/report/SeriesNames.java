package dev.gossamer.report;

import dev.gossamer.record.RunResult;
import java.util.List;

/**
 * What the runs of one line of a chart have in common: the topology, and the number of workers and the model where these differ
 * between the runs at hand.
 */
final class SeriesNames {

    private final boolean workersDiffer;
    private final boolean modelsDiffer;

    SeriesNames(List<RunResult> results) {
        workersDiffer = results.stream().map(RunResult::workers).distinct().count() > 1;
        modelsDiffer = results.stream().map(RunResult::model).distinct().count() > 1;
    }

    boolean workersDiffer() {
        return workersDiffer;
    }

    boolean modelsDiffer() {
        return modelsDiffer;
    }

    String of(RunResult result) {
        String name = result.topology();
        if (workersDiffer) {
            name += ", " + result.workers() + " workers";
        }
        return modelsDiffer ? name + ", " + result.model() : name;
    }
}
