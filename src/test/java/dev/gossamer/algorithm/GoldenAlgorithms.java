package dev.gossamer.algorithm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * Softmax regression on workers with unequal data, and what algorithms make of it: numbers that were computed
 * elsewhere, in double precision. They are those of {@code algorithms.json} among the resources, or of another file of
 * its format, which the system property {@code golden.algorithms} names.
 */
public final class GoldenAlgorithms {

    private static final JsonNode ALL = read();
    private static final double[][] FEATURES = matrix(ALL.get("features"));
    private static final double[] LABELS = vector(ALL.get("labels"));
    private static final int CLASSES = ALL.get("config").get("classes").asInt();
    private static final int WORKERS = ALL.get("config").get("workers").asInt();

    /** One run, as it was computed. */
    public record Case(JsonNode node) {

        /** The algorithm. */
        public Algorithm algorithm() {
            return GoldenMethods.of(node, ALL);
        }

        /** Whether the algorithm is one that Gossamer has. */
        public boolean isKnown() {
            return GoldenMethods.isKnown(node);
        }

        /** What changes from step to step; the scheme is that of the algorithm. */
        public Clock clock(long step, Scheme scheme) {
            JsonNode change = node.get("lr_step");
            double factor = change == null || change.isNull() || step < change.get("at").asInt()
                    ? 1 : change.get("factor").asDouble();
            return new Clock(step, factor * node.get("learning_rate").asDouble(), scheme, 0);
        }

        /** Number of steps. */
        public int steps() {
            return StreamSupport.stream(((Iterable<String>) () -> node.get("after").fieldNames()).spliterator(), false)
                    .mapToInt(Integer::parseInt).max().orElseThrow();
        }

        /** The scheme that the algorithm mixes by. */
        public Scheme scheme() {
            return GoldenMethods.mixing(node, algorithm().scheme(network()));
        }

        /** The network's scheme: the matrices of its period, or where messages fail, a matrix for each step. */
        public Scheme network() {
            JsonNode options = node.get("options");
            JsonNode phases = ALL.get("topologies").get(node.get("topology").asText());
            if (options.has("failures")) {
                JsonNode failures = ALL.get("lists").get(options.get("failures").asText());
                String rule = options.get("rule").asText();
                return periodic(failures.size(), t -> failed(
                        matrix(phases.get(t % phases.size())), failures.get(t), rule));
            }
            if (options.has("edges")) {
                double[][] tree = tree(options.get("edges"));
                return periodic(1, t -> tree);
            }
            if (node.get("algorithm").asText().equals("epidemic")) {
                JsonNode recipients = ALL.get("lists").get("el_local_recipients");
                JsonNode cycles = ALL.get("lists").get("el_oracle_cycles");
                return node.get("topology").asText().equals("el-local")
                        ? periodic(recipients.size(), t -> received(recipients.get(t)))
                        : periodic(cycles.size(), t -> cycle(vector(cycles.get(t))));
            }
            return periodic(phases.size(), t -> matrix(phases.get(t)));
        }

        /** What is known after some steps; null where nothing is. */
        public Golden after(int steps) {
            JsonNode record = node.get("after").get(Integer.toString(steps));
            return record == null ? null : new Golden(record);
        }

        /** Where a message fails, what becomes of its weight. */
        private static double[][] failed(double[][] w, JsonNode failures, String rule) {
            for (JsonNode failure : failures) {
                int i = failure.get(0).asInt();
                int j = failure.get(1).asInt();
                if (rule.contains("both directions")) {
                    w[i][i] += w[i][j];
                    w[j][j] += w[j][i];
                    w[j][i] = 0;
                } else if (rule.contains("sender's diagonal")) {
                    w[j][j] += w[i][j];
                }
                w[i][j] = 0;
            }
            if (rule.contains("divides by the weight that arrived")) {
                for (double[] row : w) {
                    double sum = Arrays.stream(row).sum();
                    Arrays.setAll(row, j -> row[j] / sum);
                }
            }
            return w;
        }

        private static double[][] tree(JsonNode edges) {
            double[][] w = new double[WORKERS][WORKERS];
            edges.forEach(edge -> {
                w[edge.get(0).asInt()][edge.get(1).asInt()] = 1.0 / WORKERS;
                w[edge.get(1).asInt()][edge.get(0).asInt()] = 1.0 / WORKERS;
            });
            for (int i = 0; i < WORKERS; i++) {
                w[i][i] = 1 - Arrays.stream(w[i]).sum();
            }
            return w;
        }

