package dev.gossamer.engine.dl4j;

import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.engine.Gradients;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gradients by one DL4J network per worker, each on its rows of the parameter and gradient matrices. */
final class Dl4jGradients implements Gradients {

    private final ReplicaArrays arrays;
    private final Replica[] replicas;

    /**
     * @param network makes the network's configuration, a new but equal object at each call
     * @param rule which matrices are parameters and gradients
     */
    Dl4jGradients(ReplicaArrays arrays, Supplier<ComputationGraphConfiguration> network, Update rule) {
        this.arrays = arrays;
        replicas = new Replica[arrays.matrix(rule.parameters()).rows()];
        for (int i = 0; i < replicas.length; i++) {
            replicas[i] = new Replica(network.get(), arrays.row(rule.parameters(), i));
            replicas[i].writeGradientsTo(arrays.row(rule.gradients(), i));
        }
    }

    @Override
    public void compute(Batch batch, long[] seeds, double[] losses) {
        arrays.workforce().forEach(replicas.length, (thread, i) -> {
            Inputs input = arrays.inputs(thread, batch.size(), batch.shape());
            input.fill(batch, i);
            losses[i] = compute(i, seeds[i], input.images(), input.labels());
        });
    }

    /** Fills row i of G from images [b, c, h, w] and targets [b, classes]; the mean loss. */
    double compute(int worker, long seed, INDArray images, INDArray labels) {
        Replica replica = replicas[worker];
        replica.reseed(seed);
        replica.setInputs(images);
        replica.setLabels(labels);
        replica.computeGradientAndScore();
        return replica.score();
    }
}
