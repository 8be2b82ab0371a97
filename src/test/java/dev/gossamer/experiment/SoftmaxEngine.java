package dev.gossamer.experiment;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.DecentralizedSgd;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.Gradients;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.Scoring;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;

/**
 * A slow and simple engine: softmax regression without biases, starting from zero; computed in doubles, and rounded
 * after each step to what {@link ReplicaMatrices#read} gives.
 */
public final class SoftmaxEngine extends ReplicaEngine {

    /**
     * @param images shape of an image
     * @param run whose rule is followed
     */
    public SoftmaxEngine(RunConfiguration run, ImageShape images, int classes) {
        super("softmax regression in Java", images, run.seed(), replicas(new Softmax(run, images.size(), classes)));
    }

    private static Replicas replicas(Softmax all) {
        return new Replicas(all, all, all, () -> {});
    }

    /** Makes such engines. */
    public static EngineFactory factory() {
        return (run, data) -> new SoftmaxEngine(run, data.train().shape(), data.classes());
    }

    /** All three parts. */
    private static final class Softmax implements Gradients, ReplicaMatrices, Scoring {

        private final RunConfiguration run;
        private final Update rule;
        private final int classes;
        private final int inputs;
        private double[][] x;
        private final double[][] gradients;
        private final double[][] momenta;
        private final double[][] average;

        Softmax(RunConfiguration run, int inputs, int classes) {
            int workers = run.gossip().workers();
            this.run = run;
            rule = run.optimization().rule();
            this.inputs = inputs;
            this.classes = classes;
            x = new double[workers][inputs * classes];
            gradients = new double[workers][inputs * classes];
            momenta = new double[workers][inputs * classes];
            average = new double[workers][inputs * classes];
        }

        @Override
        public int workers() {
            return x.length;
        }

        @Override
        public long parameters() {
            return x[0].length;
        }

        @Override
        public void compute(Batch batch, long[] seeds, double[] losses) {
            FloatBuffer images = FloatBuffer.allocate(batch.labels().length * inputs);
            batch.draws().render(0, batch.labels().length, images);
            for (int i = 0; i < x.length; i++) {
                losses[i] = 0;
                gradients[i] = new double[x[i].length];
                for (int j = i * batch.size(); j < (i + 1) * batch.size(); j++) {
                    double[] p = probabilities(x[i], images, j);
                    int label = batch.labels()[j];
                    losses[i] -= Math.log(p[label]) / batch.size();
                    p[label] -= 1;
                    for (int k = 0; k < x[i].length; k++) {
                        gradients[i][k] += p[k / inputs] * images.get(j * inputs + k % inputs) / batch.size();
                    }
                }
            }
        }

        private double[] probabilities(double[] weights, FloatBuffer images, int image) {
            double[] p = new double[classes];
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                double logit = 0;
                for (int k = 0; k < inputs; k++) {
                    logit += weights[c * inputs + k] * images.get(image * inputs + k);
                }
                p[c] = Math.exp(logit);
                sum += p[c];
            }
            for (int c = 0; c < classes; c++) {
                p[c] /= sum;
            }
            return p;
        }

        @Override
        public void step(Clock clock, MixingMatrix mixing) {
            double[][] mixed = new double[x.length][x[0].length];
            for (int k = 0; k < x[0].length; k++) {
                for (int i = 0; i < x.length; i++) {
                    double decayed = gradients[i][k] + run.optimization().settings()
                            .get(DecentralizedSgd.WEIGHT_DECAY) * x[i][k];
                    momenta[i][k] = (float) (run.optimization().settings()
                            .get(DecentralizedSgd.MOMENTUM) * momenta[i][k] + decayed);
                    x[i][k] -= clock.learningRate() * momenta[i][k];
                }
                for (int i = 0; i < x.length; i++) {
                    for (int j = 0; j < x.length; j++) {
                        mixed[i][k] += mixing.get(i, j) * x[j][k];
                    }
                    mixed[i][k] = (float) mixed[i][k];
                    average[i][k] = (float) (run.optimization().ema() * average[i][k]
                            + (1 - run.optimization().ema()) * mixed[i][k]);
                }
            }
            x = mixed;
        }

        @Override
        public Score score(Kept matrix, int worker, ImageSet images) {
            double[] weights = worker == MEAN ? mean(matrix(matrix)) : matrix(matrix)[worker];
            FloatBuffer inputsOfAll = FloatBuffer.allocate(images.size() * inputs);
            images.normalize(0, images.size(), inputsOfAll);
            double loss = 0;
            int correct = 0;
            for (int j = 0; j < images.size(); j++) {
                double[] p = probabilities(weights, inputsOfAll, j);
                loss -= Math.log(p[images.label(j)]) / images.size();
                boolean largest = true;
                for (double other : p) {
                    largest &= p[images.label(j)] >= other;
                }
                correct += largest ? 1 : 0;
            }
            return new Score(loss, (double) correct / images.size());
        }

        private static double[] mean(double[][] rows) {
            double[] mean = new double[rows[0].length];
            for (double[] row : rows) {
                for (int k = 0; k < mean.length; k++) {
                    mean[k] += row[k] / rows.length;
                }
            }
            return mean;
        }

        @Override
        public double consensusDistance() {
            double[] mean = mean(x);
            double sum = 0;
            for (double[] row : x) {
                for (int k = 0; k < mean.length; k++) {
                    sum += (row[k] - mean[k]) * (row[k] - mean[k]) / x.length;
                }
            }
            return sum;
        }

        @Override
        public Update rule() {
            return rule;
        }

        private double[][] matrix(Stored matrix) {
            return matrix == rule.parameters() ? x : matrix == rule.kept("momenta") ? momenta : average;
        }

        @Override
        public void read(Stored matrix, int worker, FloatBuffer destination) {
            for (double value : matrix(matrix)[worker]) {
                destination.put((float) value);
            }
        }

        @Override
        public void write(Stored matrix, int worker, FloatBuffer source) {
            double[] row = matrix(matrix)[worker];
            for (int k = 0; k < row.length; k++) {
                row[k] = source.get();
            }
        }
    }
}
