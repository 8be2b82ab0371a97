package example;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.WeightRule;
import java.util.List;

/** {@code half}: a worker keeps half of its own, and its neighbours share the other half. */
public final class HalfWeights implements WeightRule.Families {

    @Override
    public List<WeightRule.Family> families() {
        return List.of(WeightRule.one(WeightRule.always("half", graph -> MixingMatrix.ofRows(graph.workers(), i -> {
            double[] row = new double[graph.workers()];
            row[i] = 0.5;
            graph.neighbours(i).forEach(j -> row[j] = 0.5 / graph.neighbours(i).size());
            return row;
        }))));
    }
}
