package dev.gossamer.experiment;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Keys;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Partition;
import dev.gossamer.model.Model;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Placement;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.text.Numbers;
import dev.gossamer.topology.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Refuses to go on in a folder of results with other inputs than those of the runs in it, so that no table has rows of
 * two configurations of one name, two sets of data, or two graphs of one name. It writes nothing.
 *
 * @param folder the experiment's folder
 * @param fingerprint that of the data
 * @param warnings takes a sentence where something cannot be told
 */
record ResumeCheck(Path folder, String fingerprint, Consumer<String> warnings) {

    private static final String NONE = "none";

    /**
     * Looks at all runs of the folder.
     *
     * @param runs configurations by the names of their runs
     * @param ended the folders of the same runs, and of others
     * @throws ConfigurationException if one has other inputs
     * @throws RecordException if the records of a run that has to go on cannot be read, or are gone
     */
    void reject(Map<String, RunConfiguration> runs, Map<String, EndedRun> ended) {
        Map<String, Topology> graphs = new LinkedHashMap<>();
        runs.values().stream().map(run -> run.gossip().topology())
                .filter(topology -> topology.fingerprint().isPresent())
                .forEach(topology -> graphs.put(topology.name(), topology));
        runs.forEach((name, run) -> rejectConfiguration(name, run));
        Map<String, Partition> partitions = new LinkedHashMap<>();
        runs.values().forEach(run -> partitions.put(run.sampling().partition().toString(), run.sampling().partition()));
        ended.forEach((name, run) -> rejectParts(name, run, partitions));
        Map<String, Model> models = new LinkedHashMap<>();
        runs.values().forEach(run -> models.put(run.network().model().form(), run.network().model()));
        ended.forEach((name, run) -> rejectModel(name, run, models));
        ended.forEach((name, run) -> rejectInputs(name, run, graphs));
        warnOfPlugins(ended);
    }

    private void warnOfPlugins(Map<String, EndedRun> ended) {
        Set<String> different = new TreeSet<>();
        String now = RunEnvironment.plugins();
        ended.forEach((name, run) -> {
            Path path = folder.resolve(name);
            if (!run.isFinal() && Files.exists(path.resolve(RunFolder.ENVIRONMENT))) {
                String before = environment(path, run, RunEnvironment.PLUGINS).orElse("");
                different.addAll(RunEnvironment.differentPlugins(before, now));
            }
        });
        if (!different.isEmpty()) {
            warnings.accept("unfinished runs were begun with other plug-ins, of which differ: "
                    + String.join(", ", different) + "; they go on with those there are now");
        }
    }

    private void rejectConfiguration(String name, RunConfiguration run) {
        Path path = folder.resolve(name);
        Map<String, String> recorded = RunFolder.configuration(path);
        if (recorded.isEmpty()) {
            rejectRecordWithoutConfiguration(path, name);
            return;
        }
        Map<String, String> now = RunFolder.texts(run.toMap());
        Set<String> keys = new LinkedHashSet<>(now.keySet());
        keys.addAll(recorded.keySet());
        List<String> differences = new ArrayList<>();
        for (String key : keys) {
            if (!RunNames.isFree(key, now) && !Objects.equals(recorded.get(key), now.get(key))) {
                differences.add(key + " was " + recorded.getOrDefault(key, NONE) + " and is "
                        + now.getOrDefault(key, NONE));
            }
        }
        if (!differences.isEmpty()) {
            rejectDamaged(path.resolve(RunFolder.CONFIGURATION), recorded, run);
            throw new ConfigurationException("run " + name + " cannot be resumed with another configuration: "
                    + String.join("; ", differences) + "; give the values that it was started with");
        }
    }

    /** A configuration that no run can have was not given by anybody. */
    private static void rejectDamaged(Path file, Map<String, String> recorded, RunConfiguration run) {
        Map<Key<?>, String> texts = Keys.map();
        try {
            recorded.forEach((key, text) -> texts.put(Keys.of(key), text));
            texts.put(Gossip.TOPOLOGY, run.gossip().topology().name());
            texts.put(Gossip.WORKERS, Integer.toString(run.gossip().workers()));
            RunConfiguration.of(texts, (topology, workers) -> run.gossip().topology());
            Numbers.integer(recorded.getOrDefault(Gossip.WORKERS.toString(), ""));
        } catch (ConfigurationException | NumberFormatException e) {
            throw new RecordException(file + " is not as it was written: "
                    + (e instanceof ConfigurationException ? e.getMessage() : "workers is no number")
                    + "; put it back, or remove its folder to do the run anew");
        }
    }

    /** A run that was killed while its folder was made has neither file. */
    private static void rejectRecordWithoutConfiguration(Path path, String name) {
        if (Files.exists(path.resolve(RunFolder.METRICS))) {
            throw new RecordException("run " + name + " cannot be resumed, because its " + RunFolder.CONFIGURATION
                    + " is gone; put it back, or remove " + path + " to do the run anew");
        }
    }

