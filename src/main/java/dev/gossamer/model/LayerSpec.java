package dev.gossamer.model;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.inputs.InputType.InputTypeConvolutional;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Configuration of one of Gossamer's layers. All sizes are given, none is inferred. Immutable after building. */
public abstract class LayerSpec extends BaseLayer {

    private final List<Parameter> parameters;
    private boolean first;

    LayerSpec(Parameter... parameters) {
        this.parameters = List.of(parameters);
    }

    /** Parameter tensors in the order of the flat vector. */
    public final List<Parameter> parameters() {
        return parameters;
    }

    /** A layer of this configuration, parameters not yet set. */
    abstract ModelLayer<?> create(NeuralNetConfiguration conf, DataType type);

    @Override
    public final Layer instantiate(NeuralNetConfiguration conf, Collection<TrainingListener> listeners, int index,
            INDArray flat, boolean initialize, DataType type) {
        ModelLayer<?> layer = create(conf, type);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(flat);
        layer.setParamTable(initializer().init(conf, flat, initialize));
        return layer;
    }

    @Override
    public final ParamInitializer initializer() {
        return PackedParameters.INSTANCE;
    }

    @Override
    public final boolean isPretrainParam(String name) {
        return false;
    }

    /** Says whether the layer's input is the model's, so that nobody needs its gradient. */
    final void setFirst(boolean isFirst) {
        first = isFirst;
    }

    /** Whether the layer's input is the model's. */
    final boolean first() {
        return first;
    }

    /** The shape of a pooling's output. */
    static InputType windows(Window window, InputType input) {
        InputTypeConvolutional image = (InputTypeConvolutional) input;
        return InputType.convolutional(window.rows(Math.toIntExact(image.getHeight())),
                window.columns(Math.toIntExact(image.getWidth())), image.getChannels());
    }

    /** The shape of the output for that of the input; the same unless a layer says otherwise. */
    @Override
    public InputType getOutputType(int index, InputType input) {
        return input;
    }

    /** Nothing: sizes are given. */
    @Override
    public final void setNIn(InputType input, boolean override) {}

    @Override
    public final InputPreProcessor getPreProcessorForInputType(InputType input) {
        return null;
    }

    @Override
    public final LayerMemoryReport getMemoryReport(InputType input) {
        throw new UnsupportedOperationException("no memory report for layer " + layerName);
    }
}
