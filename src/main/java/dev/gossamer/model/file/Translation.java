package dev.gossamer.model.file;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.data.ImageShape;
import dev.gossamer.model.Filter;
import dev.gossamer.model.GraphAssembly;
import dev.gossamer.model.Initialization;
import dev.gossamer.model.Models;
import dev.gossamer.model.file.Layout.Node;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/**
 * Says a network of DL4J's in the layers of Gossamer, as {@code docs/models.md} has it. What these cannot say is left as
 * DL4J has it, and trains on engine dl4j.
 */
final class Translation {

    /** What is known of DL4J's layers and vertices. */
    private static final Map<Class<?>, Kind<?>> KINDS = Stream.of(
            new Kind<>(ConvolutionLayer.class, Translation::convolution),
            new Kind<>(Convolution2D.class, Translation::convolution),
            new Kind<>(DenseLayer.class, Translation::dense),
            new Kind<>(SubsamplingLayer.class, Translation::pool),
            new Kind<>(Pooling2D.class, Translation::pool),
            new Kind<>(GlobalPoolingLayer.class, Translation::globalPool),
            new Kind<>(BatchNormalization.class, Translation::batchNorm),
            new Kind<>(DropoutLayer.class, (translation, node, layer, x) -> Optional.of(x)),
            new Kind<>(ActivationLayer.class, Translation::activation),
            new Kind<>(OutputLayer.class, Translation::output),
            new Kind<>(LossLayer.class, Translation::loss))
            .collect(Collectors.toUnmodifiableMap(Kind::type, kind -> kind));

    private final Path path;
    private final GraphAssembly graph;
    private final Layout layout;
    private final ImageShape images;
    private final int classes;
    private final Set<String> names = new HashSet<>();
    private final Map<String, Value> values = new HashMap<>();
    /** Activations that the node before computes along. */
    private final Set<String> fused = new HashSet<>();

    /**
     * What a node puts out.
     *
     * @param vertex its name in the graph
     * @param type what the next node takes it for
     * @param made the same, unless images [b, c, h, w] stand for features [b, c h w]
     */
    private record Value(String vertex, InputType type, InputType made) {

        Value(String vertex, InputType type) {
            this(vertex, type, type);
        }

        int size() {
            return Math.toIntExact(type.arrayElementsPerExample());
        }
    }

    /** How layers of a class are said. */
    private record Kind<L>(Class<L> type, Rule<L> rule) {

        Optional<Value> add(Translation translation, Node node, Value x) {
            return rule.add(translation, node, type.cast(node.content()), x);
        }
    }

    /** Says a layer with one input; empty where this cannot be done. */
    @FunctionalInterface
    private interface Rule<L> {

        Optional<Value> add(Translation translation, Node node, L layer, Value x);
    }

    /**
     * @param path the file, for messages
     * @param graph where the layers are added
     * @param layout the network, which is used up
     */
    Translation(Path path, GraphAssembly graph, Layout layout, ImageShape images, int classes) {
        this.path = path;
        this.graph = graph;
        this.layout = layout;
        this.images = images;
        this.classes = classes;
        names.addAll(Set.of(graph.input(), Models.LOSS, Models.LOGITS));
    }

    /**
     * Adds all of it.
     *
     * @return the name of the layer of the logits
     * @throws ConfigurationException if it does not fit the images or classes, or cannot be trained
     */
    String logits() {
        values.put(layout.input(), new Value(graph.input(),
                InputType.convolutional(images.height(), images.width(), images.channels())));
        Node last = layout.nodes().get(layout.nodes().size() - 1);
        if (!(last.content() instanceof OutputLayer) && !(last.content() instanceof LossLayer)) {
            throw refused(last, "is the output: expected OutputLayer or LossLayer");
        }
        for (Node node : layout.nodes()) {
            if (node != last && (node.content() instanceof BaseOutputLayer || node.content() instanceof LossLayer)) {
                throw refused(node, "is not the output: expected no loss before the end");
            }
            values.put(node.name(), add(node));
        }
        return values.get(last.name()).vertex();
    }

