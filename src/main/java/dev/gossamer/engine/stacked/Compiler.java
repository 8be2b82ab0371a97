package dev.gossamer.engine.stacked;

import dev.gossamer.data.ImageShape;
import dev.gossamer.model.ActivationFunction;
import dev.gossamer.model.ActivationSpec;
import dev.gossamer.model.AttentionSpec;
import dev.gossamer.model.AveragePoolSpec;
import dev.gossamer.model.BatchNormSpec;
import dev.gossamer.model.ConvolutionSpec;
import dev.gossamer.model.DenseSpec;
import dev.gossamer.model.DropoutSpec;
import dev.gossamer.model.EvoNormSpec;
import dev.gossamer.model.Filter;
import dev.gossamer.model.GroupNormSpec;
import dev.gossamer.model.LayerNormSpec;
import dev.gossamer.model.LayerSpec;
import dev.gossamer.model.LossSpec;
import dev.gossamer.model.MaxPoolSpec;
import dev.gossamer.model.Packing;
import dev.gossamer.model.Parameter;
import dev.gossamer.model.PositionSpec;
import dev.gossamer.model.ResidualAdd;
import dev.gossamer.model.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Turns DL4J configurations made of Gossamer's layers (package {@code model}) into programs. Parameters are packed in
 * the order of the layers, which is DL4J's own.
 */
public final class Compiler {

    /** The layers that are known. */
    private static final Map<Class<?>, Kind<?>> KINDS = Stream.of(
            new Kind<>(ConvolutionSpec.class, appending(Compiler::convolve)),
            new Kind<>(DenseSpec.class, appending((compiler, layer, x, slices) -> new Forward.Multiply(
                    x, slices.get(0), slices.get(1), Activation.of(layer.relu()),
                    compiler.tensor(layer.out(), 1, 1)))),
            new Kind<>(BatchNormSpec.class, appending((compiler, layer, x, slices) -> new Forward.Normalize(
                    x, slices.get(0), slices.get(1), Activation.of(layer.relu()), compiler.like(x)))),
            new Kind<>(GroupNormSpec.class, appending((compiler, layer, x, slices) -> new Forward.GroupNorm(
                    x, slices.get(0), slices.get(1), layer.groups(), Activation.of(layer.relu()), compiler.like(x)))),
            new Kind<>(LayerNormSpec.class, appending((compiler, layer, x, slices) -> new Forward.LayerNorm(
                    x, slices.get(0), slices.get(1), compiler.like(x)))),
            new Kind<>(AttentionSpec.class, appending((compiler, layer, x, slices) -> compiler.attend(layer, x))),
            new Kind<>(PositionSpec.class, appending((compiler, layer, x, slices) -> new Forward.Embed(
                    x, slices.get(0), compiler.like(x)))),
            new Kind<>(EvoNormSpec.class, appending((compiler, layer, x, slices) -> new Forward.EvoNorm(
                    x, slices.get(0), slices.get(1), slices.get(2), layer.groups(), compiler.like(x)))),
            new Kind<>(MaxPoolSpec.class, appending((compiler, layer, x, slices) -> new Forward.MaxPool(
                    x, layer.window(), compiler.pooled(x, layer.window())))),
            new Kind<>(AveragePoolSpec.class, appending((compiler, layer, x, slices) -> {
                Window window = layer.window().orElse(Window.ofAll(x.height(), x.width()));
                return new Forward.AveragePool(x, window, compiler.pooled(x, window));
            })),
            new Kind<>(ActivationSpec.class, (compiler, name, layer, x) -> compiler.activate(layer, x.get(0))),
            new Kind<>(PreprocessorVertex.class, (compiler, name, vertex, x) -> {
                throw unknown(vertex.getPreProcessor() instanceof Packing beside ? beside.kind() : named(name, vertex));
            }),
            new Kind<>(DropoutSpec.class, (compiler, name, layer, x) -> compiler.drop(layer, x.get(0))),
            new Kind<>(LossSpec.class, (compiler, name, layer, x) -> compiler.end(x.get(0), layer)),
            new Kind<>(ResidualAdd.class, (compiler, name, layer, x) -> compiler.append(new Forward.Add(
                    x.get(0), x.get(1), Activation.of(layer.relu()), compiler.like(x.get(0))))))
            .collect(Collectors.toUnmodifiableMap(Kind::type, kind -> kind));

