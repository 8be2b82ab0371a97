package dev.gossamer.configuration;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.text.Nearest;
import dev.gossamer.text.ParserFailure;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An experiment as a YAML file describes it: what it is for, the values all runs share ({@code defaults}), the keys
 * that vary ({@code grid}, lists), values that belong together ({@code runs}, each combined with the whole grid; a list
 * in one of them stands for as many), and what replaces all of these in the quick form ({@code quick}).
 *
 * @param name the file's name without its ending
 * @param purpose what the experiment shows, one or two sentences
 * @param grid shared and varying values
 * @param quick what the quick form replaces
 */
public record ExperimentFile(String name, String purpose, Grid grid, Grid quick) {

    private static final String ENDING = ".yaml";
    private static final long MOST_BYTES = 1_000_000;
    private static final List<String> SECTIONS = List.of("purpose", "defaults", "grid", "runs", "quick");
    private static final YAMLFactory FACTORY =
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /**
     * Reads an experiment file.
     *
     * @throws ConfigurationException if it is not YAML in UTF-8, or holds an unknown section or key
     * @throws IOException if it cannot be read
     */
    public static ExperimentFile read(Path file) throws IOException {
        return parse(nameOf(file), text(file), file.toString());
    }

    /**
     * Reads the text of an experiment file.
     *
     * @param name name of the experiment
     * @throws ConfigurationException if it is not YAML, or holds an unknown section or key
     */
    public static ExperimentFile parse(String name, String text) {
        return parse(name, text, name);
    }

