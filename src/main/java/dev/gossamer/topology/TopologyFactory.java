package dev.gossamer.topology;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes topologies of names. Each file is read once and each topology is checked once, however often they are asked
 * for: all topologies of a factory are of one state of the files.
 */
public final class TopologyFactory {

    private final Map<List<Object>, Topology> topologies = new HashMap<>();
    private final Map<List<Object>, FileContent> files = new HashMap<>();

    /**
     * The topology of a name, see {@link Topologies#parse}.
     *
     * @param workers number of workers n, at least 1
     * @throws IllegalArgumentException as there
     */
    public Topology get(String name, int workers) {
        List<Object> key = List.of(name, workers);
        Topology known = topologies.get(key);
        if (known == null) {
            known = Topologies.topology(name, workers, this::read);
            topologies.put(key, known);
        }
        return known;
    }

    private FileContent read(FileKind kind, String path, int workers) {
        return files.computeIfAbsent(List.of(kind, path, workers), key -> kind.read(path, workers));
    }
}
