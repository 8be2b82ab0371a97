package dev.gossamer.configuration;

import dev.gossamer.catalogue.Catalogue;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.data.Task;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Placement;
import dev.gossamer.text.Nearest;
import dev.gossamer.text.Shown;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** All keys of runs, in the order in which grids are expanded: the first varies slowest. */
public final class Keys {

    /** All keys, in order. */
    public static final List<Key<?>> ALL = Catalogue.distinct(Stream.of(
                    List.of(Task.KEY), Network.KEYS, Gossip.KEYS, Optimization.KEYS, Sampling.KEYS, Evaluations.KEYS,
                    Covariance.KEYS, Placement.KEYS, List.of(RunConfiguration.SEED))
            .<Key<?>>flatMap(List::stream)
            .toList());

    private static final Comparator<Key<?>> ORDER = Comparator.comparingInt(ALL::indexOf);

    private Keys() {}

    /**
     * The key of a name.
     *
     * @throws ConfigurationException if there is none, naming the nearest one
     */
    public static Key<?> of(String name) {
        return ALL.stream().filter(key -> key.toString().equals(name)).findFirst()
                .orElseThrow(() -> new ConfigurationException("unknown key " + Shown.value(name)
                        + Nearest.hint(name, ALL.stream().map(Key::toString).toList())));
    }

    /** An empty map whose keys are in order. */
    public static <V> SortedMap<Key<?>, V> map() {
        return new TreeMap<>(ORDER);
    }

    /** A copy of a map, whose keys are in order. */
    public static <V> SortedMap<Key<?>, V> map(Map<Key<?>, V> values) {
        SortedMap<Key<?>, V> map = map();
        map.putAll(values);
        return map;
    }

    /** An empty set of keys, in order. */
    public static SortedSet<Key<?>> set() {
        return new TreeSet<>(ORDER);
    }
}
