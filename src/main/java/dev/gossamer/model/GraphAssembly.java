package dev.gossamer.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Assembles a computation graph vertex by vertex. The parameters are packed in the order in which their layers are
 * added, which has to be a topological order. Each method returns the name of the vertex it adds.
 */
public final class GraphAssembly {

    private static final String INPUT = "input";

    private final ComputationGraphConfiguration.GraphBuilder builder;
    private final Set<String> order = new LinkedHashSet<>(List.of(INPUT));
    private int parameterTensors;
    private int dropoutLayers;

    /** DL4J's own {@code seed(...)} also seeds ND4J's generator, for which it loads ND4J's native library. */
    private static final class SeededBuilder extends NeuralNetConfiguration.Builder {

        SeededBuilder(long seed) {
            this.seed = seed;
        }
    }

    GraphAssembly(long seed, DataType type) {
        builder = new SeededBuilder(seed)
                .dataType(type)
                .updater(new NoOp())
                .graphBuilder()
                .addInputs(INPUT);
    }

    /** Name of the network's input. */
    public String input() {
        return INPUT;
    }

    /** A convolution with bias and ReLU. */
    public String convolutionBiasRelu(String name, Filter filter, String from) {
        return convolution(name, filter, heFanOut(filter), Optional.of(Initialization.ZERO), true, from);
    }

    /** A convolution without bias and activation. */
    public String convolution(String name, Filter filter, String from) {
        return convolution(name, filter, heFanOut(filter), Optional.empty(), false, from);
    }

    /** A convolution with bias. */
    public String convolutionBias(String name, Filter filter, String from) {
        return convolution(name, filter, heFanOut(filter), Optional.of(Initialization.ZERO), false, from);
    }

    private static Initialization heFanOut(Filter filter) {
        return Initialization.heFanOut(filter.kernel(), filter.out());
    }

    /**
     * A convolution, with ReLU after it where wanted.
     *
     * @param weight what the weights are drawn from
     * @param bias what the biases are drawn from; none where empty
     */
    public String convolution(String name, Filter filter, Initialization weight, Optional<Initialization> bias,
            boolean relu, String from) {
        return add(name, new ConvolutionSpec(filter, weight, bias, relu, parameterTensors), from);
    }

    /** A convolution with bias whose weights start as a transformer's dense layers do (Glorot and Bengio, 2010). */
    public String projection(String name, Filter filter, String from) {
        return convolution(name, filter, Initialization.glorotUniform(filter.fanIn(), filter.out()),
                Optional.of(Initialization.ZERO), false, from);
    }

    /** A learned position embedding: adds a parameter [channels, height, width]. */
    public String position(String name, int channels, int height, int width, String from) {
        return add(name, new PositionSpec(channels, height, width, parameterTensors), from);
    }

    /** Layer norm over the {@code channels} of each pixel. */
    public String layerNorm(String name, int channels, String from) {
        return add(name, new LayerNormSpec(channels, parameterTensors), from);
    }

    /**
     * Multi-head self-attention of the pixels, whose queries, keys and values are the thirds of 3 x {@code channels}.
     *
     * @param heads number of heads, which the channels can be divided by
     */
    public String attention(String name, int channels, int heads, String from) {
        return add(name, new AttentionSpec(channels, heads), from);
    }

    /** EvoNorm-S0 of {@code channels}, in place of normalisation and activation. */
    public String evoNorm(String name, int channels, String from) {
        return add(name, new EvoNormSpec(channels, parameterTensors), from);
    }

    /** Batch norm over {@code channels}, with ReLU after it where wanted. */
    public String batchNorm(String name, int channels, boolean relu, String from) {
        return batchNorm(name, channels, Initialization.ONE, Initialization.ZERO, relu, from);
    }

    /**
     * The same with other parameters at first.
     *
     * @param scale what the scales are drawn from
     * @param shift what the shifts are drawn from
     */
    public String batchNorm(
            String name, int channels, Initialization scale, Initialization shift, boolean relu, String from) {
        return add(name, new BatchNormSpec(channels, scale, shift, relu, parameterTensors), from);
    }

    /**
     * Group norm over {@code channels}, with ReLU after it where wanted.
     *
     * @param groups number of groups of neighbouring channels, or the largest below that the channels can be divided by
     */
    public String groupNorm(String name, int channels, int groups, boolean relu, String from) {
        return add(name, new GroupNormSpec(channels, groups, relu, parameterTensors), from);
    }

