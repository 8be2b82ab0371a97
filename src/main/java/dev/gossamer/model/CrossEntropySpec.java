package dev.gossamer.model;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Mean softmax cross-entropy of logits [b, classes] against labels [b, classes], one-hot or distributions. In training,
 * (1 - labelSmoothing) of them and labelSmoothing of the uniform distribution are the target (Szegedy et al.,
 * "Rethinking the inception architecture for computer vision", 2016).
 */
public final class CrossEntropySpec extends LossLayer {

    private final double labelSmoothing;

    /** @param labelSmoothing in [0, 1) */
    CrossEntropySpec(double labelSmoothing) {
        super(new Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX));
        this.labelSmoothing = labelSmoothing;
    }

    /** Share of the target that goes to all classes alike in training, in [0, 1). */
    public double labelSmoothing() {
        return labelSmoothing;
    }

    @Override
    public Layer instantiate(NeuralNetConfiguration conf, Collection<TrainingListener> listeners, int index,
            INDArray flat, boolean initialize, DataType type) {
        CrossEntropyLayer layer = new CrossEntropyLayer(conf, type, labelSmoothing);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamTable(initializer().init(conf, flat, initialize));
        return layer;
    }
}
