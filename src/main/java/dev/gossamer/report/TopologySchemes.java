package dev.gossamer.report;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The topologies of runs. One that cannot be made again, because its file is gone for example, or is too large to draw
 * and to compute in passing, is left out.
 */
final class TopologySchemes {

    private final Map<List<Object>, Scheme> schemes = new LinkedHashMap<>();
    private final List<String> leftOut = new ArrayList<>();

    TopologySchemes(List<RecordedRun> runs) {
        runs.stream().map(TopologySchemes::key).distinct().forEach(this::add);
    }

    private static List<Object> key(RecordedRun run) {
        return List.of(run.result().topology(), run.result().workers());
    }

    private void add(List<Object> key) {
        String name = (String) key.get(0);
        int workers = (Integer) key.get(1);
        if (workers > Charts.MOST_DRAWN_WORKERS) {
            leftOut.add("topology " + name + ": more than " + Charts.MOST_DRAWN_WORKERS
                    + " workers are neither drawn nor computed here; ./run.sh topologies computes them");
            return;
        }
        try {
            schemes.put(key, Topologies.parse(name, workers));
        } catch (IllegalArgumentException e) {
            leftOut.add("topology " + name + ": " + e.getMessage());
        }
    }

    /** The topology of a run, where it is known. */
    Optional<Scheme> of(RecordedRun run) {
        return Optional.ofNullable(schemes.get(key(run)));
    }

    /** Each topology once. */
    List<Scheme> all() {
        return List.copyOf(schemes.values());
    }

    /** What was left out, a sentence each. */
    List<String> leftOut() {
        return leftOut;
    }
}
