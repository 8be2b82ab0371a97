package dev.gossamer.model.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.text.Shown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JavaType;
import org.nd4j.shade.jackson.databind.JsonMappingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.cfg.MapperConfig;
import org.nd4j.shade.jackson.databind.jsontype.PolymorphicTypeValidator;

/**
 * A stack or a graph of DL4J's layers, in an order in which what a node reads comes before it.
 *
 * @param input name of the images
 * @param nodes all others; the last one is the output
 */
record Layout(String input, List<Node> nodes) {

    private static final String IMAGES = "images";

    /** DL4J's, which makes objects of the classes that {@link NetworkText} allows alone. */
    private static final ObjectMapper MAPPER = NeuralNetConfiguration.mapper().copy()
            .setPolymorphicTypeValidator(new Descriptions());

    /** What stands for the class of an object, as a field or first in an array, before the class is loaded. */
    private static final class Descriptions extends PolymorphicTypeValidator.Base {

        private static final long serialVersionUID = 1;

        @Override
        public Validity validateSubClassName(MapperConfig<?> mapper, JavaType base, String name) {
            return NetworkText.isDescription(name) ? Validity.ALLOWED : Validity.DENIED;
        }
    }

    /**
     * A layer or a vertex.
     *
     * @param name unique
     * @param content DL4J's configuration of a layer or of a vertex
     * @param preProcessor what the layer's input goes through before, or null
     * @param inputs names of nodes or of the images
     */
    record Node(String name, Object content, InputPreProcessor preProcessor, List<String> inputs) {

        /** As sentences name it: {@code layer dense1 (DenseLayer)}. */
        @Override
        public String toString() {
            return (content instanceof GraphVertex ? "vertex " : "layer ") + Shown.shortened(name) + " ("
                    + content.getClass().getSimpleName() + ")";
        }
    }

    /** The last node. */
    Node output() {
        return nodes.get(nodes.size() - 1);
    }

    /** The node that reads another one, where it is the only one. */
    Optional<Node> onlyReader(Node node) {
        List<Node> readers = nodes.stream().filter(reader -> reader.inputs().contains(node.name())).toList();
        return readers.size() == 1 ? Optional.of(readers.get(0)) : Optional.empty();
    }

    /**
     * That of a configuration, made anew.
     *
     * @throws ConfigurationException if it is none of a network with one input and one output
     */
    static Layout of(Path path, JsonNode configuration) {
        try {
            if (configuration.has("confs")) {
                return of(path, MAPPER.readValue(configuration.toString(), MultiLayerConfiguration.class));
            }
            if (configuration.has("vertices")) {
                return of(path, MAPPER.readValue(configuration.toString(),
                        ComputationGraphConfiguration.class));
            }
        } catch (ConfigurationException e) {
            throw e;
        } catch (JsonProcessingException | RuntimeException e) {
            throw refused(path, "DL4J cannot read it" + place(e));
        }
        throw refused(path, "expected what toJson() or toYaml() of DL4J's MultiLayerConfiguration or"
                + " ComputationGraphConfiguration writes, with confs or vertices, found neither");
    }