    /** A dense layer from {@code in} to {@code out} units, with ReLU after it where wanted. */
    public String dense(String name, int in, int out, boolean relu, String from) {
        Initialization uniform = Initialization.uniformFanIn(in);
        return dense(name, in, out, uniform, uniform, relu, from);
    }

    /** A dense layer whose parameters are 0 at first. */
    public String denseOfZeros(String name, int in, int out, String from) {
        return dense(name, in, out, Initialization.ZERO, Initialization.ZERO, false, from);
    }

    /**
     * A dense layer, with ReLU after it where wanted.
     *
     * @param weight what the weights are drawn from
     * @param bias what the biases are drawn from
     */
    public String dense(
            String name, int in, int out, Initialization weight, Initialization bias, boolean relu, String from) {
        return add(name, new DenseSpec(in, out, weight, bias, relu, parameterTensors), from);
    }

    /** The largest of 2x2 pixels each. */
    public String maxPool(String name, String from) {
        return maxPool(name, Window.SQUARES, from);
    }

    /** The largest of each window. */
    public String maxPool(String name, Window window, String from) {
        return add(name, new MaxPoolSpec(window), from);
    }

    /** The mean of each window. */
    public String averagePool(String name, Window window, String from) {
        return add(name, new AveragePoolSpec(window), from);
    }

    /** The mean over all pixels of a channel. */
    public String averagePool(String name, String from) {
        return add(name, new AveragePoolSpec(null), from);
    }

    /** A function of each value; a ReLU after a layer that can have one is faster as that layer's. */
    public String activation(String name, ActivationFunction function, String from) {
        return add(name, new ActivationSpec(function), from);
    }

    /** Adds nothing where the probability is 0. */
    public String dropout(String name, double probability, String from) {
        return probability == 0 ? from : add(name, new DropoutSpec(probability, dropoutLayers++), from);
    }

    /** The sum of two, with ReLU after it where wanted. */
    public String residualAdd(String name, boolean relu, String branch, String shortcut) {
        builder.addVertex(name, new ResidualAdd(relu), branch, shortcut);
        order.add(name);
        return name;
    }

    /**
     * A layer of DL4J's own, which only engine dl4j knows. What draws random numbers while it trains has to be left out
     * of it, as these would not be the seed's.
     *
     * @param layer with all its sizes
     * @param kind what it is, in the words in which other engines refuse it
     */
    public String stock(String name, Layer layer, String kind, String from) {
        builder.addLayer(name, layer, packed(name, kind, from));
        order.add(name);
        parameterTensors += layer.initializer().paramKeys(layer).size();
        return packed(name, kind, name);
    }

    /** A vertex of DL4J's own without parameters, which only engine dl4j knows. */
    public String stock(String name, GraphVertex vertex, String kind, List<String> from) {
        builder.addVertex(name, vertex, from.stream().map(input -> packed(name, kind, input)).toArray(String[]::new));
        order.add(name);
        return packed(name, kind, name);
    }

    /** Gossamer's layers hand out and take packed arrays. */
    private String packed(String name, String kind, String from) {
        String packed = free(name + ".packed");
        builder.addVertex(packed, new PreprocessorVertex(new Packing(kind)), from);
        order.add(packed);
        return packed;
    }

    /** A name that no vertex has yet: this one, or one with a number. */
    public String free(String name) {
        String free = name;
        for (int i = 2; order.contains(free) || free.equals(Models.LOSS); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    private String add(String name, LayerSpec spec, String from) {
        spec.setFirst(from.equals(INPUT));
        builder.addLayer(name, spec, from);
        order.add(name);
        parameterTensors += spec.parameters().size();
        return name;
    }

    /** Ends the graph with the loss. */
    ComputationGraphConfiguration end(String name, String logits, Loss loss, double labelSmoothing) {
        order.add(name);
        ComputationGraphConfiguration configuration =
                builder.addLayer(name, new LossSpec(loss, labelSmoothing), logits).setOutputs(name).build();
        // DL4J would sort breadth-first and put a block's shortcut before its second convolution
        configuration.setTopologicalOrder(IntStream.range(0, order.size()).toArray());
        configuration.setTopologicalOrderStr(new ArrayList<>(order));
        return configuration;
    }
}
