package dev.gossamer.model.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gossamer.model.BatchNormSpec;
import dev.gossamer.text.Decimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/**
 * What a network's configuration says and a run decides otherwise: updaters with their learning rates, normalisation of
 * gradients, seed, data type, l1, l2 and weight decay; there are no constraints and no noise of weights. Channels of
 * images come first.
 *
 * @param penalties names of what would have changed loss or parameters
 * @param epsilons of batch norms, other than Gossamer's
 */
record Unused(SortedSet<String> penalties, SortedSet<Double> epsilons) {

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

    /** Their keys are names of the user's own. */
    private static final Set<String> NAMED = Set.of("vertices", "vertexInputs");

    private static final String CHANNELS_LAST = "NHWC";
    private static final String CHANNELS_FIRST = "NCHW";

    /** Takes it out of a configuration. */
    static Unused removedFrom(JsonNode configuration) {
        Unused unused = new Unused(new TreeSet<>(), new TreeSet<>());
        unused.remove(configuration);
        return unused;
    }

    private void remove(JsonNode node) {
        if (node instanceof ObjectNode object) {
            if (object.path(NetworkText.CLASS).asText().equals(BatchNormalization.class.getName())
                    && object.path("eps").asDouble() != BatchNormSpec.EPSILON) {
                epsilons.add(object.path("eps").asDouble());
            }
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
        } else if (NAMED.contains(name)) {
            value.forEach(this::remove);
        } else if (name.toLowerCase(Locale.ROOT).endsWith("format") && value.asText().equals(CHANNELS_LAST)) {
            object.put(name, CHANNELS_FIRST);
        } else {
            remove(value);
        }
    }

    /** Sentences that say which of it changes what is trained. */
    List<String> notes(Path path) {
        List<String> notes = new ArrayList<>();
        if (!penalties.isEmpty()) {
            notes.add("Note: " + path + " has " + String.join(", ", penalties)
                    + ", which a run leaves out; weight-decay is its key.");
        }
        if (!epsilons.isEmpty()) {
            String found = epsilons.stream().map(Decimal::format).collect(Collectors.joining(", "));
            notes.add("Note: eps of batch norms is " + Decimal.format(BatchNormSpec.EPSILON) + ", not " + found
                    + " as in " + path + ".");
        }
        return notes;
    }
}
