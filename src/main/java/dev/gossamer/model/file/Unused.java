package dev.gossamer.model.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a network's configuration says and a run's decides: updaters with their learning rates, the normalisation of
 * gradients, seed, data type, l1, l2 and weight decay; constraints and noise of weights there are none. Where images have
 * their channels does not matter to a network, and they come first here.
 *
 * @param penalties names of what would have changed the loss or the parameters
 */
record Unused(SortedSet<String> penalties) {

    private static final Map<String, JsonNode> REPLACED = Map.of(
            "iupdater", JsonNodeFactory.instance.objectNode()
                    .put(NetworkText.CLASS, "org.nd4j.linalg.learning.config.NoOp"),
            "biasUpdater", JsonNodeFactory.instance.nullNode(),
            "gradientNormalization", JsonNodeFactory.instance.textNode("None"));

    private static final Map<String, JsonNode> PENALTIES = Map.of(
            "regularization", JsonNodeFactory.instance.arrayNode(),
            "regularizationBias", JsonNodeFactory.instance.arrayNode(),
            "constraints", JsonNodeFactory.instance.nullNode(),
            "weightNoise", JsonNodeFactory.instance.nullNode());

    private static final String CHANNELS_LAST = "NHWC";
    private static final String CHANNELS_FIRST = "NCHW";

    /** Takes it out of a configuration. */
    static Unused removedFrom(JsonNode configuration) {
        Unused unused = new Unused(new TreeSet<>());
        unused.remove(configuration);
        return unused;
    }

    private void remove(JsonNode node) {
        if (node instanceof ObjectNode object) {
            List.copyOf(object.properties()).forEach(field -> remove(object, field.getKey(), field.getValue()));
        } else {
            node.forEach(this::remove);
        }
    }

    private void remove(ObjectNode object, String name, JsonNode value) {
        if (REPLACED.containsKey(name)) {
            object.set(name, REPLACED.get(name));
        } else if (PENALTIES.containsKey(name)) {
            value.findValuesAsText(NetworkText.CLASS).stream().filter(type -> !type.contains("schedule"))
                    .forEach(type -> penalties.add(type.substring(type.lastIndexOf('.') + 1)));
            object.set(name, PENALTIES.get(name));
        } else if (value.asText().equals(CHANNELS_LAST)) {
            object.put(name, CHANNELS_FIRST);
        } else {
            remove(value);
        }
    }

    /** Sentences that say which of it changes the training. */
    List<String> notes(Path path) {
        return Optional.of(penalties).filter(found -> !found.isEmpty()).stream()
                .map(found -> "Note: " + String.join(", ", found) + " in " + path
                        + " have no effect; weight-decay is a key of the run.").toList();
    }
}
