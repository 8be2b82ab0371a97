package dev.gossamer.experiment;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.NaiveUpdate;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

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

        private final Update rule;
        private final int inputs;
        private final int classes;
        private final NaiveUpdate matrices;

        Softmax(RunConfiguration run, int inputs, int classes) {
            rule = run.optimization().rule();
            this.inputs = inputs;
            this.classes = classes;
            matrices = new NaiveUpdate(rule, Map.of());
            rule.stored().forEach(
                    matrix -> matrices.put(matrix, new double[run.gossip().workers()][inputs * classes]));
        }

        private double[][] x() {
            return matrices.get(rule.parameters());
        }

        @Override
        public int workers() {
            return x().length;
        }

        @Override
        public long parameters() {
            return x()[0].length;
        }

        @Override
        public void compute(Batch batch, long[] seeds, double[] losses) {
            FloatBuffer images = FloatBuffer.allocate(batch.labels().length * inputs);
            batch.draws().render(0, batch.labels().length, images);
            double[][] x = x();
            double[][] gradients = matrices.get(rule.gradients());
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
            matrices.step(clock, mixing.toDense());
            for (Kept matrix : rule.kept()) {
                for (double[] row : matrices.get(matrix)) {
                    Arrays.setAll(row, k -> (float) row[k]);
                }
            }
        }

        @Override
        public Score score(Kept matrix, int worker, ImageSet images) {
            double[] weights = worker == MEAN ? mean(matrices.get(matrix)) : matrices.get(matrix)[worker];
            FloatBuffer inputsOfAll = FloatBuffer.allocate(images.size() * inputs);
            images.normalize(0, images.size(), inputsOfAll);
            double loss = 0;
            int correct = 0;
            List<Integer> predicted = new ArrayList<>();
            for (int j = 0; j < images.size(); j++) {
                double[] p = probabilities(weights, inputsOfAll, j);
                loss -= Math.log(p[images.label(j)]) / images.size();
                int largest = IntStream.range(0, p.length).reduce(0, (a, b) -> p[b] > p[a] ? b : a);
                predicted.add(largest);
                correct += largest == images.label(j) ? 1 : 0;
            }
            return new Score(loss, (double) correct / images.size(), predicted);
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
        public double consensusDistance(Kept matrix) {
            double[][] x = matrices.get(matrix);
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

        @Override
        public void read(Stored matrix, int worker, FloatBuffer destination) {
            for (double value : matrices.get(matrix)[worker]) {
                destination.put((float) value);
            }
        }

        @Override
        public void write(Stored matrix, int worker, FloatBuffer source) {
            double[] row = matrices.get(matrix)[worker];
            for (int k = 0; k < row.length; k++) {
                row[k] = source.get();
            }
        }
    }
}
