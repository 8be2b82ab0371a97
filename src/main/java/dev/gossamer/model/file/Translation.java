package dev.gossamer.model.file;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.data.ImageShape;
import dev.gossamer.model.ActivationFunction;
import dev.gossamer.model.Filter;
import dev.gossamer.model.GraphAssembly;
import dev.gossamer.model.Initialization;
import dev.gossamer.model.Models;
import dev.gossamer.model.Window;
import dev.gossamer.model.file.Layout.Node;
import dev.gossamer.text.Shown;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
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
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/**
 * Says a network of DL4J's in the layers of Gossamer, as {@code docs/models.md} has it. What these cannot say is left
 * as DL4J has it, and trains on engine dl4j.
 */
final class Translation {

    /** What is known of DL4J's layers. */
    private static final Map<Class<?>, Kind<?>> KINDS = Stream.of(
            new Kind<>(ConvolutionLayer.class, Translation::convolution),
            new Kind<>(Convolution2D.class, Translation::convolution),
            new Kind<>(DenseLayer.class, Translation::dense),
            new Kind<>(SubsamplingLayer.class, Translation::pool),
            new Kind<>(Pooling2D.class, Translation::pool),
            new Kind<>(GlobalPoolingLayer.class, Translation::globalPool),
            new Kind<>(BatchNormalization.class, Translation::batchNorm),
            new Kind<>(DropoutLayer.class, (translation, node, layer, x) -> x),
            new Kind<>(ActivationLayer.class, Translation::activation),
            new Kind<>(OutputLayer.class, Translation::output),
            new Kind<>(LossLayer.class, Translation::loss))
            .collect(Collectors.toUnmodifiableMap(Kind::type, kind -> kind));

    private static final String NO_RULE = "";

    private final GraphAssembly graph;
    private final Layout layout;
    private final ImageShape images;
    private final Checks checks;
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
    record Value(String vertex, InputType type, InputType made) {

        Value(String vertex, InputType type) {
            this(vertex, type, type);
        }

        int size() {
            return Math.toIntExact(type.arrayElementsPerExample());
        }
    }

    /** How layers of a class are said. */
    private record Kind<L>(Class<L> type, Rule<L> rule) {

        Value add(Translation translation, Node node, Value x) {
            return rule.add(translation, node, type.cast(node.content()), x);
        }
    }

    /** Adds a layer with one input. */
    @FunctionalInterface
    private interface Rule<L> {

        Value add(Translation translation, Node node, L layer, Value x);
    }

    /** Adds a layer under a name, with a ReLU after it where wanted; its name in the graph. */
    @FunctionalInterface
    private interface Activated {

        String add(String name, boolean relu);
    }

    /**
     * @param path the file, for messages
     * @param graph where the layers are added
     * @param layout the network, which is used up
     */
    Translation(Path path, GraphAssembly graph, Layout layout, ImageShape images, int classes) {
        this.graph = graph;
        this.layout = layout;
        this.images = images;
        checks = new Checks(path, images, classes);
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
        checks.checkLosses(layout);
        for (Node node : layout.nodes()) {
            values.put(node.name(), add(node));
        }
        return values.get(layout.output().name()).vertex();
    }

