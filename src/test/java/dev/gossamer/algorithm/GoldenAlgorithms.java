package dev.gossamer.algorithm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.algorithm.method.MixingOrder;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Softmax regression on workers with unequal data, and what algorithms make of it: numbers that were computed
 * elsewhere, in double precision, see {@code algorithms.json}.
 */
public final class GoldenAlgorithms {

    private static final JsonNode ALL = read();
    private static final double[][] FEATURES = matrix(ALL.get("features"));
    private static final double[] LABELS = vector(ALL.get("labels"));
    private static final int CLASSES = 3;

    /** One run, as it was computed. */
    public record Case(JsonNode node) {

        /** The algorithm. */
        public Algorithm algorithm() {
            double momentum = node.get("momentum").asDouble();
            double weightDecay = node.get("weight_decay").asDouble();
            boolean nesterov = node.get("nesterov").asBoolean();
            return switch (node.get("algorithm").asText()) {
                case "dsgd-atc" -> new StochasticGradientDescent(
                        momentum, weightDecay, nesterov, MixingOrder.ADAPT_THEN_COMBINE);
                case "dsgd-cta" -> new StochasticGradientDescent(
                        momentum, weightDecay, nesterov, MixingOrder.COMBINE_THEN_ADAPT);
                case "dsgd-awc" -> new StochasticGradientDescent(
                        momentum, weightDecay, nesterov, MixingOrder.ADAPT_WHILE_COMBINING);
                case "dsgt" -> new GradientTracking(weightDecay);
                case "d2" -> new ExactDiffusion(weightDecay);
                case "d-adam" -> new Adam(0.9, 0.999, 1e-8, weightDecay);
                default -> throw new IllegalArgumentException(toString());
            };
        }

        /** What changes from step to step. */
        public Clock clock(int step) {
            JsonNode change = node.get("lr_step");
            double factor = change.isNull() || step < change.get("at").asInt() ? 1 : change.get("factor").asDouble();
            return new Clock(step, factor * node.get("learning_rate").asDouble());
        }

        /** W_t [n, n]. */
        public double[][] mixing(long step) {
            JsonNode phases = ALL.get("topologies").get(node.get("topology").asText());
            return matrix(phases.get((int) (step % phases.size())));
        }

        /**
         * What is known of the evaluated parameters after some steps: for each worker their sum, norm, sum of
         * (k + 1) x_k, and first five; null where nothing is.
         */
        public double[][] after(int steps) {
            JsonNode record = node.get("after").get(Integer.toString(steps));
            return record == null ? null : matrix(record.get("workers"));
        }

        @Override
        public String toString() {
            return node.get("id").asText();
        }
    }

    private GoldenAlgorithms() {}

    private static JsonNode read() {
        try (InputStream file = GoldenAlgorithms.class.getResourceAsStream("/reference/algorithms.json")) {
            return new ObjectMapper().readTree(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All runs. */
    public static List<Case> cases() {
        return StreamSupport.stream(ALL.get("cases").spliterator(), false).map(Case::new).toList();
    }

    /** Parameters of all workers at the start [n, d]. */
    public static double[][] start() {
        double[][] start = new double[ALL.get("batches").get(0).size()][];
        for (int i = 0; i < start.length; i++) {
            start[i] = vector(ALL.get("initial_parameters"));
        }
        return start;
    }

    /** Gradients [n, d] of a step. */
    public static double[][] gradients(int step, double[][] parameters) {
        double[][] gradients = new double[parameters.length][];
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = gradient(parameters[i], vector(ALL.get("batches").get(step).get(i)));
        }
        return gradients;
    }

    private static double[] gradient(double[] parameters, double[] batch) {
        double[] gradient = new double[parameters.length];
        int features = FEATURES[0].length;
        for (double point : batch) {
            double[] x = FEATURES[(int) point];
            double[] powers = new double[CLASSES];
            double sum = 0;
            for (int c = 0; c < CLASSES; c++) {
                double logit = parameters[CLASSES * features + c];
                for (int f = 0; f < features; f++) {
                    logit += parameters[c * features + f] * x[f];
                }
                powers[c] = Math.exp(logit);
                sum += powers[c];
            }
            for (int c = 0; c < CLASSES; c++) {
                double error = (powers[c] / sum - (LABELS[(int) point] == c ? 1 : 0)) / batch.length;
                gradient[CLASSES * features + c] += error;
                for (int f = 0; f < features; f++) {
                    gradient[c * features + f] += error * x[f];
                }
            }
        }
        return gradient;
    }

    /** What is recorded of a worker's parameters, see {@link Case#after}. */
    public static double[] summary(double[] parameters) {
        double[] summary = new double[8];
        for (int k = 0; k < parameters.length; k++) {
            summary[0] += parameters[k];
            summary[1] += parameters[k] * parameters[k];
            summary[2] += (k + 1) * parameters[k];
        }
        summary[1] = Math.sqrt(summary[1]);
        System.arraycopy(parameters, 0, summary, 3, 5);
        return summary;
    }

    private static double[][] matrix(JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false).map(GoldenAlgorithms::vector).toArray(double[][]::new);
    }

    private static double[] vector(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    }
}