    private final ImageShape images;
    private final boolean training;
    private final Tensor input;
    private final List<Forward> operations = new ArrayList<>();
    private final List<Slice> parameters = new ArrayList<>();
    private final Set<Tensor> withGradient = new HashSet<>();
    private int tensors;
    private long offset;
    private Tensor logits;
    private LossSpec loss;

    private Compiler(ImageShape images, boolean training) {
        this.images = images;
        this.training = training;
        input = tensor(images.channels(), images.height(), images.width());
    }

    /**
     * The program of a graph with one input and one loss layer.
     *
     * @param training whether it is a training step, up to the gradients, or the forward pass in evaluation
     * @throws UnknownLayerException if the graph has a layer or vertex of a kind that is not known
     */
    public static Program compile(ComputationGraphConfiguration configuration, ImageShape images, boolean training) {
        Compiler compiler = new Compiler(images, training);
        Map<String, Tensor> values = new HashMap<>();
        values.put(configuration.getNetworkInputs().get(0), compiler.input);
        for (String name : order(configuration)) {
            GraphVertex vertex = configuration.getVertices().get(name);
            if (vertex != null) {
                List<Tensor> inputs = configuration.getVertexInputs().get(name).stream().map(values::get).toList();
                values.put(name, compiler.add(name, vertex, inputs));
            }
        }
        return compiler.program();
    }

    /**
     * The program of a stack of layers that ends with a loss layer.
     *
     * @param training whether it is a training step, up to the gradients, or the forward pass in evaluation
     * @throws UnknownLayerException if the network has a layer of a kind that is not known, or a preprocessor
     */
    public static Program compile(MultiLayerConfiguration configuration, ImageShape images, boolean training) {
        Compiler compiler = new Compiler(images, training);
        if (!configuration.getInputPreProcessors().isEmpty()) {
            throw new UnknownLayerException(
                    "the stacked engine does not know preprocessors: " + configuration.getInputPreProcessors());
        }
        Tensor last = compiler.input;
        for (NeuralNetConfiguration layer : configuration.getConfs()) {
            last = compiler.add(layer.getLayer().getLayerName(), layer.getLayer(), List.of(last));
        }
        return compiler.program();
    }

    /** Configurations of the layers in the order in which their parameters are packed. */
    static List<NeuralNetConfiguration> layers(ComputationGraphConfiguration configuration) {
        return order(configuration).stream()
                .map(configuration.getVertices()::get)
                .filter(LayerVertex.class::isInstance)
                .map(vertex -> ((LayerVertex) vertex).getLayerConf())
                .toList();
    }

    private static List<String> order(ComputationGraphConfiguration configuration) {
        if (configuration.getTopologicalOrderStr() == null) {
            new ComputationGraph(configuration).topologicalSortOrder();
        }
        return configuration.getTopologicalOrderStr();
    }

    private Tensor add(String name, GraphVertex vertex, List<Tensor> inputs) {
        boolean plain = vertex instanceof LayerVertex layer && layer.getPreProcessor() == null;
        return add(name, plain ? ((LayerVertex) vertex).getLayerConf().getLayer() : vertex, inputs);
    }

    private Tensor add(String name, Object layer, List<Tensor> inputs) {
        Kind<?> kind = KINDS.get(layer.getClass());
        if (kind == null) {
            throw unknown(named(name, layer));
        }
        return kind.add(this, name, layer, inputs);
    }

    private static String named(String name, Object layer) {
        return "layer " + name + " (" + layer.getClass().getSimpleName() + ")";
    }

    private static UnknownLayerException unknown(String layer) {
        return new UnknownLayerException("the stacked engine does not know " + layer);
    }