    private void rejectParts(String name, EndedRun run, Map<String, Partition> partitions) {
        Path path = folder.resolve(name);
        Partition partition = partitions.get(configuration(path, run).get(Partition.KEY.toString()));
        if (partition == null || !Files.exists(path.resolve(RunFolder.ENVIRONMENT))) {
            return;
        }
        Optional<String> now = partition.fingerprint();
        environment(path, run, RunFolder.PARTITION_FINGERPRINT).filter(before -> !now.equals(Optional.of(before)))
                .ifPresent(before -> reject(name, "the parts of " + partition + " had the fingerprint " + before
                        + " and have " + now.orElse(NONE)));
    }

    private void rejectModel(String name, EndedRun run, Map<String, Model> models) {
        Path path = folder.resolve(name);
        Model model = models.get(configuration(path, run).get(Network.MODEL.toString()));
        if (model == null || !Files.exists(path.resolve(RunFolder.ENVIRONMENT))) {
            return;
        }
        Optional<String> now = model.fingerprint();
        environment(path, run, RunFolder.MODEL_FINGERPRINT).filter(before -> !now.equals(Optional.of(before)))
                .ifPresent(before -> reject(name, "the model " + model.form() + " had the fingerprint " + before
                        + " and has " + now.orElse(NONE)));
    }

    private void rejectInputs(String name, EndedRun run, Map<String, Topology> graphs) {
        Path path = folder.resolve(name);
        Map<String, String> configuration = configuration(path, run);
        if (configuration.isEmpty()) {
            return;
        }
        Optional<Topology> graph = Optional.ofNullable(graphs.get(configuration.get(Gossip.TOPOLOGY.toString())));
        if (!Files.exists(path.resolve(RunFolder.ENVIRONMENT))) {
            graph.ifPresent(topology -> rejectGraphWithoutEnvironment(path, name, topology));
            return;
        }
        environment(path, run, RunFolder.FINGERPRINT).filter(before -> !before.equals(fingerprint))
                .ifPresent(before ->
                        reject(name, "the data had the fingerprint " + before + " and have " + fingerprint));
        if (wasRoundedInNameOnly(path, run, configuration)) {
            reject(name, "precision was bf16 and fp32 in fact, as it was on every CPU, and is bf16");
        }
        Optional<String> before = environment(path, run, RunFolder.TOPOLOGY_FINGERPRINT);
        graph.filter(topology -> before.isPresent() && !before.equals(topology.fingerprint()))
                .ifPresent(topology -> reject(name, "the graph of " + topology + " had the fingerprint " + before.get()
                        + " and has " + topology.fingerprint().orElse(NONE)));
        if (graph.isPresent() && before.isEmpty() && !run.isFinal()) {
            warnings.accept(name + " was begun by a version that did not record its graph; it goes on with "
                    + graph.get() + " as it is now");
        }
    }

    /** Earlier versions computed in fp32 on a CPU whatever the precision was, and recorded none in the environment. */
    private boolean wasRoundedInNameOnly(Path path, EndedRun run, Map<String, String> configuration) {
        return "bf16".equals(configuration.get(Placement.PRECISION.toString())) && !run.isFinal()
                && environment(path, run, RunFolder.DEVICE).filter("cpu"::equals).isPresent()
                && environment(path, run, Placement.PRECISION.toString()).isEmpty();
    }

    private static void reject(String name, String difference) {
        throw new ConfigurationException("run " + name + " cannot be resumed with another configuration: " + difference
                + "; give the values that it was started with, or start a new folder of results without --resume");
    }

    private static void rejectGraphWithoutEnvironment(Path path, String name, Topology topology) {
        Path graph = path.resolve(RunFolder.GRAPH);
        if (Files.exists(graph) && !RunFolder.holds(graph, topology.recorded().orElseThrow())) {
            reject(name, "the graph of " + topology + " is not that of " + graph);
        }
    }

    /** The configuration of a run; none where it cannot be read and the run is not one of those to do. */
    private Map<String, String> configuration(Path path, EndedRun run) {
        try {
            return RunFolder.configuration(path);
        } catch (RecordException e) {
            return ignore(run.planned().isEmpty(), e, Map.of());
        }
    }

    /** A value of the environment of a run; empty where it cannot be read and the run needs no more steps. */
    private Optional<String> environment(Path path, EndedRun run, String name) {
        try {
            return RunFolder.environment(path, name);
        } catch (RecordException e) {
            return ignore(run.planned().isEmpty() || run.isFinal(), e, Optional.empty());
        }
    }

    private static <T> T ignore(boolean isHarmless, RecordException damage, T nothing) {
        if (!isHarmless) {
            throw damage;
        }
        return nothing;
    }
}
