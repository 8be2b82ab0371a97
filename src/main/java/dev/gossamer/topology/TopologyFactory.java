package dev.gossamer.topology;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes topologies of names. Each file is read once and each topology is checked once, however often they are asked
 * for: all topologies of a factory are of one state of the files.
 */
public final class TopologyFactory {

    private final Map<List<Object>, Topology> topologies = new HashMap<>();
    private final Map<List<Object>, FileContent> files = new HashMap<>();
    private final Copies copies;

    /** Where files are kept that are gone. */
    @FunctionalInterface
    public interface Copies {

        /**
         * The copy of a file, with what {@link Topology#recorded} gave.
         *
         * @param file the file as {@link Topologies#file} has it
         * @param workers number of workers n
         */
        Optional<Path> of(String file, int workers);
    }

    /** Of files as they are now. */
    public TopologyFactory() {
        this((file, workers) -> Optional.empty());
    }

    /** Of files as they are now, and copies of those that are gone. */
    public TopologyFactory(Copies copies) {
        this.copies = copies;
    }

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
        return files.computeIfAbsent(List.of(kind, path, workers), key -> {
            Optional<Path> copy = isGone(path) ? copies.of(kind.prefix() + path, workers) : Optional.empty();
            return kind.read(copy.map(Path::toString).orElse(path), workers);
        });
    }

    private static boolean isGone(String path) {
        try {
            return Files.notExists(Path.of(GraphFiles.withoutRelabelling(path)));
        } catch (InvalidPathException e) {
            return true;
        }
    }
}
