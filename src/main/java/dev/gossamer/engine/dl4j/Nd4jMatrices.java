package dev.gossamer.engine.dl4j;

import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.SgdStep;
import dev.gossamer.topology.MixingMatrix;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrices of any ND4J data type, stepped by operations on whole matrices exactly as the formulas read: for double
 * precision, and to check the blocked pass against.
 */
final class Nd4jMatrices implements ReplicaMatrices {

    private final INDArray parameters;
    private final INDArray gradients;
    private final INDArray momenta;
    private final INDArray average;

    /**
     * @param parameters X [n, d]
     * @param gradients G [n, d]
     * @param momenta M [n, d]
     * @param average moving average [n, d], or null where it is off
     */
    Nd4jMatrices(INDArray parameters, INDArray gradients, INDArray momenta, INDArray average) {
        this.parameters = parameters;
        this.gradients = gradients;
        this.momenta = momenta;
        this.average = average;
    }

    @Override
    public void step(SgdStep step, MixingMatrix mixing) {
        INDArray decayed = gradients.add(parameters.mul(step.weightDecay()));
        momenta.muli(step.momentum()).addi(decayed);
        parameters.subi(momenta.mul(step.learningRate()));
        INDArray weights = Nd4j.createFromArray(mixing.toDense()).castTo(parameters.dataType());
        parameters.assign(weights.mmul(parameters));
        if (average != null) {
            average.muli(step.emaDecay()).addi(parameters.mul(1 - step.emaDecay()));
        }
    }

    @Override
    public double consensusDistance() {
        INDArray mean = parameters.mean(0);
        double sum = 0;
        for (int i = 0; i < parameters.rows(); i++) { // in double precision: there are many values
            double norm = parameters.getRow(i).sub(mean).castTo(DataType.DOUBLE).norm2Number().doubleValue();
            sum += norm * norm;
        }
        return sum / parameters.rows();
    }
}
