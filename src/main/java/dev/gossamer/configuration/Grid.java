package dev.gossamer.configuration;

import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.data.Task;
import dev.gossamer.model.Model;
import dev.gossamer.model.Models;
import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import dev.gossamer.topology.TopologyFactory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * Values for keys, one or several each; it stands for every combination of them. Values that belong together are in
 * runs, each of which is combined with all of the grid. Immutable.
 */
public final class Grid {

    static final int MOST_RUNS = 10_000;
    /** File systems take 255 bytes. */
    private static final int LONGEST_NAME = 200;
    private static final List<Map<Key<?>, String>> NO_RUNS = List.of(Map.of());

    private final Map<Key<?>, List<String>> values;
    private final List<Map<Key<?>, String>> runs;
    private final Set<Key<?>> wanted;

    private Grid(Map<Key<?>, List<String>> values, List<Map<Key<?>, String>> runs, Set<Key<?>> wanted) {
        this.values = Collections.unmodifiableMap(values);
        this.runs = runs;
        this.wanted = wanted;
    }

    /**
     * A grid of values given side by side.
     *
     * @param values one text or several for each key
     * @throws ConfigurationException if a key has no value or the same number twice, there are several data sets, or
     *     epochs beside steps
     */
    public static Grid of(Map<Key<?>, List<String>> values) {
        Map<Key<?>, List<String>> copy = Keys.map();
        values.forEach((key, texts) -> {
            if (texts.isEmpty() || texts.stream().anyMatch(String::isBlank)) {
                throw key.rejects("an empty value");
            }
            if (texts.size() > 1 && !key.canVary()) {
                throw new ConfigurationException(key + " takes one value, got "
                        + Shown.shortened(String.join(", ", texts)));
            }
            rejectRepetition(key, texts);
            copy.put(key, List.copyOf(texts));
        });
        rejectTwoLengths(copy.keySet());
        return new Grid(copy, NO_RUNS, Set.copyOf(copy.keySet()));
    }

    /** The same grid with values that may be of keys which no run has. */
    public Grid asDefaults() {
        return new Grid(values, runs, Set.of());
    }

    private static void rejectTwoLengths(Set<Key<?>> keys) {
        if (keys.containsAll(Set.of(Optimization.EPOCHS, Optimization.STEPS))) {
            throw new ConfigurationException("epochs and steps both say how long a run is; give one of them");
        }
    }

    private static void rejectRepetition(Key<?> key, List<String> texts) {
        Set<Object> known = new HashSet<>();
        for (String text : texts) {
            if (!known.add(meaning(text))) {
                throw new ConfigurationException(
                        key + " takes each value once, got " + Shown.shortened(text) + " again in "
                                + Shown.shortened(String.join(", ", texts)));
            }
        }
    }

    /** What is equal for {@code 0.1}, {@code 0.10} and {@code 1e-1}. */
    private static Object meaning(String text) {
        try {
            return Numbers.decimal(text.strip()) + 0.0;
        } catch (NumberFormatException e) {
            return text.strip();
        }
    }

    /**
     * This grid with values that belong together: every one of the runs is combined with all of the grid. They replace
     * the grid's own values of their keys.
     *
     * @param lines one text for each key, the first of which names the run; equal ones are runs of their own
     * @throws ConfigurationException if a run has epochs beside steps
     */
    public Grid withRuns(List<Map<Key<?>, String>> lines) {
        Map<Key<?>, List<String>> others = Keys.map();
        others.putAll(values);
        for (Map<Key<?>, String> line : lines) {
            rejectTwoLengths(line.keySet());
            others.keySet().removeAll(replaced(line.keySet()));
        }
        return new Grid(others, lines.stream().map(line -> completed(line, others.keySet())).toList(), wanted);
    }

    /** A line, and of the grid's own values that other lines replace those that this one does not. */
    private Map<Key<?>, String> completed(Map<Key<?>, String> line, Set<Key<?>> left) {
        Map<Key<?>, String> completed = new LinkedHashMap<>(line);
        values.forEach((key, texts) -> {
            if (texts.size() == 1 && !left.contains(key) && !replaced(line.keySet()).contains(key)) {
                completed.put(key, texts.get(0));
            }
        });
        return completed;
    }

