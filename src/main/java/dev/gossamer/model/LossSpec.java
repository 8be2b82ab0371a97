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
 * Mean loss of outputs [b, classes] against labels [b, classes], one-hot or distributions. In training,
 * (1 - labelSmoothing) of them and labelSmoothing of the uniform distribution are the target (Szegedy et al.,
 * "Rethinking the inception architecture for computer vision", 2016).
 */
public final class LossSpec extends LossLayer {

    private final Loss loss;
    private final double labelSmoothing;

    /**
     * @param loss which one
     * @param labelSmoothing in [0, 1)
     */
    LossSpec(Loss loss, double labelSmoothing) {
        super(loss == Loss.CROSS_ENTROPY
                ? new Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX)
                : new Builder(LossFunction.MSE).activation(Activation.IDENTITY));
        this.loss = loss;
        this.labelSmoothing = labelSmoothing;
    }

    /** Which loss. */
    public Loss loss() {
        return loss;
    }

    /** Share of the target that goes to all classes alike in training, in [0, 1). */
    public double labelSmoothing() {
        return labelSmoothing;
    }

    @Override
    public Layer instantiate(NeuralNetConfiguration conf, Collection<TrainingListener> listeners, int index,
            INDArray flat, boolean initialize, DataType type) {
        MeanLossLayer layer = loss == Loss.CROSS_ENTROPY
                ? new CrossEntropyLayer(conf, type, labelSmoothing)
                : new SquaredErrorLayer(conf, type, labelSmoothing);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamTable(initializer().init(conf, flat, initialize));
        return layer;
    }
}