        private static double[][] received(JsonNode recipients) {
            double[][] w = new double[WORKERS][WORKERS];
            for (int sender = 0; sender < WORKERS; sender++) {
                w[sender][sender] = 1;
                for (JsonNode receiver : recipients.get(sender)) {
                    w[receiver.asInt()][sender] = 1;
                }
            }
            for (double[] row : w) {
                double sum = Arrays.stream(row).sum();
                Arrays.setAll(row, j -> row[j] / sum);
            }
            return w;
        }

        private static double[][] cycle(double[] order) {
            double[][] w = new double[WORKERS][WORKERS];
            for (int a = 0; a < WORKERS; a++) {
                for (int to : new int[] {-1, 0, 1}) {
                    w[(int) order[a]][(int) order[(a + to + WORKERS) % WORKERS]] += 1 / 3.0;
                }
            }
            return w;
        }

        @Override
        public String toString() {
            return node.get("id").asText();
        }
    }

    /** What is known after a step. */
    public record Golden(JsonNode record) {

        /** Of each worker's evaluated parameters their sum, norm, sum of (k + 1) x_k, and first five. */
        public double[][] workers() {
            return matrix(record.get("workers"));
        }

        /** The same of their mean. */
        public double[] meanModel() {
            return vector(record.get("mean_model"));
        }

        /** Sum over parameters of their variance over workers. */
        public double consensusDistance() {
            return record.get("consensus_distance").asDouble();
        }

        /** Mean over workers of the loss of their evaluated parameters on all points. */
        public double fullLoss() {
            return record.get("mean_full_loss").asDouble();
        }
    }

    private GoldenAlgorithms() {}

    private static JsonNode read() {
        String other = System.getProperty("golden.algorithms");
        try (InputStream file = other == null
                ? GoldenAlgorithms.class.getResourceAsStream("/reference/algorithms.json")
                : Files.newInputStream(Path.of(other))) {
            return new ObjectMapper().readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All runs. */
    public static List<Case> cases() {
        return StreamSupport.stream(ALL.get("cases").spliterator(), false).map(Case::new).toList();
    }

    /** Those of algorithms that Gossamer has. */
    public static List<Case> knownCases() {
        return cases().stream().filter(Case::isKnown).toList();
    }

    /** A scheme of the matrices of a period, each made once. */
    private static Scheme periodic(int period, IntFunction<double[][]> matrix) {
        List<MixingMatrix> phases = IntStream.range(0, period).mapToObj(t -> {
            double[][] dense = matrix.apply(t);
            return MixingMatrix.ofAnyRows(dense.length, i -> dense[i]);
        }).toList();
        return new Scheme() {

            @Override
            public String name() {
                return "golden";
            }

            @Override
            public int workers() {
                return phases.get(0).workers();
            }

            @Override
            public OptionalInt period() {
                return OptionalInt.of(phases.size());
            }

            @Override
            public MixingMatrix at(long step) {
                return phases.get((int) (step % phases.size()));
            }
        };
    }

    /** Parameters of all workers at the start [n, d]. */
    public static double[][] start() {
        double[][] start = new double[WORKERS][];
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
            double[] probabilities = probabilities(parameters, x);
            for (int c = 0; c < CLASSES; c++) {
                double error = (probabilities[c] - (LABELS[(int) point] == c ? 1 : 0)) / batch.length;
                gradient[CLASSES * features + c] += error;
                for (int f = 0; f < features; f++) {
                    gradient[c * features + f] += error * x[f];
                }
            }
        }
        return gradient;
    }

    private static double[] probabilities(double[] parameters, double[] x) {
        double[] powers = new double[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            double logit = parameters[CLASSES * x.length + c];
            for (int f = 0; f < x.length; f++) {
                logit += parameters[c * x.length + f] * x[f];
            }
            powers[c] = Math.exp(logit);
        }
        double sum = Arrays.stream(powers).sum();
        return Arrays.stream(powers).map(power -> power / sum).toArray();
    }

    /** The mean loss of parameters on all points. */
    public static double loss(double[] parameters) {
        return IntStream.range(0, FEATURES.length)
                .mapToDouble(point -> -Math.log(probabilities(parameters, FEATURES[point])[(int) LABELS[point]]))
                .average().orElseThrow();
    }

    /** What is recorded of parameters, see {@link Golden#workers}. */
    public static double[] summary(double[] parameters) {
        List<Double> summary = new ArrayList<>(List.of(
                Arrays.stream(parameters).sum(),
                Math.sqrt(Arrays.stream(parameters).map(x -> x * x).sum()),
                IntStream.range(0, parameters.length).mapToDouble(k -> (k + 1) * parameters[k]).sum()));
        Arrays.stream(parameters).limit(5).forEach(summary::add);
        return summary.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** A file's rows. */
    static double[][] matrix(JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false).map(GoldenAlgorithms::vector).toArray(double[][]::new);
    }

    private static double[] vector(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false).mapToDouble(JsonNode::asDouble).toArray();
    }
}
