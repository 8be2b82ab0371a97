package dev.gossamer.model.file.keras;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gossamer.text.Shown;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The loss that a network was compiled with, which DL4J's layers have at the end.
 *
 * @param path the file, for messages
 * @param function in DL4J's words
 * @param ofLogits whether the softmax is the loss's, not the network's
 */
record KerasLoss(Path path, LossFunction function, boolean ofLogits) {

    /** By their names without underscores and capital letters, so that those of functions and classes are alike. */
    private static final Map<String, LossFunction> KNOWN = Map.of(
            "categoricalcrossentropy", LossFunction.MCXENT,
            "sparsecategoricalcrossentropy", LossFunction.MCXENT,
            "mse", LossFunction.MSE,
            "meansquarederror", LossFunction.MSE);

    /** That of a training configuration; cross-entropy where there is none. */
    static KerasLoss of(Path path, Optional<JsonNode> training) {
        JsonNode loss = training.map(compiled -> compiled.path("loss")).filter(found -> !found.isNull()).orElse(null);
        if (loss == null) {
            return new KerasLoss(path, LossFunction.MCXENT, false);
        }
        String name = loss.isTextual() ? loss.asText() : loss.path("class_name").asText();
        LossFunction function = KNOWN.get(name.replace("_", "").toLowerCase(Locale.ROOT));
        JsonNode config = loss.path("config");
        if (function == null || config.path("label_smoothing").asDouble() != 0) {
            throw KerasNetworks.refused(path, "is compiled with the loss "
                    + Shown.value(name.isEmpty() ? loss.toString() : name)
                    + (function == null ? "" : " with label_smoothing")
                    + ": expected categorical_crossentropy, sparse_categorical_crossentropy or mse");
        }
        return new KerasLoss(path, function, config.path("from_logits").asBoolean());
    }

    /** A stack with this loss at its end. */
    MultiLayerConfiguration added(MultiLayerConfiguration stack) {
        NeuralNetConfiguration last = stack.getConf(stack.getConfs().size() - 1);
        last.setLayer(ending(last.getLayer()));
        return stack;
    }

    /** The same of a graph. */
    ComputationGraphConfiguration added(ComputationGraphConfiguration graph) {
        for (String output : graph.getNetworkOutputs()) {
            if (!(graph.getVertices().get(output) instanceof LayerVertex vertex)) {
                throw refused(output, graph.getVertices().get(output));
            }
            vertex.getLayerConf().setLayer(ending(vertex.getLayerConf().getLayer()));
        }
        return graph;
    }

    private Layer ending(Layer last) {
        if (last instanceof DenseLayer dense) {
            return new OutputLayer.Builder(function).name(dense.getLayerName()).nIn(dense.getNIn())
                    .nOut(dense.getNOut()).hasBias(dense.hasBias()).weightInit(dense.getWeightInitFn())
                    .biasInit(dense.getBiasInit()).activation(activation(dense.getActivationFn())).build();
        }
        if (last instanceof ActivationLayer activation) {
            return new LossLayer.Builder(function).name(last.getLayerName())
                    .activation(activation(activation.getActivationFn())).build();
        }
        throw refused(last.getLayerName(), last);
    }

    private IActivation activation(IActivation own) {
        return ofLogits ? new ActivationSoftmax() : own;
    }

    private RuntimeException refused(String name, Object last) {
        return KerasNetworks.refused(path, "ends with " + Shown.shortened(name) + " ("
                + last.getClass().getSimpleName() + "): expected Dense or Activation");
    }
}