    /** Where in the configuration it failed. */
    private static String place(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
                return ": expected another value at " + mapping.getPath().stream()
                        .map(part -> part.getFieldName() == null ? "" + part.getIndex() : part.getFieldName())
                        .collect(Collectors.joining("."));
            }
        }
        return "";
    }

    private static Layout of(Path path, MultiLayerConfiguration stack) {
        if (stack.getConfs().isEmpty()) {
            throw refused(path, "expected at least one layer, found none");
        }
        Map<String, Node> nodes = new LinkedHashMap<>();
        String last = IMAGES;
        for (int i = 0; i < stack.getConfs().size(); i++) {
            var layer = stack.getConf(i).getLayer();
            if (layer == null) {
                throw refused(path, "expected a layer at confs." + i + ", found none");
            }
            String name = layer.getLayerName() == null || layer.getLayerName().equals(IMAGES)
                    || nodes.containsKey(layer.getLayerName()) ? "layer-" + i : layer.getLayerName();
            nodes.put(name, new Node(name, layer, stack.getInputPreProcess(i), List.of(last)));
            last = name;
        }
        return new Layout(IMAGES, List.copyOf(nodes.values()));
    }

    private static Layout of(Path path, ComputationGraphConfiguration graph) {
        String input = only(path, "input", graph.getNetworkInputs());
        String output = only(path, "output", graph.getNetworkOutputs());
        Map<String, Node> left = new LinkedHashMap<>();
        graph.getVertices().forEach((name, vertex) -> left.put(name, node(path, graph, name, vertex)));
        if (!left.containsKey(output)) {
            throw refused(path, "expected a vertex for the output " + Shown.value(output) + ", found none");
        }
        List<Node> sorted = sorted(path, input, left);
        Map<String, Long> readers = new HashMap<>();
        sorted.forEach(node -> node.inputs().forEach(name -> readers.merge(name, 1L, Long::sum)));
        for (Node node : sorted) {
            if (node.name().equals(output) == readers.containsKey(node.name())) {
                throw refused(path, node.name().equals(output)
                        ? "expected the output " + node + " to be read by none, found that it is"
                        : "expected " + node + " to be read by another one, found that it is not");
            }
        }
        sorted.sort((a, b) -> Boolean.compare(a.name().equals(output), b.name().equals(output)));
        return new Layout(input, List.copyOf(sorted));
    }

    private static String only(Path path, String what, List<String> names) {
        if (names == null || names.size() != 1) {
            throw refused(path, "expected one network " + what + ", found "
                    + (names == null || names.isEmpty() ? "none" : String.join(", ", names)));
        }
        return names.get(0);
    }

    private static Node node(Path path, ComputationGraphConfiguration graph, String name, GraphVertex vertex) {
        List<String> inputs = graph.getVertexInputs().getOrDefault(name, List.of());
        if (inputs.isEmpty()) {
            throw refused(path, "expected inputs of vertex " + Shown.value(name) + ", found none");
        }
        if (!(vertex instanceof LayerVertex layer)) {
            return new Node(name, vertex, null, inputs);
        }
        if (layer.getLayerConf() == null || layer.getLayerConf().getLayer() == null) {
            throw refused(path, "expected a layer in vertex " + Shown.value(name) + ", found none");
        }
        Node node = new Node(name, layer.getLayerConf().getLayer(), layer.getPreProcessor(), inputs);
        if (inputs.size() != 1) {
            throw refused(path, "expected one input of " + node + ", found " + String.join(", ", inputs));
        }
        return node;
    }

    /** In the order of the file where that can be (Kahn 1962). */
    private static List<Node> sorted(Path path, String input, Map<String, Node> nodes) {
        Map<String, Integer> places = new HashMap<>();
        Map<String, Integer> missing = new HashMap<>();
        Map<String, List<Node>> readers = new HashMap<>();
        PriorityQueue<Node> ready = new PriorityQueue<>(Comparator.comparing(node -> places.get(node.name())));
        for (Node node : nodes.values()) {
            places.put(node.name(), places.size());
            Set<String> inputs = new HashSet<>(node.inputs());
            inputs.remove(input);
            inputs.forEach(read -> readers.computeIfAbsent(read, none -> new ArrayList<>()).add(node));
            missing.put(node.name(), inputs.size());
            if (inputs.isEmpty()) {
                ready.add(node);
            }
        }
        Map<String, Node> left = new LinkedHashMap<>(nodes);
        List<Node> sorted = new ArrayList<>();
        while (!ready.isEmpty()) {
            Node next = ready.remove();
            left.remove(next.name());
            sorted.add(next);
            readers.getOrDefault(next.name(), List.of()).stream()
                    .filter(reader -> missing.merge(reader.name(), -1, Integer::sum) == 0).forEach(ready::add);
        }
        left.values().stream().findFirst().ifPresent(node -> {
            throw refused(path, "expected inputs before what reads them, found " + node + " with inputs "
                    + String.join(", ", node.inputs()));
        });
        return sorted;
    }

    static ConfigurationException refused(Path path, String words) {
        return new ConfigurationException("model: " + path + ": " + words);
    }
}
