package dev.gossamer.engine.dl4j;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.data.ImageSet;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.ScoreSum;
import dev.gossamer.engine.Scoring;
import dev.gossamer.model.Loss;
import dev.gossamer.model.Models;
import java.util.Arrays;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Scores by one DL4J network per thread, all on the same parameters. */
final class Dl4jScoring implements Scoring {

    private final ReplicaArrays arrays;
    private final INDArray scored;
    private final Replica[] evaluators;
    private final Loss loss;

    /** @param network makes the network's configuration, a new but equal object at each call */
    Dl4jScoring(ReplicaArrays arrays, Supplier<ComputationGraphConfiguration> network) {
        this.arrays = arrays;
        scored = arrays.zeros(1);
        evaluators = new Replica[arrays.workforce().threads()];
        Arrays.setAll(evaluators, t -> new Replica(network.get(), scored));
        loss = Models.loss(evaluators[0].getConfiguration());
    }

    @Override
    public Score score(Kept matrix, int worker, ImageSet images) {
        copy(arrays.matrix(matrix), worker);
        ScoreSum[] sums = new ScoreSum[ScoreSum.chunks(images)];
        arrays.workforce().forEach(sums.length, (thread, chunk) -> {
            int from = ScoreSum.start(images, chunk);
            int to = ScoreSum.start(images, chunk + 1);
            Inputs input = arrays.inputs(thread, to - from, images.shape());
            input.fill(images, from);
            sums[chunk] = score(evaluators[thread], input.images(), images, from);
        });
        return ScoreSum.total(sums, images);
    }

    private ScoreSum score(Replica network, INDArray inputs, ImageSet images, int from) {
        INDArray outputs = network.output(false, inputs)[0];
        float[] values = outputs.data().asFloat();
        outputs.close();
        return ScoreSum.of(loss, values, images, from, (int) inputs.size(0));
    }

    /** Takes a worker's row of a matrix, or the mean of all rows. */
    private void copy(INDArray matrix, int worker) {
        if (worker != MEAN) {
            scored.assign(matrix.getRow(worker, true));
            return;
        }
        scored.assign(0);
        for (int i = 0; i < matrix.rows(); i++) {
            scored.addi(matrix.getRow(i, true));
        }
        scored.divi(matrix.rows());
    }
}
