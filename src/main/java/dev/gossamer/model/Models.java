package dev.gossamer.model;

import dev.gossamer.catalogue.Catalogue;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;

/**
 * The models, as DL4J configurations: one input of images [b, c, h, w], one output layer named {@value #LOSS} with mean
 * softmax cross-entropy against labels [b, classes] (one-hot), whose input is the layer {@value #LOGITS} and whose
 * output is log-probabilities [b, classes].
 *
 * <p>Score and gradients are means over the batch. Parameters are packed in one vector in the order and layout of
 * PyTorch's {@code named_parameters()}: convolution weights [out, in, k, k] and linear weights [out, in] in C order,
 * each followed by its bias. {@code ComputationGraph.init()} fills the vector from the seed alone.
 */
public final class Models {

    /** Name of the output layer. */
    public static final String LOSS = "loss";
    /** Name of the layer whose output is the logits [b, classes]. */
    public static final String LOGITS = "logits";

    /** All models. */
    public static final Catalogue<Model> CATALOGUE = Catalogue.load("model", Model.class);

    private Models() {}

    /** Number of parameters of a network that is configured, not made. */
    public static long parameters(ComputationGraphConfiguration configuration) {
        return configuration.getVertices().values().stream().mapToLong(vertex -> vertex.numParams(false)).sum();
    }

    /** Number of tensors that they are. */
    public static int tensors(ComputationGraphConfiguration configuration) {
        return configuration.getVertices().values().stream()
                .filter(LayerVertex.class::isInstance)
                .map(vertex -> ((LayerVertex) vertex).getLayerConf().getLayer())
                .mapToInt(layer -> layer.initializer().paramKeys(layer).size())
                .sum();
    }
}
