package dev.gossamer.engine.stacked;

import dev.gossamer.data.ImageShape;
import dev.gossamer.model.AveragePoolSpec;
import dev.gossamer.model.BatchNormSpec;
import dev.gossamer.model.ConvolutionSpec;
import dev.gossamer.model.CrossEntropySpec;
import dev.gossamer.model.DenseSpec;
import dev.gossamer.model.DropoutSpec;
import dev.gossamer.model.EvoNormSpec;
import dev.gossamer.model.Filter;
import dev.gossamer.model.LayerSpec;
import dev.gossamer.model.MaxPoolSpec;
import dev.gossamer.model.Parameter;
import dev.gossamer.model.ResidualAdd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Turns DL4J configurations made of Gossamer's layers (package {@code model}) into programs. Parameters are packed in
 * the order of the layers, which is DL4J's own.
 */
public final class Compiler {

    private final ImageShape images;
    private final boolean training;
    private final Tensor input;
    private final List<Operation.Differentiable> operations = new ArrayList<>();
    private final List<Slice> parameters = new ArrayList<>();
    private final Set<Tensor> withGradient = new HashSet<>();
    private int tensors;
    private long offset;
    private Tensor logits;

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
            last = compiler.add(layer.getLayer().getLayerName(), layer.getLayer(), last);
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
        if (vertex instanceof LayerVertex layer && layer.getPreProcessor() == null) {
            return add(name, layer.getLayerConf().getLayer(), inputs.get(0));
        }
        if (vertex instanceof ResidualAdd) {
            Tensor sum = like(inputs.get(0));
            return append(new Operation.Add(inputs.get(0), inputs.get(1), true, sum), inputs.toArray(Tensor[]::new));
        }
        throw unknown(name, vertex);
    }

    private Tensor add(String name, Layer layer, Tensor x) {
        if (layer instanceof ConvolutionSpec spec) {
            List<Slice> slices = slices(name, spec);
            Slice bias = slices.size() > 1 ? slices.get(1) : null;
            return append(new Operation.Convolve(
                    x, slices.get(0), bias, spec.filter(), spec.relu(), convolved(x, spec.filter())), x);
        } else if (layer instanceof DenseSpec spec) {
            List<Slice> slices = slices(name, spec);
            Tensor y = tensor(spec.out(), 1, 1);
            return append(new Operation.Multiply(x, slices.get(0), slices.get(1), spec.relu(), y), x);
        } else if (layer instanceof BatchNormSpec spec) {
            List<Slice> slices = slices(name, spec);
            return append(new Operation.Normalize(x, slices.get(0), slices.get(1), spec.relu(), like(x)), x);
        } else if (layer instanceof EvoNormSpec spec) {
            List<Slice> slices = slices(name, spec);
            return append(new Operation.EvoNorm(
                    x, slices.get(0), slices.get(1), slices.get(2), spec.groups(), like(x)), x);
        } else if (layer instanceof MaxPoolSpec) {
            return append(new Operation.MaxPool(x, tensor(x.channels(), x.height() / 2, x.width() / 2)), x);
        } else if (layer instanceof AveragePoolSpec) {
            return append(new Operation.AveragePool(x, tensor(x.channels(), 1, 1)), x);
        } else if (layer instanceof DropoutSpec spec) {
            return training ? append(new Operation.Drop(x, spec.probability(), spec.stream(), like(x)), x) : x;
        } else if (layer instanceof CrossEntropySpec) {
            logits = x;
            return x;
        }
        throw unknown(name, layer);
    }

    private static UnknownLayerException unknown(String name, Object kind) {
        return new UnknownLayerException("the stacked engine does not know layer " + name + " ("
                + kind.getClass().getSimpleName() + ")");
    }

    private Tensor append(Operation.Differentiable operation, Tensor... inputs) {
        Tensor result = operation.writes().get(0);
        boolean parametric = operation instanceof Operation.Convolve || operation instanceof Operation.Multiply
                || operation instanceof Operation.Normalize || operation instanceof Operation.EvoNorm;
        if (parametric || Arrays.stream(inputs).anyMatch(withGradient::contains)) {
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

    private Tensor convolved(Tensor x, Filter filter) {
        return tensor(filter.out(), (int) filter.outputSize(x.height()), (int) filter.outputSize(x.width()));
    }

    private Tensor like(Tensor other) {
        return tensor(other.channels(), other.height(), other.width());
    }

    private Tensor tensor(int channels, int height, int width) {
        return new Tensor(tensors++, channels, height, width);
    }

    private Program program() {
        if (logits == null) {
            throw new UnknownLayerException("the stacked engine needs a network that ends with softmax cross-entropy");
        }
        List<Operation> all = new ArrayList<>(operations);
        if (training) {
            Tensor gradient = like(logits);
            all.add(new Operation.CrossEntropy(logits, gradient));
            all.addAll(new BackwardPass(withGradient, tensors).of(operations, logits, gradient));
        }
        return new Program(images, input, logits, List.copyOf(all), List.copyOf(parameters));
    }
}