    private static ExperimentFile parse(String name, String text, String source) {
        try {
            return parse(name, tree(text));
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(source + " is not valid YAML: " + ParserFailure.words(e, text));
        } catch (ConfigurationException e) {
            throw new ConfigurationException(source + ": " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("a text cannot fail to be read", e);
        }
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new ConfigurationException(file + " must be a text of at most " + MOST_BYTES + " bytes, got "
                    + Files.size(file));
        }
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(file + " must be a text in UTF-8, got other bytes");
        }
    }

    /** The files of a folder that describe experiments, by name. */
    public static List<Path> in(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    /** The name of the experiment that a file describes. */
    public static String nameOf(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    }

    /**
     * The content with every value as it is written: numbers are read by {@link Key#parse}, as those of options
     * are.
     */
    private static JsonNode tree(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            JsonNode root = tree(parser);
            if (parser.nextToken() != null) {
                throw new ConfigurationException(
                        "an experiment file holds one YAML document, got a second one after ---");
            }
            return root;
        }
    }

    private static JsonNode tree(JsonParser parser) throws IOException {
        if (parser.getTypeId() != null || ((YAMLParser) parser).isCurrentAlias()) {
            throw new ConfigurationException("line " + parser.currentTokenLocation().getLineNr()
                    + ": an experiment file holds plain values, without the tags (!) and aliases (*) of YAML");
        }
        if (parser.currentToken() == null || parser.currentToken() == JsonToken.VALUE_NULL) {
            return NODES.nullNode();
        }
        if (parser.isExpectedStartArrayToken()) {
            ArrayNode items = NODES.arrayNode();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(tree(parser));
            }
            return items;
        }
        if (parser.isExpectedStartObjectToken()) {
            ObjectNode fields = NODES.objectNode();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                fields.set(name, tree(parser));
            }
            return fields;
        }
        return NODES.textNode(parser.getText());
    }

    private static ExperimentFile parse(String name, JsonNode root) {
        if (!root.isObject()) {
            throw new ConfigurationException("an experiment file holds the sections " + String.join(", ", SECTIONS));
        }
        rejectLists(root.path("defaults"));
        for (var section : root.properties()) {
            if (!SECTIONS.contains(section.getKey())) {
                throw new ConfigurationException(
                        "unknown section " + Shown.value(section.getKey()) + Nearest.hint(section.getKey(), SECTIONS));
            }
        }
        Map<Key<?>, List<String>> grid = section(root, "grid");
        Grid shared = Grid.of(section(root, "defaults")).asDefaults().with(Grid.of(grid));
        List<Map<Key<?>, String>> runs = runs(root.path("runs"));
        for (Key<?> key : grid.keySet()) {
            if (runs.stream().anyMatch(run -> run.containsKey(key))) {
                throw new ConfigurationException(key + " is both in the grid and in the runs; put it into one of them");
            }
        }
        Grid all = runs.isEmpty() ? shared : shared.withRuns(runs);
        return new ExperimentFile(name, root.path("purpose").asText().strip(), all,
                Grid.of(section(root, "quick")).asDefaults());
    }

    private static void rejectLists(JsonNode defaults) {
        for (var entry : defaults.properties()) {
            JsonNode value = entry.getValue();
            if (value.isArray() && value.size() > 1 && value.get(0).isValueNode()) {
                throw new ConfigurationException(
                        entry.getKey() + " takes one value in the defaults, got " + Shown.shortened(value.toString())
                                + "; lists belong into the grid");
            }
        }
    }

    private static Map<Key<?>, List<String>> section(JsonNode root, String name) {
        JsonNode section = root.path(name);
        if (!section.isObject() && !section.isMissingNode() && !section.isNull()) {
            throw new ConfigurationException("section \"" + name + "\" must hold lines of the form key: value");
        }
        return values(section);
    }

    private static Map<Key<?>, List<String>> values(JsonNode object) {
        Map<Key<?>, List<String>> values = new LinkedHashMap<>();
        for (var entry : object.properties()) {
            Key<?> key = Keys.of(entry.getKey());
            values.put(key, texts(key, entry.getValue()));
        }
        return values;
    }

    private static List<Map<Key<?>, String>> runs(JsonNode section) {
        List<Map<Key<?>, String>> runs = new ArrayList<>();
        if (section.isMissingNode() || section.isNull()) {
            return runs;
        }
        for (JsonNode item : section.isArray() ? section : List.of(section)) {
            if (!item.isObject() || item.isEmpty()) {
                throw new ConfigurationException("section \"runs\" must hold items of the form {key: value, key: value}");
            }
            Map<Key<?>, List<String>> values = values(item);
            checkRun(values);
            runs.addAll(combinations(values));
            if (runs.size() > Grid.MOST_RUNS) {
                throw new ConfigurationException("section \"runs\" must stand for at most " + Grid.MOST_RUNS
                        + " runs, got " + runs.size() + " or more");
            }
        }
        return runs;
    }

    private static void checkRun(Map<Key<?>, List<String>> values) {
        Grid.of(values).checkSize();
        List<AlgorithmFamily> algorithms = values.getOrDefault(Algorithms.KEY, List.of()).stream()
                .map(Algorithms.KEY::parse).toList();
        values.forEach((key, texts) -> {
            if (!key.canVary()) {
                throw new ConfigurationException(key + " is the same for all runs; it belongs into the defaults");
            }
            if (!algorithms.isEmpty()) {
                Algorithms.CATALOGUE.checkUse(key, texts, algorithms);
            }
        });
    }

    /** One text for each key, in all combinations; the first key varies slowest. */
    private static List<Map<Key<?>, String>> combinations(Map<Key<?>, List<String>> values) {
        List<Map<Key<?>, String>> combinations = List.of(Map.of());
        for (Map.Entry<Key<?>, List<String>> entry : values.entrySet()) {
            List<Map<Key<?>, String>> longer = new ArrayList<>();
            for (Map<Key<?>, String> combination : combinations) {
                for (String text : entry.getValue()) {
                    Map<Key<?>, String> more = new LinkedHashMap<>(combination);
                    more.put(entry.getKey(), text);
                    longer.add(more);
                }
            }
            combinations = longer;
        }
        return combinations;
    }

    /** The texts of a value, several where it is a list; a schedule may be a list of pairs, or a list of such lists. */
    private static List<String> texts(Key<?> key, JsonNode value) {
        if (key == Optimization.LEARNING_RATE_SCHEDULE && isPair(value.path(0))) {
            return List.of(stages(value));
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode item : value.isArray() ? value : List.of(value)) {
            boolean stages = key == Optimization.LEARNING_RATE_SCHEDULE && isPair(item.path(0));
            if (!stages && (!item.isValueNode() || item.isNull())) {
                throw key.rejects(Shown.shortened(item.toString()));
            }
            texts.add(stages ? stages(item) : item.asText());
        }
        return texts;
    }

    private static boolean isPair(JsonNode value) {
        return value.isArray() && value.size() == 2 && value.get(0).isValueNode() && value.get(1).isValueNode();
    }

    private static String stages(JsonNode list) {
        List<String> stages = new ArrayList<>();
        for (JsonNode stage : list) {
            if (!isPair(stage)) {
                throw Optimization.LEARNING_RATE_SCHEDULE.rejects(Shown.shortened(list.toString()));
            }
            stages.add(stage.get(0).asText() + ":" + stage.get(1).asText());
        }
        return String.join("+", stages);
    }
}
