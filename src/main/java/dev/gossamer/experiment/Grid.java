package dev.gossamer.experiment;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;

/** Values for keys, one or several each; it stands for every combination of them. Immutable. */
public final class Grid {

    private static final int MOST_RUNS = 10_000;
    /** File systems take 255 bytes. */
    private static final int LONGEST_NAME = 200;

    private final Map<Key, List<String>> values;

    private Grid(Map<Key, List<String>> values) {
        this.values = values;
    }

    /**
     * A grid of values given side by side.
     *
     * @param values one text or several for each key
     * @throws ConfigurationException if a key has no value, there are several data sets, or epochs beside steps
     */
    public static Grid of(Map<Key, List<String>> values) {
        Map<Key, List<String>> copy = new EnumMap<>(Key.class);
        values.forEach((key, texts) -> {
            if (texts.isEmpty() || texts.stream().anyMatch(String::isBlank)) {
                throw key.rejects("an empty value");
            }
            if (texts.size() > 1 && !key.canVary()) {
                throw new ConfigurationException(key + " takes one value, got " + String.join(", ", texts));
            }
            copy.put(key, List.copyOf(texts));
        });
        if (copy.containsKey(Key.EPOCHS) && copy.containsKey(Key.STEPS)) {
            throw new ConfigurationException("epochs and steps both say how long a run is; give one of them");
        }
        return new Grid(Collections.unmodifiableMap(copy));
    }

    /** This grid with the values of another one in place of its own; epochs there replace steps here, and back. */
    public Grid with(Grid other) {
        Map<Key, List<String>> merged = new EnumMap<>(Key.class);
        merged.putAll(values);
        if (other.values.containsKey(Key.EPOCHS)) {
            merged.remove(Key.STEPS);
        }
        if (other.values.containsKey(Key.STEPS)) {
            merged.remove(Key.EPOCHS);
        }
        merged.putAll(other.values);
        return new Grid(Collections.unmodifiableMap(merged));
    }

    /** The values of a key as they were given, or its standard value; none where there is neither. */
    public List<String> texts(Key key) {
        return values.getOrDefault(key, key.standard().isEmpty() ? List.of() : List.of(key.standard()));
    }

    /**
     * Every combination of the values, by the name of its run, in the order of the keys: the first key varies slowest.
     * Combinations that mean the same are one.
     *
     * @throws ConfigurationException if a value is not allowed, or there are more than 10,000 combinations
     */
    public Map<String, RunConfiguration> runs() {
        checkSize();
        List<Map<Key, String>> combinations = new ArrayList<>();
        combinations.add(Map.of());
        for (Key key : Key.values()) {
            combinations = extend(combinations, key);
        }
        Set<RunConfiguration> distinct = new LinkedHashSet<>();
        combinations.forEach(texts -> distinct.add(RunConfiguration.of(texts)));
        return named(distinct);
    }

    private void checkSize() {
        BigInteger size = BigInteger.ONE;
        StringJoiner product = new StringJoiner(" x ");
        for (var entry : values.entrySet()) {
            int count = entry.getValue().size();
            if (count > 1) {
                size = size.multiply(BigInteger.valueOf(count));
                product.add(count + " of " + entry.getKey());
            }
        }
        if (size.compareTo(BigInteger.valueOf(MOST_RUNS)) > 0) {
            throw new ConfigurationException(
                    "an experiment must have at most " + MOST_RUNS + " runs, got " + product + " = " + size);
        }
    }

    private List<Map<Key, String>> extend(List<Map<Key, String>> combinations, Key key) {
        List<Map<Key, String>> extended = new ArrayList<>();
        for (Map<Key, String> combination : combinations) {
            for (String text : values.getOrDefault(key, List.of(key.standard()))) {
                Map<Key, String> texts = new EnumMap<>(Key.class);
                texts.putAll(combination);
                texts.put(key, text);
                extended.add(texts);
            }
        }
        return extended;
    }

    private static Map<String, RunConfiguration> named(Set<RunConfiguration> configurations) {
        Set<Key> varying = varying(configurations);
        Map<String, RunConfiguration> runs = new LinkedHashMap<>();
        for (RunConfiguration configuration : configurations) {
            String name = name(configuration, varying);
            String unique = name;
            for (int i = 2; runs.containsKey(unique); i++) {
                unique = name + "-" + i;
            }
            runs.put(unique, configuration);
        }
        return runs;
    }

    private static Set<Key> varying(Set<RunConfiguration> configurations) {
        Map<Key, Object> first = configurations.iterator().next().values();
        Set<Key> varying = EnumSet.noneOf(Key.class);
        for (RunConfiguration other : configurations) {
            Map<Key, Object> values = other.values();
            for (Key key : Key.values()) {
                if (!Objects.equals(first.get(key), values.get(key))) {
                    varying.add(key);
                }
            }
        }
        return varying;
    }

    /** Topology, learning rate and seed, and then whatever else differs between the runs. */
    private static String name(RunConfiguration configuration, Set<Key> varying) {
        Map<Key, Object> values = configuration.values();
        StringBuilder name = new StringBuilder(configuration.topology())
                .append("-lr").append(values.get(Key.LEARNING_RATE))
                .append("-seed").append(values.get(Key.SEED));
        Set<Key> more = EnumSet.copyOf(values.keySet());
        more.retainAll(varying);
        more.removeAll(Set.of(Key.TOPOLOGY, Key.LEARNING_RATE, Key.SEED));
        for (Key key : more) {
            name.append('-').append(key).append(values.get(key));
        }
        return name.substring(0, Math.min(LONGEST_NAME, name.length())).replaceAll("[^A-Za-z0-9._-]", "_");
    }
}
