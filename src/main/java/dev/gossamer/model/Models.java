package dev.gossamer.model;

import dev.gossamer.catalogue.Catalogue;
import java.util.List;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;

/**
 * The models, as DL4J configurations: one input of images [b, c, h, w], one output layer named {@value #LOSS} with the
 * mean {@link Loss} against labels [b, classes] (one-hot), whose input is the logits and whose output, of
 * cross-entropy, is log-probabilities [b, classes].
 *
 * <p>Score and gradients are means over the batch. Parameters are packed in one vector in the order and layout of
 * PyTorch's {@code named_parameters()}: convolution weights [out, in, k, k] and linear weights [out, in] in C order,
 * each followed by its bias. {@code ComputationGraph.init()} fills the vector from the seed alone.
 */
public final class Models {

    /** Name of the output layer. */
    public static final String LOSS = "loss";
    /** Name of the layer whose output is the logits [b, classes], in Gossamer's own models. */
    public static final String LOGITS = "logits";

    /** All models. */
    public static final Catalogue<Model.Family> CATALOGUE =
            Catalogue.<Model, Model.Family>load("model", Model.class, model -> List.of(new NamedModel(model)))
                    .and(Catalogue.load("model", Model.Family.class));

    private Models() {}

    /** What the outputs of a network are compared with their labels by. */
    public static Loss loss(ComputationGraphConfiguration configuration) {
        LayerVertex last = (LayerVertex) configuration.getVertices().get(LOSS);
        return ((LossSpec) last.getLayerConf().getLayer()).loss();
    }

    /** Number of parameters of a network that is configured, not made. */
    public static long parameters(ComputationGraphConfiguration configuration) {
        return configuration.getVertices().values().stream().mapToLong(vertex -> vertex.numParams(false)).sum();
    }

    /** Sizes of the parameter tensors of such a network, in any order; all of a layer of DL4J's are one. */
    public static long[] tensors(ComputationGraphConfiguration configuration) {
        return configuration.getVertices().values().stream().flatMapToLong(Models::tensors).toArray();
    }

    private static LongStream tensors(GraphVertex vertex) {
        return vertex instanceof LayerVertex layer && layer.getLayerConf().getLayer() instanceof LayerSpec spec
                ? spec.parameters().stream().mapToLong(Parameter::size)
                : LongStream.of(vertex.numParams(false)).filter(size -> size > 0);
    }
}