    /**
     * This grid with the values of another one in place of its own; epochs there replace steps here, and back. Of runs,
     * values of the key that names them choose some; all other keys are replaced in every run.
     *
     * @throws ConfigurationException if no run has a name that is chosen
     */
    public Grid with(Grid other) {
        Map<Key<?>, List<String>> merged = Keys.map();
        merged.putAll(values);
        merged.keySet().removeAll(replaced(other.values.keySet()));
        merged.putAll(other.values);
        Set<Key<?>> allWanted = Keys.set();
        allWanted.addAll(wanted);
        allWanted.addAll(other.wanted);
        if (runs.equals(NO_RUNS)) {
            return new Grid(merged, runs, allWanted);
        }
        Key<?> naming = runs.get(0).keySet().iterator().next();
        Set<Key<?>> replaced = replaced(other.values.keySet());
        replaced.remove(naming);
        List<Map<Key<?>, String>> left = without(replaced, runs);
        List<String> chosen = other.values.get(naming);
        if (chosen != null && left.stream().allMatch(line -> line.keySet().equals(Set.of(naming)))) {
            return new Grid(merged, NO_RUNS, allWanted);
        }
        merged.remove(naming);
        return new Grid(merged, chosen == null ? left : chosen(naming, chosen, left), allWanted);
    }

    /** Some keys, and those that they say the same with other words. */
    private static Set<Key<?>> replaced(Set<Key<?>> keys) {
        Set<Key<?>> replaced = Keys.set();
        replaced.addAll(keys);
        if (keys.contains(Optimization.EPOCHS) || keys.contains(Optimization.STEPS)) {
            replaced.addAll(Set.of(Optimization.EPOCHS, Optimization.STEPS));
        }
        return replaced;
    }

    /** The runs without some keys; those that differed in these only are one. */
    private static List<Map<Key<?>, String>> without(Set<Key<?>> keys, List<Map<Key<?>, String>> runs) {
        List<Map<Key<?>, String>> left = runs.stream().map(line -> (Map<Key<?>, String>) new LinkedHashMap<>(line))
                .toList();
        boolean changed = false;
        for (Map<Key<?>, String> line : left) {
            changed |= line.keySet().removeAll(keys);
        }
        return changed ? left.stream().distinct().toList() : runs;
    }

    private static List<Map<Key<?>, String>> chosen(Key<?> naming, List<String> names, List<Map<Key<?>, String>> runs) {
        List<Map<Key<?>, String>> chosen = new ArrayList<>();
        for (String name : names) {
            List<Map<Key<?>, String>> found = runs.stream()
                    .filter(line -> meaning(line.getOrDefault(naming, "")).equals(meaning(name)))
                    .toList();
            if (found.isEmpty()) {
                Set<String> known = runs.stream().map(line -> line.get(naming)).collect(
                        Collectors.toCollection(LinkedHashSet::new));
                Set<Key<?>> others = new LinkedHashSet<>(runs.get(0).keySet());
                others.remove(naming);
                throw new ConfigurationException(naming + " must be one of the runs of this experiment ("
                        + String.join(", ", known) + "), or be given with " + others.stream().map(Key::toString)
                        .collect(Collectors.joining(", ")) + "; got " + Shown.value(name));
            }
            chosen.addAll(found);
        }
        return chosen;
    }

    /** The values of a key as they were given, or its standard value; none where there is neither. */
    public List<String> texts(Key<?> key) {
        if (runs.stream().anyMatch(line -> line.containsKey(key))) {
            return runs.stream().map(line -> line.getOrDefault(key, key.standard())).distinct().toList();
        }
        return values.getOrDefault(key, key.standard().isEmpty() ? List.of() : List.of(key.standard()));
    }

    /**
     * Every combination of the values, by the name of its run, in the order of the keys: the first key varies slowest.
     * Combinations that mean the same are one; runs that were given twice are two. A file with a graph is read once,
     * and all runs are of what it held then.
     *
     * @param topologies makes the topologies
     * @throws ConfigurationException if a value is not allowed, or of a key that no run has, unless it is a default; or
     *     there are more than 10,000 combinations
     */
    public Map<String, RunConfiguration> runs(TopologyFactory topologies) {
        checkSize();
        List<RunConfiguration> all = new ArrayList<>();
        Map<Task, Task> tasks = new HashMap<>();
        Map<Model, Model> models = new HashMap<>();
        for (Map<Key<?>, String> line : runs) {
            List<Map<Key<?>, String>> combinations = List.of(line);
            for (Key<?> key : Keys.ALL) {
                combinations = line.containsKey(key) ? combinations : extend(combinations, key);
            }
            Set<RunConfiguration> distinct = new LinkedHashSet<>();
            combinations.forEach(texts ->
                    distinct.add(RunConfiguration.of(texts, topologies::get).with(tasks, models)));
            all.addAll(distinct);
        }
        checkUse(all);
        return named(all);
    }