    /** How layers of a class are compiled. */
    private record Kind<L>(Class<L> type, Rule<L> rule) {

        Tensor add(Compiler compiler, String name, Object layer, List<Tensor> inputs) {
            return rule.add(compiler, name, type.cast(layer), inputs);
        }
    }

    /** Appends the operations of a layer, or of a vertex with several inputs. */
    @FunctionalInterface
    private interface Rule<L> {

        /** @return the result */
        Tensor add(Compiler compiler, String name, L layer, List<Tensor> inputs);
    }

    /** Likewise of a layer with one input and parameters. */
    @FunctionalInterface
    private interface WithParameters<L> {

        /**
         * The operation.
         *
         * @param slices its parameters, in the order of the layer's
         */
        Forward of(Compiler compiler, L layer, Tensor x, List<Slice> slices);
    }

    private static <L extends LayerSpec> Rule<L> appending(WithParameters<L> operation) {
        return (compiler, name, layer, inputs) -> compiler.append(
                operation.of(compiler, layer, inputs.get(0), compiler.slices(name, layer)));
    }

    private static Forward convolve(Compiler compiler, ConvolutionSpec layer, Tensor x, List<Slice> slices) {
        Filter filter = layer.filter();
        Tensor y = compiler.tensor(
                filter.out(), (int) filter.outputSize(x.height()), (int) filter.outputSize(x.width()));
        Slice bias = slices.size() > 1 ? slices.get(1) : null;
        return new Forward.Convolve(x, slices.get(0), bias, filter, Activation.of(layer.relu()), y);
    }

    private Forward attend(AttentionSpec layer, Tensor x) {
        int tokens = x.height() * x.width();
        return new Forward.Attend(
                x, tensor(layer.heads(), tokens, tokens), tensor(layer.channels(), x.height(), x.width()));
    }

    private Tensor activate(ActivationSpec layer, Tensor x) {
        ActivationFunction function = layer.function();
        return function == ActivationFunction.IDENTITY ? x : append(new Forward.Apply(x, function, like(x)));
    }

    private Tensor drop(DropoutSpec layer, Tensor x) {
        return training ? append(new Forward.Drop(x, layer.probability(), layer.stream(), like(x))) : x;
    }

    private Tensor end(Tensor x, LossSpec loss) {
        logits = x;
        this.loss = loss;
        return x;
    }

    private Tensor append(Forward operation) {
        Tensor result = operation.writes().get(0);
        if (!operation.parameters().isEmpty() || operation.reads().stream().anyMatch(withGradient::contains)) {
            withGradient.add(result);
        }
        operations.add(operation);
        return result;
    }

    private List<Slice> slices(String layer, LayerSpec spec) {
        List<Slice> slices = new ArrayList<>();
        for (Parameter parameter : spec.parameters()) {
            List<Long> shape = Arrays.stream(parameter.shape()).boxed().toList();
            Slice slice = new Slice(layer + "." + parameter.name(), offset, shape);
            offset += slice.size();
            slices.add(slice);
        }
        parameters.addAll(slices);
        return slices;
    }

    private Tensor pooled(Tensor x, Window window) {
        return tensor(x.channels(), window.rows(x.height()), window.columns(x.width()));
    }

    private Tensor like(Tensor other) {
        return tensor(other.channels(), other.height(), other.width());
    }

    private Tensor tensor(int channels, int height, int width) {
        return new Tensor(tensors++, channels, height, width);
    }

    private Program program() {
        if (logits == null) {
            throw new UnknownLayerException("the stacked engine needs a network that ends with a loss");
        }
        List<Operation> all = new ArrayList<>(operations);
        if (training) {
            Tensor gradient = like(logits);
            all.add(new Backward.MeanLoss(loss.loss(), logits, loss.labelSmoothing(), gradient));
            all.addAll(new BackwardPass(withGradient, tensors).of(operations, logits, gradient));
        }
        return new Program(images, input, logits, List.copyOf(all), List.copyOf(parameters), loss.loss());
    }
}
