package dev.gossamer.report.analysis;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.topology.Consensus;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import dev.gossamer.topology.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The topologies of runs; of those from files, the graph that was recorded with the run, never the file as it is now.
 * One whose graph was not recorded, or that is too large to draw and to compute in passing, is left out.
 */
public final class TopologySchemes {

    /** Most workers of a topology that is drawn, and computed in passing. */
    public static final int MOST_WORKERS = 128;

    /** What is the same topology; the graph is the recorded fingerprint, empty where there is none. */
    private record Key(String name, int workers, Optional<String> graph, Consensus consensus) {

        static Key of(RecordedRun run) {
            return new Key(run.result().topology(), run.result().workers(), RunGraphs.fingerprint(run),
                    Consensus.of(run.configuration()));
        }
    }

    private final Map<Key, Scheme> schemes = new LinkedHashMap<>();
    private final Map<Key, String> leftOut = new LinkedHashMap<>();

    /** Those of some runs. */
    public TopologySchemes(List<RecordedRun> runs) {
        runs.forEach(this::add);
    }

    private void add(RecordedRun run) {
        Key key = Key.of(run);
        if (schemes.containsKey(key) || leftOut.containsKey(key)) {
            return;
        }
        if (key.workers > MOST_WORKERS) {
            leftOut.put(key, "topology " + key.name + ": more than " + MOST_WORKERS
                    + " workers are neither drawn nor computed here; ./run.sh topologies computes them");
            return;
        }
        try {
            schemes.put(key, key.consensus.of(Topologies.isFile(key.name)
                    ? recorded(run, key)
                    : Topologies.parse(key.name, key.workers)));
        } catch (IllegalArgumentException e) {
            leftOut.put(key, "topology " + key.name + ": " + e.getMessage());
        }
    }

    private static Scheme recorded(RecordedRun run, Key key) {
        String fingerprint = key.graph.orElseThrow(() -> new IllegalArgumentException(
                "its graph was not recorded with " + ReportedRuns.name(run) + ", and the file may be another by now"));
        Topology topology = Topologies.recorded(key.name, key.workers, run.folder().resolve(RunFolder.GRAPH));
        if (!topology.fingerprint().equals(Optional.of(fingerprint))) {
            throw new IllegalArgumentException(RunFolder.GRAPH + " of " + ReportedRuns.name(run)
                    + " is not the graph of the run: its fingerprint is not the one in " + RunFolder.ENVIRONMENT);
        }
        Scheme scheme = topology.scheme();
        return RunGraphs.label(run)
                .map(label -> named(scheme.name() + ", " + VariedKeys.phrase(RunGraphs.KEY, label), scheme))
                .orElse(scheme);
    }

    private static Scheme named(String name, Scheme scheme) {
        return new PeriodicScheme(name,
                IntStream.range(0, scheme.period().orElseThrow()).mapToObj(scheme::at).toList());
    }

    /** The topology of a run, where it is known. */
    public Optional<Scheme> of(RecordedRun run) {
        return Optional.ofNullable(schemes.get(Key.of(run)));
    }

    /** Each topology once. */
    public List<Scheme> all() {
        return List.copyOf(schemes.values());
    }

    /** What was left out, a sentence each. */
    public List<String> leftOut() {
        return new ArrayList<>(leftOut.values());
    }
}
