package dev.gossamer.report.analysis;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.algorithm.method.LocalSgd;
import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.topology.Consensus;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import dev.gossamer.topology.Topology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The topologies of runs; of those from files, the graph that was recorded with the run, never the file as it is now.
 * One whose graph was not recorded, or that is too large to draw and to compute in passing, is left out.
 */
public final class TopologySchemes {

    /** Most workers of a topology that is drawn, and computed in passing. */
    public static final int MOST_WORKERS = 128;

    /** Longest period of a scheme that is computed in passing. */
    private static final int MOST_STEPS = 1000;

    private static final List<Key<?>> OF_ALGORITHMS = Stream.of(
            List.of(Algorithms.KEY), Algorithms.CATALOGUE.keys(), SlowMomentum.KEYS)
            .<Key<?>>flatMap(List::stream).toList();

    /** What is the same topology; the graph is the recorded fingerprint, empty where there is none. */
    private record Mixed(String name, int workers, Optional<String> graph, Consensus consensus) {

        static Mixed of(RecordedRun run) {
            return new Mixed(run.result().topology(), run.result().workers(), RunGraphs.fingerprint(run),
                    Consensus.of(run.configuration()));
        }
    }

    private final Map<Mixed, Scheme> schemes = new LinkedHashMap<>();
    private final Map<Mixed, String> leftOut = new LinkedHashMap<>();
    private final Set<String> withoutTheory = new LinkedHashSet<>();

    /** Those of some runs. */
    public TopologySchemes(List<RecordedRun> runs) {
        runs.forEach(this::add);
        runs.stream().filter(run -> of(run).isPresent() && ofTheory(run).isEmpty())
                .forEach(run -> withoutTheory.add(named(run)));
    }

    private void add(RecordedRun run) {
        Mixed key = Mixed.of(run);
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

    private static Scheme recorded(RecordedRun run, Mixed key) {
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
        return Optional.ofNullable(schemes.get(Mixed.of(run)));
    }

    /**
     * What a run mixes by, where theory is of its algorithm: decentralized SGD, whether at every step, as the topology
     * says, or with local steps or exact averages in between.
     */
    public Optional<Scheme> ofTheory(RecordedRun run) {
        return algorithm(run).filter(Algorithm::isDescent)
                .flatMap(algorithm -> of(run).map(algorithm::scheme))
                .filter(scheme -> scheme.period().orElse(1) <= MOST_STEPS);
    }

    private static Optional<Algorithm> algorithm(RecordedRun run) {
        Values values = new Values(OF_ALGORITHMS.stream()
                .filter(key -> run.configuration().containsKey(key.toString()))
                .collect(Collectors.toMap(Function.identity(), key -> run.configuration().get(key.toString()))));
        try {
            return Optional.of(Optimization.of(values).algorithm());
        } catch (ConfigurationException e) {
            return Optional.empty(); // one of another library's, or of a later release
        }
    }

    private static String named(RecordedRun run) {
        String name = run.configuration().getOrDefault(Algorithms.KEY.toString(), Algorithms.KEY.standard());
        String slow = run.configuration().getOrDefault(SlowMomentum.PERIOD.toString(), "0");
        String period = run.configuration().get(LocalSgd.PERIOD.toString());
        return (slow.equals("0") ? "" : "SlowMo around ") + name
                + (period == null ? "" : " every " + period + " steps");
    }

    /** Each topology once. */
    public List<Scheme> all() {
        return List.copyOf(schemes.values());
    }

    /** What was left out, a sentence each. */
    public List<String> leftOut() {
        List<String> sentences = new ArrayList<>(leftOut.values());
        if (!withoutTheory.isEmpty()) {
            sentences.add("what topologies predict: theory is of decentralized SGD, so runs with "
                    + String.join(", ", withoutTheory) + " are left out");
        }
        return sentences;
    }
}
