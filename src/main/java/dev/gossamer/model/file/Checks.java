package dev.gossamer.model.file;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.data.ImageShape;
import dev.gossamer.model.Initialization;
import dev.gossamer.model.Loss;
import dev.gossamer.model.file.Layout.Node;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * What is asked of a network in a file, each refused in a sentence with the place, what is expected and what was found.
 *
 * @param path the file
 * @param images shape of the images
 * @param classes number of classes
 */
record Checks(Path path, ImageShape images, int classes) {

    ConfigurationException refused(Node node, String words) {
        return Layout.refused(path, node + " " + words);
    }

    /** The output, and nothing else, is one of the losses that there are. */
    void checkLosses(Layout layout) {
        for (Node node : layout.nodes()) {
            boolean isLoss = node.content() instanceof BaseOutputLayer || node.content() instanceof LossLayer;
            if (isLoss && node != layout.output()) {
                throw refused(node, "is not the output: expected no loss before the end");
            }
        }
        Node output = layout.output();
        BaseLayer last = last(layout)
                .orElseThrow(() -> refused(output, "is the output: expected OutputLayer or LossLayer"));
        if (loss(last).isEmpty()) {
            throw refused(output, "has " + name(function(last)) + " of " + name(last.getActivationFn())
                    + ": expected, without weights, LossMCXENT or LossNegativeLogLikelihood of ActivationSoftmax, or"
                    + " LossMSE");
        }
    }

    /** The layer with the loss. */
    private static Optional<BaseLayer> last(Layout layout) {
        Object content = layout.output().content();
        return content instanceof OutputLayer || content instanceof LossLayer
                ? Optional.of((BaseLayer) content) : Optional.empty();
    }

    /** The loss of a network; empty where there is none, or one that Gossamer has not. */
    static Optional<Loss> loss(Layout layout) {
        return last(layout).flatMap(Checks::loss);
    }

    private static Optional<Loss> loss(BaseLayer layer) {
        ILossFunction loss = function(layer);
        if (loss instanceof LossMCXENT entropy && entropy.getWeights() == null
                && (loss.getClass() == LossMCXENT.class || loss.getClass() == LossNegativeLogLikelihood.class)) {
            return Optional.of(Loss.CROSS_ENTROPY)
                    .filter(same -> layer.getActivationFn() instanceof ActivationSoftmax);
        }
        return loss instanceof LossMSE squares && squares.getWeights() == null
                ? Optional.of(Loss.SQUARED_ERROR) : Optional.empty();
    }

    private static ILossFunction function(BaseLayer layer) {
        return layer instanceof LossLayer loss ? loss.getLossFn() : ((OutputLayer) layer).getLossFn();
    }

    /** What comes before the loss; the softmax is a part of cross-entropy. */
    static IActivation activation(BaseLayer layer) {
        boolean isPart = loss(layer).filter(Loss.CROSS_ENTROPY::equals).isPresent();
        return isPart ? new ActivationIdentity() : layer.getActivationFn();
    }

    private static String name(Object described) {
        return described == null ? "nothing" : described.getClass().getSimpleName();
    }

    /** That it trains, of the seed's random numbers alone. */
    void checkTrains(Node node, Layer layer) {
        layers(layer).forEach(each -> checkTrains(node, layer, each));
        JsonNode fields = NeuralNetConfiguration.mapper().valueToTree(layer);
        if (fields.findValuesAsText(NetworkText.CLASS).contains(ActivationRReLU.class.getName())
                || fields.findValuesAsText("activation").contains(Activation.RRELU.name())) {
            throw refused(node, "has ActivationRReLU: expected activations that draw no random numbers");
        }
    }

    private void checkTrains(Node node, Layer whole, Layer layer) {
        if (layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop) {
            throw refused(node, "is frozen: expected layers that train");
        }
        if (layer instanceof BatchNormalization norm && norm.isLockGammaBeta()) {
            throw refused(node, "has lockGammaBeta: expected scales and shifts that train");
        }
        if (layer != whole && layer.getIDropout() != null) {
            throw refused(node, "wraps a layer with dropout: expected dropout of " + name(whole) + " itself");
        }
    }

    /** A layer and all that it wraps. */
    private static Stream<Layer> layers(Layer layer) {
        return Stream.concat(Stream.of(layer), wrapped(layer).filter(Objects::nonNull).flatMap(Checks::layers));
    }

    private static Stream<Layer> wrapped(Layer layer) {
        if (layer instanceof Bidirectional both) {
            return Stream.of(both.getFwd(), both.getBwd());
        }
        return layer instanceof BaseWrapperLayer wrapper ? Stream.of(wrapper.getUnderlying()) : Stream.empty();
    }