    private Value add(Node node) {
        try {
            return node.content() instanceof Layer layer ? layer(node, layer) : vertex(node);
        } catch (ConfigurationException e) {
            throw e;
        } catch (RuntimeException e) {
            throw refused(node, "is refused by DL4J: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private Value layer(Node node, Layer layer) {
        if (layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop) {
            throw refused(node, "is frozen: expected layers that train");
        }
        Value x = dropped(node, layer, prepared(node, values.get(node.inputs().get(0))));
        Kind<?> kind = KINDS.get(layer.getClass());
        return kind == null ? stock(node, layer, x) : kind.add(this, node, x).orElseGet(() -> stock(node, layer, x));
    }

    /** The dropout of a layer's input. */
    private Value dropped(Node node, Layer layer, Value x) {
        if (layer.getIDropout() == null) {
            return x;
        }
        if (!(layer.getIDropout() instanceof Dropout dropout) || dropout.getPSchedule() != null) {
            throw refused(node, "has " + layer.getIDropout().getClass().getSimpleName()
                    + (layer.getIDropout() instanceof Dropout ? " with a schedule" : "")
                    + ": expected Dropout with one probability");
        }
        layer.setIDropout(null);
        return new Value(graph.dropout(unique(node.name() + ".dropout"), 1 - dropout.getP(), x.vertex()), x.type(),
                x.made());
    }

    /** Images are taken for their pixels, channel by channel and row by row, and back, where they are. */
    private Value prepared(Node node, Value x) {
        InputPreProcessor preProcessor = node.preProcessor();
        if (preProcessor == null) {
            return x;
        }
        if (preProcessor instanceof CnnToFeedForwardPreProcessor && x.type() instanceof InputTypeConvolutional) {
            return new Value(x.vertex(), InputType.feedForward(x.size()), x.made());
        }
        if (preProcessor instanceof FeedForwardToCnnPreProcessor wanted
                && x.made() instanceof InputTypeConvolutional found) {
            if (wanted.getNumChannels() != found.getChannels() || wanted.getInputHeight() != found.getHeight()
                    || wanted.getInputWidth() != found.getWidth()) {
                throw refused(node, "expects images of " + wanted.getNumChannels() + "x" + wanted.getInputHeight()
                        + "x" + wanted.getInputWidth() + ", found " + shown(found));
            }
            return new Value(x.vertex(), found);
        }
        return stock(unique(node.name() + ".preprocessor"), new PreprocessorVertex(preProcessor), List.of(x));
    }

    private static String shown(InputType type) {
        return type instanceof InputTypeConvolutional image
                ? image.getChannels() + "x" + image.getHeight() + "x" + image.getWidth()
                : type.arrayElementsPerExample() + " values";
    }

    private Optional<Value> convolution(Node node, ConvolutionLayer layer, Value x) {
        if (!(x.type() instanceof InputTypeConvolutional image)) {
            throw refused(node, "needs images, found " + shown(x.type()));
        }
        checkIn(node, layer, image.getChannels());
        InputTypeConvolutional y = (InputTypeConvolutional) layer.getOutputType(0, image);
        Optional<Integer> padding = padding(layer, image, y);
        if (padding.isEmpty()) {
            return Optional.empty();
        }
        int kernel = layer.getKernelSize()[0];
        int stride = layer.getStride()[0];
        Filter filter = new Filter((int) image.getChannels(), (int) layer.getNOut(), kernel, stride, padding.get());
        double area = (double) kernel * kernel;
        Initialization weight = weight(node, layer, new WeightDistributions.Fans(
                layer.getNIn() * area, layer.getNOut() * area / (stride * stride)));
        Optional<Initialization> bias =
                layer.hasBias() ? Optional.of(Initialization.constant(layer.getBiasInit())) : Optional.empty();
        return Optional.of(activated(node, layer.getActivationFn(), y, (name, relu) ->
                graph.convolution(name, filter, weight, bias, relu, x.vertex())));
    }

    /** Zeros on each side of the images; empty where the kernels are not square, or sides differ. */
    private static Optional<Integer> padding(
            ConvolutionLayer layer, InputTypeConvolutional x, InputTypeConvolutional y) {
        if (!isSquare(layer.getKernelSize()) || !isSquare(layer.getStride())
                || layer.getDilation()[0] != 1 || layer.getDilation()[1] != 1) {
            return Optional.empty();
        }
        int kernel = layer.getKernelSize()[0];
        int stride = layer.getStride()[0];
        return switch (layer.getConvolutionMode()) {
            case Strict, Truncate -> Optional.of(layer.getPadding()[0]).filter(p -> isSquare(layer.getPadding()));
            case Same -> {
                long rows = Math.max(0, (y.getHeight() - 1) * stride + kernel - x.getHeight());
                long columns = Math.max(0, (y.getWidth() - 1) * stride + kernel - x.getWidth());
                yield rows == columns && rows % 2 == 0 ? Optional.of((int) rows / 2) : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static boolean isSquare(int[] sizes) {
        return sizes[0] == sizes[1];
    }

    private Optional<Value> dense(Node node, DenseLayer layer, Value x) {
        checkIn(node, layer, x.size());
        if (!layer.hasBias() || layer.hasLayerNorm()) {
            return Optional.empty();
        }
        return Optional.of(activated(node, layer.getActivationFn(), InputType.feedForward(layer.getNOut()),
                (name, relu) -> dense(node, name, layer, layer.getBiasInit(), relu, x)));
    }

    private String dense(Node node, String name, FeedForwardLayer layer, double bias, boolean relu, Value x) {
        int out = Math.toIntExact(layer.getNOut());
        Initialization weight = weight(node, layer, new WeightDistributions.Fans(x.size(), out));
        return graph.dense(name, x.size(), out, weight, Initialization.constant(bias), relu, x.vertex());
    }

    private Initialization weight(Node node, FeedForwardLayer layer, WeightDistributions.Fans fans) {
        return WeightDistributions.of(layer.getWeightInitFn(), fans).orElseThrow(() -> refused(node, "has weightInit "
                + (layer.getWeightInitFn() == null ? "null" : layer.getWeightInitFn().getClass().getSimpleName())
                + ": expected one of those in docs/models.md"));
    }

    private Optional<Value> pool(Node node, SubsamplingLayer layer, Value x) {
        if (!(x.type() instanceof InputTypeConvolutional image)) {
            throw refused(node, "needs images, found " + shown(x.type()));
        }
        InputTypeConvolutional y = (InputTypeConvolutional) layer.getOutputType(0, image);
        boolean isUnpadded = layer.getPadding()[0] == 0 && layer.getPadding()[1] == 0
                && layer.getDilation()[0] == 1 && layer.getDilation()[1] == 1
                && y.getHeight() == image.getHeight() / 2 && y.getWidth() == image.getWidth() / 2;
        boolean isHalving = isUnpadded && layer.getPoolingType() == PoolingType.MAX
                && layer.getKernelSize()[0] == 2 && layer.getKernelSize()[1] == 2
                && layer.getStride()[0] == 2 && layer.getStride()[1] == 2;
        return isHalving
                ? Optional.of(new Value(graph.maxPool(unique(node.name()), x.vertex()), y))
                : Optional.empty();
    }

    private Optional<Value> globalPool(Node node, GlobalPoolingLayer layer, Value x) {
        return layer.getPoolingType() == PoolingType.AVG && layer.isCollapseDimensions()
                && x.type() instanceof InputTypeConvolutional image
                ? Optional.of(new Value(graph.averagePool(unique(node.name()), x.vertex()),
                        InputType.feedForward(image.getChannels())))
                : Optional.empty();
    }

    /** DL4J computes no activation there, whatever the configuration says. */
    private Optional<Value> batchNorm(Node node, BatchNormalization layer, Value x) {
        if (layer.isLockGammaBeta()) {
            throw refused(node, "has lockGammaBeta: expected scales and shifts that train");
        }
        Value flat = flat(node, x);
        int channels = Math.toIntExact(flat.type() instanceof InputTypeConvolutional image
                ? image.getChannels() : flat.size());
        checkIn(node, layer, channels);
        return Optional.of(activated(node, new ActivationIdentity(), flat.type(), (name, relu) -> graph.batchNorm(name,
                channels, Initialization.constant(layer.getGamma()), Initialization.constant(layer.getBeta()), relu,
                flat.vertex())));
    }

    private Optional<Value> activation(Node node, ActivationLayer layer, Value x) {
        return Optional.of(fused.contains(node.name()) ? x : activated(node.name(), layer.getActivationFn(), x));
    }

    /** Adds a layer with an activation after it, its own or a ReLU that is all that reads it. */
    private Value activated(Node node, IActivation function, InputType type, Activated layer) {
        boolean relu = isRelu(function);
        if (!relu && function instanceof ActivationIdentity && readers(node).size() == 1) {
            Node reader = readers(node).get(0);
            relu = reader.preProcessor() == null && reader.content() instanceof ActivationLayer next
                    && next.getIDropout() == null && isRelu(next.getActivationFn());
            if (relu) {
                fused.add(reader.name());
            }
        }
        Value y = new Value(layer.add(unique(node.name()), relu), type);
        return relu ? y : activated(node.name(), function, y);
    }

    /** Adds a layer under a name, with a ReLU after it where wanted; its name in the graph. */
    @FunctionalInterface
    private interface Activated {

        String add(String name, boolean relu);
    }

    private List<Node> readers(Node node) {
        return layout.nodes().stream().filter(reader -> reader.inputs().contains(node.name())).toList();
    }

    private Value activated(String name, IActivation function, Value x) {
        return function instanceof ActivationIdentity ? x : new Value(graph.stock(unique(name + ".activation"),
                new ActivationLayer.Builder().activation(function).build(), x.vertex()), x.type(), x.made());
    }

    private static boolean isRelu(IActivation function) {
        return function instanceof ActivationReLU relu && isNone(relu.getMax()) && isNone(relu.getThreshold())
                && isNone(relu.getNegativeSlope());
    }

    private static boolean isNone(Double value) {
        return value == null || value == 0;
    }

    private Optional<Value> output(Node node, OutputLayer layer, Value x) {
        checkLoss(node, layer.getLossFn(), layer);
        checkIn(node, layer, x.size());
        checkFeatures(node, x);
        if (layer.getNOut() != classes) {
            throw refused(node, "has nOut of " + layer.getNOut() + ": expected " + classes
                    + ", the number of classes");
        }
        if (layer.hasBias()) {
            return Optional.of(new Value(
                    dense(node, Models.LOGITS, layer, layer.getBiasInit(), false, x), InputType.feedForward(classes)));
        }
        DenseLayer dense = new DenseLayer.Builder().nIn(x.size()).nOut(classes).hasBias(false)
                .weightInit(layer.getWeightInitFn()).activation(new ActivationIdentity()).build();
        return Optional.of(stock(new Node(node.name(), dense, null, node.inputs()), dense, x));
    }

    private Optional<Value> loss(Node node, LossLayer layer, Value x) {
        checkLoss(node, layer.getLossFn(), layer);
        checkFeatures(node, x);
        if (x.size() != classes) {
            throw refused(node, "gets " + x.size() + " values: expected " + classes + ", the number of classes");
        }
        return Optional.of(x);
    }

    private void checkFeatures(Node node, Value x) {
        if (x.type().getType() == InputType.Type.RNN) {
            throw refused(node, "gets a sequence: expected values without steps in time, as after LastTimeStep or"
                    + " GlobalPoolingLayer");
        }
    }

    private void checkLoss(Node node, ILossFunction loss, BaseLayer layer) {
        boolean isCrossEntropy = loss != null
                && (loss.getClass() == LossMCXENT.class && ((LossMCXENT) loss).getWeights() == null
                || loss.getClass() == LossNegativeLogLikelihood.class
                && ((LossNegativeLogLikelihood) loss).getWeights() == null);
        if (!isCrossEntropy || !(layer.getActivationFn() instanceof ActivationSoftmax)) {
            throw refused(node, "has " + (loss == null ? "no loss" : loss.getClass().getSimpleName()) + " of "
                    + layer.getActivationFn().getClass().getSimpleName()
                    + ": expected LossMCXENT or LossNegativeLogLikelihood, without weights, of ActivationSoftmax");
        }
    }

    private void checkIn(Node node, FeedForwardLayer layer, long in) {
        if (layer.getNIn() != 0 && layer.getNIn() != in) {
            throw refused(node, "has nIn of " + layer.getNIn() + ": expected " + in + ", with images of "
                    + images.channels() + "x" + images.height() + "x" + images.width());
        }
        if (layer.getNOut() < 1 && !(layer instanceof BatchNormalization)) {
            throw refused(node, "has nOut of " + layer.getNOut() + ": expected at least 1");
        }
        layer.setNIn(in);
    }

    private Value vertex(Node node) {
        List<Value> inputs = node.inputs().stream().map(values::get).toList();
        boolean isSum = node.content() instanceof ElementWiseVertex add && add.getOp() == ElementWiseVertex.Op.Add
                && inputs.size() == 2 && inputs.get(0).made().equals(inputs.get(1).made());
        return isSum
                ? activated(node, new ActivationIdentity(), inputs.get(0).type(), (name, relu) ->
                        graph.residualAdd(name, relu, inputs.get(0).vertex(), inputs.get(1).vertex()))
                : stock(unique(node.name()), (GraphVertex) node.content(),
                        inputs.stream().map(input -> flat(node, input)).toList());
    }

    /** Features as such, [b, c h w], where they were still images. */
    private Value flat(Node node, Value x) {
        return x.type().equals(x.made()) || !(x.made() instanceof InputTypeConvolutional image) ? x
                : stock(unique(node.name() + ".flat"), new PreprocessorVertex(new CnnToFeedForwardPreProcessor(
                        image.getHeight(), image.getWidth(), image.getChannels())),
                        List.of(new Value(x.vertex(), image)));
    }

    private Value stock(String name, GraphVertex vertex, List<Value> inputs) {
        InputType type = vertex.getOutputType(0, inputs.stream().map(Value::type).toArray(InputType[]::new));
        return new Value(graph.stock(name, vertex, inputs.stream().map(Value::vertex).toArray(String[]::new)), type);
    }

    private Value stock(Node node, Layer layer, Value input) {
        Value x = flat(node, input);
        InputPreProcessor needed = node.preProcessor() == null ? layer.getPreProcessorForInputType(x.type()) : null;
        if (needed != null) {
            x = stock(unique(node.name() + ".preprocessor"), new PreprocessorVertex(needed), List.of(x));
        }
        long given = layer instanceof FeedForwardLayer sized ? sized.getNIn() : 0;
        layer.setNIn(x.type(), true);
        if (layer instanceof FeedForwardLayer sized && given != 0 && given != sized.getNIn()) {
            throw refused(node, "has nIn of " + given + ": expected " + sized.getNIn() + ", with images of "
                    + images.channels() + "x" + images.height() + "x" + images.width());
        }
        InputType type = layer.getOutputType(0, x.type());
        return new Value(graph.stock(unique(node.name()), layer, x.vertex()), type);
    }

    private String unique(String name) {
        String unique = name;
        for (int i = 2; !names.add(unique); i++) {
            unique = name + "-" + i;
        }
        return unique;
    }

    private ConfigurationException refused(Node node, String words) {
        return Layout.refused(path, node + " " + words);
    }
}
