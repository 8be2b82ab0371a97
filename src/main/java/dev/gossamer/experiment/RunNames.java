package dev.gossamer.experiment;

import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.placement.Placement;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RunFolder;
import dev.gossamer.topology.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The names of runs in the folder of an experiment. A run that is there already is known by its configuration and has
 * its name of then, which may be another one than a new run would have: names hold what differs from run to run.
 */
public final class RunNames {

    private final Path folder;
    private final Map<Map<String, String>, TreeSet<String>> unclaimed = new HashMap<>();
    private final Map<String, RunConfiguration> named = new LinkedHashMap<>();

    private RunNames(Path folder) {
        this.folder = folder;
        for (String name : folders(folder)) {
            identity(folder.resolve(name)).ifPresent(
                    known -> unclaimed.computeIfAbsent(known, missing -> new TreeSet<>()).add(name));
        }
    }

    /**
     * The configurations by the names of their runs in a folder; the order stays.
     *
     * @param folder the experiment's folder
     * @param runs configurations by the names that new runs have
     */
    public static Map<String, RunConfiguration> in(Path folder, Map<String, RunConfiguration> runs) {
        return new RunNames(folder).of(runs);
    }

    private Map<String, RunConfiguration> of(Map<String, RunConfiguration> runs) {
        Map<String, String> claimed = new LinkedHashMap<>();
        runs.forEach((name, run) -> {
            if (candidates(run).remove(name)) {
                claimed.put(name, name);
            }
        });
        runs.forEach((name, run) -> {
            if (!claimed.containsKey(name) && !candidates(run).isEmpty()) {
                claimed.put(name, candidates(run).pollFirst());
            }
        });
        Set<String> taken = new HashSet<>(claimed.values());
        runs.forEach((name, run) -> {
            String there = claimed.get(name);
            named.put(there == null ? free(name, taken) : there, there == null ? run : asRecorded(there, run));
        });
        return named;
    }

    private TreeSet<String> candidates(RunConfiguration run) {
        return unclaimed.getOrDefault(
                identity(RunFolder.texts(run.toMap()), run.gossip().topology().fingerprint()), new TreeSet<>());
    }

    /** The name of a new run, or with a number where another run of these has it. */
    private static String free(String name, Set<String> taken) {
        String free = name;
        for (int i = 2; !taken.add(free); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    /** The configuration with the name that its topology has in a folder. */
    private RunConfiguration asRecorded(String name, RunConfiguration run) {
        String topology = RunFolder.configuration(folder.resolve(name)).get(Gossip.TOPOLOGY.toString());
        return run.with(run.gossip().topology().named(topology));
    }

    /** What decides the run of a folder; empty where that is not known. */
    private static Optional<Map<String, String>> identity(Path folder) {
        try {
            Map<String, String> recorded = RunFolder.configuration(folder);
            Optional<String> graph = RunFolder.environment(folder, RunFolder.TOPOLOGY_FINGERPRINT);
            return recorded.containsKey(Gossip.TOPOLOGY.toString())
                    ? Optional.of(identity(recorded, graph))
                    : Optional.empty();
        } catch (RecordException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> identity(Map<String, String> configuration, Optional<String> graph) {
        Map<String, String> identity = new HashMap<>(configuration);
        identity.keySet().removeIf(key -> isFree(key, configuration));
        identity.computeIfPresent(Gossip.TOPOLOGY.toString(), (key, name) -> Topology.content(name, graph));
        return identity;
    }

    /** Whether a value may differ, because it does not change results. */
    static boolean isFree(String key, Map<String, String> configuration) {
        return key.equals(Placement.DEVICES.toString())
                || key.equals(Placement.THREADS.toString())
                && !"1".equals(configuration.get(Gossip.WORKERS.toString()));
    }

    /** The names of the folders in that of an experiment, in alphabetical order. */
    static List<String> folders(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(Files::isDirectory).map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw RecordException.reading(folder, e);
        }
    }
}