    private Value add(Node node) {
        try {
            return node.content() instanceof Layer layer ? layer(node, layer) : vertex(node);
        } catch (ConfigurationException e) {
            throw e;
        } catch (ArithmeticException e) {
            throw checks.refused(node, "has more values or parameters than fit 31 bits");
        } catch (RuntimeException e) {
            throw checks.refused(node, "is refused by DL4J: "
                    + Shown.line(String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        }
    }

    private Value layer(Node node, Layer layer) {
        checks.checkTrains(node, layer);
        Value x = dropped(node, layer, prepared(node, values.get(node.inputs().get(0))));
        Kind<?> kind = KINDS.get(layer.getClass());
        return kind == null ? stock(node, layer, x, NO_RULE) : kind.add(this, node, x);
    }

    /** The dropout of a layer's input. */
    private Value dropped(Node node, Layer layer, Value x) {
        if (layer.getIDropout() == null) {
            return x;
        }
        double kept = checks.kept(node, layer.getIDropout());
        layer.setIDropout(null);
        return new Value(graph.dropout(graph.free(node.name() + ".dropout"), 1 - kept, x.vertex()), x.type(), x.made());
    }

    /** Images are taken for their pixels, channel by channel and row by row, and back, where they are. */
    private Value prepared(Node node, Value x) {
        InputPreProcessor preProcessor = node.preProcessor();
        if (preProcessor == null || preProcessor instanceof CnnToRnnPreProcessor) {
            return x;
        }
        if (preProcessor instanceof CnnToFeedForwardPreProcessor && x.type() instanceof InputTypeConvolutional) {
            return new Value(x.vertex(), InputType.feedForward(x.size()), x.made());
        }
        if (preProcessor instanceof FeedForwardToCnnPreProcessor wanted
                && x.made() instanceof InputTypeConvolutional found) {
            checks.checkImages(node, wanted, found);
            return new Value(x.vertex(), found);
        }
        return stock(node, preProcessor, x);
    }

    private Value convolution(Node node, ConvolutionLayer layer, Value x) {
        InputTypeConvolutional image = checks.image(node, x);
        checks.checkSizes(node, layer, image.getChannels());
        KernelSizes sizes = new KernelSizes(layer.getKernelSize(), layer.getStride(), layer.getPadding(),
                layer.getDilation(), layer.getConvolutionMode());
        InputTypeConvolutional y = result(node, layer, sizes, image);
        if (!sizes.isSquare()) {
            return stock(node, layer, x, "with kernels, strides or padding that are not square, or dilated kernels");
        }
        OptionalInt padding = sizes.padding(image, y);
        if (padding.isEmpty()) {
            return stock(node, layer, x, "whose padding is not the same on all sides");
        }
        Filter filter = new Filter(Math.toIntExact(image.getChannels()), Math.toIntExact(layer.getNOut()),
                sizes.kernel()[0], sizes.stride()[0], padding.getAsInt());
        double area = (double) filter.kernel() * filter.kernel();
        Initialization weight = checks.weight(node, layer, new WeightDistributions.Fans(
                filter.in() * area, filter.out() * area / (filter.stride() * filter.stride())));
        Optional<Initialization> bias =
                layer.hasBias() ? Optional.of(Initialization.constant(layer.getBiasInit())) : Optional.empty();
        return activated(node, layer.getActivationFn(), y, (name, relu) ->
                graph.convolution(name, filter, weight, bias, relu, x.vertex()));
    }

    private Value dense(Node node, DenseLayer layer, Value x) {
        checks.checkNoSequence(node, x.type());
        checks.checkSizes(node, layer, x.size());
        if (!layer.hasBias() || layer.hasLayerNorm()) {
            return stock(node, layer, x, layer.hasBias() ? "with layer norm" : "without bias");
        }
        return activated(node, layer.getActivationFn(), InputType.feedForward(layer.getNOut()),
                (name, relu) -> dense(node, name, layer, relu, x));
    }

    private String dense(Node node, String name, FeedForwardLayer layer, boolean relu, Value x) {
        int out = Math.toIntExact(layer.getNOut());
        Initialization weight = checks.weight(node, layer, new WeightDistributions.Fans(x.size(), out));
        return graph.dense(
                name, x.size(), out, weight, Initialization.constant(layer.getBiasInit()), relu, x.vertex());
    }

    private Value pool(Node node, SubsamplingLayer layer, Value x) {
        InputTypeConvolutional image = checks.image(node, x);
        KernelSizes sizes = new KernelSizes(layer.getKernelSize(), layer.getStride(), layer.getPadding(),
                layer.getDilation(), layer.getConvolutionMode());
        InputTypeConvolutional y = result(node, layer, sizes, image);
        OptionalInt padding = sizes.padding(image, y);
        if (!sizes.isSquare() || padding.isEmpty()) {
            return stock(node, layer, x, "whose windows, strides or padding are not square, or which is dilated");
        }
        if (layer.getPoolingType() != PoolingType.MAX && (layer.getPoolingType() != PoolingType.AVG
                || layer.isAvgPoolIncludePadInDivisor() && padding.getAsInt() > 0)) {
            return stock(node, layer, x, "which is neither a maximum nor an average of the pixels that are there");
        }
        Window window = Window.of(sizes.kernel()[0], sizes.stride()[0], padding.getAsInt());
        String name = graph.free(node.name());
        return new Value(layer.getPoolingType() == PoolingType.MAX ? graph.maxPool(name, window, x.vertex())
                : graph.averagePool(name, window, x.vertex()), y);
    }

    /** What a convolution or a pooling makes of images, where its sizes can be. */
    private InputTypeConvolutional result(Node node, Layer layer, KernelSizes sizes, InputTypeConvolutional image) {
        checks.checkKernel(node, sizes);
        InputTypeConvolutional result = (InputTypeConvolutional) layer.getOutputType(0, image);
        checks.checkFits(node, sizes, image, result);
        return result;
    }

    private Value globalPool(Node node, GlobalPoolingLayer layer, Value x) {
        if (!layer.isCollapseDimensions() || !(x.type() instanceof InputTypeConvolutional image)) {
            return stock(node, layer, x, "which is not of images");
        }
        String name = graph.free(node.name());
        InputType features = InputType.feedForward(image.getChannels());
        return switch (layer.getPoolingType()) {
            case AVG -> new Value(graph.averagePool(name, x.vertex()), features);
            case MAX -> new Value(graph.maxPool(name, Window.ofAll(
                    Math.toIntExact(image.getHeight()), Math.toIntExact(image.getWidth())), x.vertex()), features,
                    InputType.convolutional(1, 1, image.getChannels()));
            default -> stock(node, layer, x, "which is neither a maximum nor an average");
        };
    }

    /** DL4J computes no activation there, whatever the configuration says. */
    private Value batchNorm(Node node, BatchNormalization layer, Value input) {
        checks.checkNoSequence(node, input.type());
        Value x = flat(node, input);
        int channels = Math.toIntExact(
                x.type() instanceof InputTypeConvolutional image ? image.getChannels() : x.size());
        checks.checkSizes(node, layer, channels);
        return activated(node, new ActivationIdentity(), x.type(), (name, relu) -> graph.batchNorm(name, channels,
                Initialization.constant(layer.getGamma()), Initialization.constant(layer.getBeta()), relu, x.vertex()));
    }

    private Value activation(Node node, ActivationLayer layer, Value x) {
        return fused.contains(node.name()) ? x : activation(node, layer.getActivationFn(), x);
    }

    /** Adds a layer with an activation after it, its own or a ReLU that is all that reads it. */
    private Value activated(Node node, IActivation function, InputType type, Activated layer) {
        boolean relu = Activations.isRelu(function);
        Optional<Node> reader = function instanceof ActivationIdentity ? layout.onlyReader(node) : Optional.empty();
        if (reader.filter(Translation::isRelu).isPresent()) {
            relu = true;
            fused.add(reader.get().name());
        }
        Value y = new Value(layer.add(graph.free(node.name()), relu), type);
        return relu ? y : activation(node, function, y);
    }

    private Value activation(Node node, IActivation function, Value x) {
        if (function instanceof ActivationIdentity) {
            return x;
        }
        String name = graph.free(node.name() + ".activation");
        Optional<ActivationFunction> known = Activations.of(function);
        String vertex = known.isPresent() ? graph.activation(name, known.get(), x.vertex())
                : graph.stock(name, new ActivationLayer.Builder().activation(function).build(),
                        node + ", with " + function.getClass().getSimpleName(), x.vertex());
        return new Value(vertex, x.type(), x.made());
    }

    private static boolean isRelu(Node node) {
        return node.preProcessor() == null && node.content() instanceof ActivationLayer layer
                && layer.getIDropout() == null && Activations.isRelu(layer.getActivationFn());
    }

    private Value output(Node node, OutputLayer layer, Value x) {
        checks.checkLogits(node, x.type(), layer.getNOut());
        checks.checkSizes(node, layer, x.size());
        IActivation function = Checks.activation(layer);
        if (layer.hasBias()) {
            return activated(node, function, InputType.feedForward(layer.getNOut()),
                    (name, relu) -> dense(node, graph.free(Models.LOGITS), layer, relu, x));
        }
        DenseLayer dense = new DenseLayer.Builder().nIn(x.size()).nOut(layer.getNOut()).hasBias(false)
                .weightInit(layer.getWeightInitFn()).activation(function).build();
        return stock(node, dense, x, "without bias");
    }

    private Value loss(Node node, LossLayer layer, Value x) {
        checks.checkLogits(node, x.type(), x.size());
        return flat(node, activation(node, Checks.activation(layer), x));
    }

    private Value vertex(Node node) {
        List<Value> inputs = node.inputs().stream().map(values::get).toList();
        boolean isSum = node.content() instanceof ElementWiseVertex add && add.getOp() == ElementWiseVertex.Op.Add
                && inputs.size() == 2 && inputs.get(0).made().equals(inputs.get(1).made());
        return isSum
                ? activated(node, new ActivationIdentity(), inputs.get(0).type(), (name, relu) ->
                        graph.residualAdd(name, relu, inputs.get(0).vertex(), inputs.get(1).vertex()))
                : stock(node.name(), (GraphVertex) node.content(), node.toString(),
                        inputs.stream().map(input -> flat(node, input)).toList());
    }

    /** Features as such, [b, c h w], where they were still images. */
    private Value flat(Node node, Value x) {
        return x.type().equals(x.made()) || !(x.made() instanceof InputTypeConvolutional image) ? x
                : stock(node, new CnnToFeedForwardPreProcessor(image.getHeight(), image.getWidth(),
                        image.getChannels()), new Value(x.vertex(), image));
    }

    private Value stock(Node node, InputPreProcessor preProcessor, Value x) {
        return stock(node.name() + ".preprocessor", new PreprocessorVertex(preProcessor),
                node + " behind a " + preProcessor.getClass().getSimpleName(), List.of(x));
    }

    private Value stock(String name, GraphVertex vertex, String kind, List<Value> inputs) {
        InputType type = vertex.getOutputType(0, inputs.stream().map(Value::type).toArray(InputType[]::new));
        return new Value(graph.stock(
                graph.free(name), vertex, kind, inputs.stream().map(Value::vertex).toList()), type);
    }

    /** A layer as DL4J has it, with the sizes that follow from its input. */
    private Value stock(Node node, Layer layer, Value input, String why) {
        Value x = flat(node, input);
        String kind = node + (why.isEmpty() ? "" : ", " + why);
        boolean isPrepared = node.preProcessor() != null && !(node.preProcessor() instanceof CnnToRnnPreProcessor);
        InputPreProcessor needed = isPrepared ? null : layer.getPreProcessorForInputType(x.type());
        if (needed != null) {
            boolean isSequence = needed instanceof CnnToRnnPreProcessor;
            x = stock(node.name() + ".preprocessor", new PreprocessorVertex(
                    isSequence ? ImageSteps.of((InputTypeConvolutional) x.type()) : needed), kind, List.of(x));
        }
        checks.setSizes(node, layer, x.type());
        InputType type = layer.getOutputType(0, x.type());
        return new Value(graph.stock(graph.free(node.name()), layer, kind, x.vertex()), type);
    }
}