    /** Probability of keeping a value, in (0, 1]. */
    double kept(Node node, IDropout noise) {
        if (!(noise instanceof Dropout dropout) || dropout.getPSchedule() != null) {
            throw refused(node, "has " + name(noise) + (noise instanceof Dropout ? " with a schedule" : "")
                    + ": expected Dropout with one probability");
        }
        if (!(dropout.getP() > 0 && dropout.getP() <= 1)) {
            throw refused(node, "keeps values with probability " + dropout.getP() + ": expected one in (0, 1]");
        }
        return dropout.getP();
    }

    InputTypeConvolutional image(Node node, Translation.Value x) {
        if (x.type() instanceof InputTypeConvolutional image) {
            return image;
        }
        throw refused(node, "gets " + shown(x.type()) + ": expected images");
    }

    void checkImages(Node node, FeedForwardToCnnPreProcessor wanted, InputTypeConvolutional found) {
        if (wanted.getNumChannels() != found.getChannels() || wanted.getInputHeight() != found.getHeight()
                || wanted.getInputWidth() != found.getWidth()) {
            throw refused(node, "gets images of " + shown(found) + ": expected those of its preprocessor, "
                    + wanted.getNumChannels() + "x" + wanted.getInputHeight() + "x" + wanted.getInputWidth());
        }
    }

    /** Of each image one vector, or pixels; a sequence has one for each step in time. */
    void checkNoSequence(Node node, InputType input) {
        if (input.getType() == InputType.Type.RNN) {
            throw sequence(node);
        }
    }

    private ConfigurationException sequence(Node node) {
        return refused(node, "gets a sequence: expected values without steps in time, as after LastTimeStep or"
                + " GlobalPoolingLayer");
    }

    private static String shown(InputType type) {
        return type instanceof InputTypeConvolutional image
                ? image.getChannels() + "x" + image.getHeight() + "x" + image.getWidth()
                : type.getType() == InputType.Type.RNN ? "a sequence" : type.arrayElementsPerExample() + " values";
    }

    /** Numbers of a convolution or a pooling, whatever the images. */
    void checkKernel(Node node, KernelSizes sizes) {
        if (!sizes.isValid()) {
            throw refused(node, "has " + sizes + ": expected two numbers each, kernels, strides and dilations of at"
                    + " least 1, and paddings of at least 0 and less than the kernel");
        }
    }

    /** Some window fits into the image. */
    void checkFits(Node node, KernelSizes sizes, InputTypeConvolutional image, InputTypeConvolutional result) {
        if (result.getHeight() < 1 || result.getWidth() < 1) {
            throw refused(node, "has " + sizes + ", which fits nowhere in images of " + shown(image)
                    + ": expected smaller kernels or less pooling before");
        }
    }

    /** Sizes of a layer; one that is 0 becomes what fits. */
    void checkSizes(Node node, FeedForwardLayer layer, long in) {
        checkIn(node, layer.getNIn(), in);
        if (layer.getNOut() < 1 && !(layer instanceof BatchNormalization)) {
            throw refused(node, "has nOut of " + layer.getNOut() + ": expected at least 1");
        }
        layer.setNIn(in);
    }

    private void checkIn(Node node, long given, long in) {
        if (given != 0 && given != in) {
            throw refused(node, "has nIn of " + given + ": expected " + in + ", with images of " + images.channels()
                    + "x" + images.height() + "x" + images.width());
        }
    }

    /** Sets the sizes of a layer as DL4J has it. */
    void setSizes(Node node, Layer layer, InputType input) {
        long given = in(layer);
        layer.setNIn(input, true);
        checkIn(node, given, in(layer));
    }

    private static long in(Layer layer) {
        return layers(layer).filter(FeedForwardLayer.class::isInstance).mapToLong(sized -> ((FeedForwardLayer) sized)
                .getNIn()).findFirst().orElse(0);
    }

    /** What the output gets or makes. */
    void checkLogits(Node node, InputType input, long out) {
        checkNoSequence(node, input);
        if (node.preProcessor() instanceof RnnToFeedForwardPreProcessor) {
            throw sequence(node);
        }
        if (out != classes) {
            throw refused(node, "has " + out + " outputs: expected " + classes + ", the number of classes");
        }
    }

    Initialization weight(Node node, FeedForwardLayer layer, WeightDistributions.Fans fans) {
        return WeightDistributions.of(layer.getWeightInitFn(), fans).orElseThrow(() -> refused(node, "has weights of "
                + name(layer.getWeightInitFn()) + ": expected one of those in docs/models.md"));
    }
}
