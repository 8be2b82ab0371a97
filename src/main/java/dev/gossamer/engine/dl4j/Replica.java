package dev.gossamer.engine.dl4j;

import dev.gossamer.model.SeededLayer;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A DL4J network whose parameters and gradients live in memory that is given to it. */
final class Replica extends ComputationGraph {

    private static final long serialVersionUID = 1L;

    private final transient List<SeededLayer> seededLayers;

    /**
     * @param configuration the network; each replica needs one of its own
     * @param parameters view [1, d], used as it is
     */
    Replica(ComputationGraphConfiguration configuration, INDArray parameters) {
        super(configuration);
        init(parameters, false);
        seededLayers = Arrays.stream(getLayers())
                .filter(SeededLayer.class::isInstance)
                .map(SeededLayer.class::cast)
                .toList();
    }

    /** Has backward passes write the gradient into a view [1, d]. */
    void writeGradientsTo(INDArray gradients) {
        flattenedGradients = gradients; // or the first backward pass allocates an array of its own
        setBackpropGradientsViewArray(gradients);
    }

    /** Has the layers that draw random numbers draw those of this seed in the next training pass. */
    void reseed(long seed) {
        for (SeededLayer layer : seededLayers) {
            layer.reseed(seed);
        }
    }
}
