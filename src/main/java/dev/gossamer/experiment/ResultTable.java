package dev.gossamer.experiment;

import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RunResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** {@code lr-accuracy.csv}, with one row for each run that has ended, in the order of the runs. */
final class ResultTable {

    private final Path folder;
    private final Set<String> order = new LinkedHashSet<>();
    private final Map<String, RunResult> results;

    /**
     * Writes what is known already.
     *
     * @param folder the experiment's folder
     * @param runs names of the runs, in order
     * @param earlier results by name, also of other runs, which come last
     */
    ResultTable(Path folder, Collection<String> runs, Map<String, RunResult> earlier) {
        this.folder = folder;
        order.addAll(runs);
        order.addAll(earlier.keySet());
        results = new LinkedHashMap<>(earlier);
        write();
    }

    /** Puts a run's row in its place; it replaces an earlier one. */
    synchronized void put(String name, RunResult result) {
        results.put(name, result);
        write();
    }

    private void write() {
        List<RunResult> rows = new ArrayList<>();
        order.stream().map(results::get).filter(Objects::nonNull).forEach(rows::add);
        LearningRateAccuracy.write(folder, rows);
    }
}
