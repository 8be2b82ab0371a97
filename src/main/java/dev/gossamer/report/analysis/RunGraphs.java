package dev.gossamer.report.analysis;

import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.topology.Topologies;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells runs apart whose topology has one name and several graphs, because the file was another in between. */
final class RunGraphs {

    /** The key of such runs: the first digits of the graph's fingerprint. */
    static final String KEY = "graph";

    private static final int DIGITS = 12;

    private RunGraphs() {}

    /** The recorded fingerprint of the graph of a run; empty where it is from no file, or not recorded. */
    static Optional<String> fingerprint(RecordedRun run) {
        if (!Topologies.isFile(run.result().topology())) {
            return Optional.empty();
        }
        try {
            return RunFolder.environment(run.folder(), RunFolder.TOPOLOGY_FINGERPRINT);
        } catch (RecordException e) {
            return Optional.empty();
        }
    }

    /** What tells the graph of a run apart from others of the same name, where there are any. */
    static Optional<String> label(RecordedRun run) {
        return Optional.ofNullable(run.configuration().get(KEY));
    }

    /** The same runs, with the key {@value #KEY} where their topology's name does not say which graph it is. */
    static List<RecordedRun> toldApart(List<RecordedRun> runs) {
        Map<List<Object>, Set<Optional<String>>> graphs = new HashMap<>();
        runs.forEach(run -> graphs.computeIfAbsent(name(run), key -> new HashSet<>()).add(fingerprint(run)));
        return runs.stream().map(run -> graphs.get(name(run)).size() > 1 ? withGraph(run) : run).toList();
    }

    private static List<Object> name(RecordedRun run) {
        return List.of(run.result().topology(), run.result().workers());
    }

    private static RecordedRun withGraph(RecordedRun run) {
        Map<String, String> configuration = new LinkedHashMap<>(run.configuration());
        fingerprint(run).ifPresent(graph ->
                configuration.put(KEY, graph.substring(0, Math.min(DIGITS, graph.length()))));
        return new RecordedRun(run.folder(), run.result(), configuration);
    }
}
