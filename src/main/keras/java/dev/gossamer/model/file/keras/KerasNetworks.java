package dev.gossamer.model.file.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.model.file.KerasReader;
import dev.gossamer.text.Shown;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.modelimport.keras.config.KerasModelConfiguration;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;

/** Networks as {@code model.save} of Keras 2 writes them into HDF5: DL4J says their layers in its own. */
public final class KerasNetworks implements KerasReader {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Those that do the same when channels come first, as they do here, and not last. */
    private static final List<String> KNOWN = List.of(
            "InputLayer", "Conv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D", "GlobalMaxPooling2D",
            "GlobalAveragePooling2D", "ZeroPadding2D", "Flatten", "Dense", "BatchNormalization", "Activation", "ReLU",
            "LeakyReLU", "ELU", "Dropout", "Add");

    /**
     * What of a file is read.
     *
     * @param model the network
     * @param training what {@code compile} was called with; empty where it was not
     */
    private record Saved(ObjectNode model, Optional<JsonNode> training) {}

    @Override
    public String json(Path path) {
        Saved saved = read(path);
        checkLayers(path, saved.model());
        KerasLoss loss = KerasLoss.of(path, saved.training());
        try {
            KerasModelBuilder builder = new KerasModelBuilder(new KerasModelConfiguration())
                    .modelJson(saved.model().toString()).enforceTrainingConfig(false);
            return saved.model().path("class_name").asText().equals("Sequential")
                    ? loss.added(builder.buildSequential().getMultiLayerConfiguration()).toJson()
                    : loss.added(builder.buildModel().getComputationGraphConfiguration()).toJson();
        } catch (ConfigurationException e) {
            throw e;
        } catch (InvalidKerasConfigurationException | UnsupportedKerasConfigurationException | RuntimeException e) {
            throw refused(path, "DL4J's import refuses it: " + Shown.line(firstLine(e)));
        } catch (IOException e) {
            throw refused(path, "DL4J's import cannot read its model_config");
        }
    }

    private static void checkLayers(Path path, JsonNode model) {
        JsonNode config = model.path("config");
        for (JsonNode layer : config.isArray() ? config : config.path("layers")) {
            if (!KNOWN.contains(layer.path("class_name").asText())) {
                throw refused(path, "has a layer " + Shown.value(layer.path("class_name").asText()) + ": expected "
                        + String.join(", ", KNOWN));
            }
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }

    private static Saved read(Path path) {
        try (HdfFile file = new HdfFile(path)) {
            ObjectNode model = json(path, file, "model_config")
                    .filter(JsonNode::isObject).map(ObjectNode.class::cast)
                    .orElseThrow(() -> refused(path, "expected the attribute model_config, as model.save of Keras"
                            + " writes it, found none"));
            text(file, "keras_version").ifPresent(version -> model.put("keras_version", version));
            text(file, "backend").ifPresent(backend -> model.put("backend", backend));
            return new Saved(model, json(path, file, "training_config"));
        } catch (ConfigurationException e) {
            throw e;
        } catch (RuntimeException e) {
            throw refused(path, "it is no HDF5 file, or damaged (" + Shown.line(firstLine(e)) + ")");
        }
    }

    private static Optional<JsonNode> json(Path path, HdfFile file, String attribute) {
        return text(file, attribute).map(text -> {
            try {
                return JSON.readTree(text);
            } catch (JsonProcessingException e) {
                throw refused(path, "its attribute " + attribute + " is not JSON");
            }
        });
    }

    private static Optional<String> text(HdfFile file, String name) {
        return Optional.ofNullable(file.getAttribute(name)).map(Attribute::getData)
                .filter(String.class::isInstance).map(String.class::cast);
    }

    static ConfigurationException refused(Path path, String words) {
        return new ConfigurationException("model: " + path + ": " + words);
    }
}
