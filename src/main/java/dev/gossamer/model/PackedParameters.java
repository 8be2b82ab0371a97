package dev.gossamer.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Packs the parameters of a {@link LayerSpec} one after another, each in C order: the layout of PyTorch's
 * {@code named_parameters()}. Stateless.
 */
final class PackedParameters implements ParamInitializer {

    static final PackedParameters INSTANCE = new PackedParameters();

    private PackedParameters() {}

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        long count = 0;
        for (Parameter parameter : parameters(layer)) {
            count += parameter.size();
        }
        return count;
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return parameters(layer).stream().map(Parameter::name).toList();
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return paramKeys(layer).stream().filter(key -> isWeightParam(layer, key)).toList();
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return paramKeys(layer).stream().filter(key -> isBiasParam(layer, key)).toList();
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return Parameter.WEIGHT.equals(key);
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
        return Parameter.BIAS.equals(key);
    }

    @Override
    public Map<String, INDArray> init(NeuralNetConfiguration conf, INDArray flat, boolean initialize) {
        Map<String, INDArray> tensors = views(conf.getLayer(), flat);
        for (Parameter parameter : parameters(conf.getLayer())) {
            conf.addVariable(parameter.name());
            if (initialize) {
                parameter.initialize(tensors.get(parameter.name()), conf.getSeed());
            }
        }
        return tensors;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(NeuralNetConfiguration conf, INDArray flat) {
        return views(conf.getLayer(), flat);
    }

    private static Map<String, INDArray> views(Layer layer, INDArray flat) {
        Map<String, INDArray> views = new LinkedHashMap<>();
        long from = 0;
        for (Parameter parameter : parameters(layer)) {
            long to = from + parameter.size();
            INDArray packed = flat.reshape(flat.length()).get(NDArrayIndex.interval(from, to));
            views.put(parameter.name(), packed.reshape('c', parameter.shape()));
            from = to;
        }
        return views;
    }

    private static List<Parameter> parameters(Layer layer) {
        return ((LayerSpec) layer).parameters();
    }
}