    private void checkUse(List<RunConfiguration> all) {
        Set<AlgorithmFamily> algorithms = new LinkedHashSet<>();
        Set<Model> models = new LinkedHashSet<>();
        boolean hasSlowSteps = false;
        for (RunConfiguration run : all) {
            algorithms.add(run.optimization().family());
            models.add(run.network().model());
            hasSlowSteps |= run.optimization().slowMomentum().isPresent();
        }
        for (Key<?> key : wanted) {
            Algorithms.CATALOGUE.checkUse(key, values.getOrDefault(key, List.of()), algorithms);
            Models.CATALOGUE.checkUse(key, values.getOrDefault(key, List.of()), models);
            if (SlowMomentum.KEYS.contains(key) && key != SlowMomentum.PERIOD && !hasSlowSteps) {
                throw new ConfigurationException(key + " " + Shown.shortened(String.join(", ", values.get(key)))
                        + " has no effect without " + SlowMomentum.PERIOD);
            }
        }
    }

    /** The same with files of graphs as they are now. */
    public Map<String, RunConfiguration> runs() {
        return runs(new TopologyFactory());
    }

    /** Number of combinations, of which several may mean the same run. */
    public int combinations() {
        return size().min(BigInteger.valueOf(Integer.MAX_VALUE)).intValue();
    }

    private BigInteger size() {
        BigInteger size = BigInteger.valueOf(runs.size());
        for (List<String> texts : values.values()) {
            size = size.multiply(BigInteger.valueOf(texts.size()));
        }
        return size;
    }

    void checkSize() {
        StringJoiner product = new StringJoiner(" x ");
        if (runs.size() > 1) {
            product.add(runs.size() + " of runs");
        }
        values.forEach((key, texts) -> {
            if (texts.size() > 1) {
                product.add(texts.size() + " of " + key);
            }
        });
        if (size().compareTo(BigInteger.valueOf(MOST_RUNS)) > 0) {
            throw new ConfigurationException(
                    "an experiment must have at most " + MOST_RUNS + " runs, got " + product + " = " + size());
        }
    }

    private List<Map<Key<?>, String>> extend(List<Map<Key<?>, String>> combinations, Key<?> key) {
        List<Map<Key<?>, String>> extended = new ArrayList<>();
        for (Map<Key<?>, String> combination : combinations) {
            for (String text : values.getOrDefault(key, List.of(key.standard()))) {
                Map<Key<?>, String> texts = Keys.map();
                texts.putAll(combination);
                texts.put(key, text);
                extended.add(texts);
            }
        }
        return extended;
    }

    private static Map<String, RunConfiguration> named(List<RunConfiguration> configurations) {
        Set<Key<?>> varying = varying(configurations);
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

    /** Keys that tell runs apart; those that only some runs have, among these. */
    public static Set<Key<?>> varying(Collection<RunConfiguration> configurations) {
        List<Map<Key<?>, Object>> all = configurations.stream().map(RunConfiguration::values).toList();
        Set<Key<?>> ofSome = Keys.set();
        ofSome.addAll(Optimization.KEYS_OF_SOME);
        Set<Key<?>> varying = Keys.set();
        for (Key<?> key : Keys.ALL) {
            if (all.stream().filter(values -> values.containsKey(key) || !ofSome.contains(key))
                    .map(values -> Optional.ofNullable(values.get(key))).distinct().count() > 1) {
                varying.add(key);
            }
        }
        return varying;
    }

    /** Topology, learning rate and seed, and then whatever else differs between the runs. */
    private static String name(RunConfiguration configuration, Set<Key<?>> varying) {
        Map<Key<?>, Object> values = configuration.values();
        StringBuilder name = new StringBuilder(configuration.gossip().topology().name())
                .append("-lr").append(values.get(Optimization.LEARNING_RATE))
                .append("-seed").append(values.get(RunConfiguration.SEED));
        Set<Key<?>> more = new LinkedHashSet<>(values.keySet());
        more.retainAll(varying);
        more.removeAll(Set.of(Gossip.TOPOLOGY, Optimization.LEARNING_RATE, RunConfiguration.SEED));
        for (Key<?> key : more) {
            name.append('-').append(key == Algorithms.KEY ? "" : key).append(values.get(key));
        }
        return name.substring(0, Math.min(LONGEST_NAME, name.length())).replaceAll("[^A-Za-z0-9._-]", "_");
    }
}
