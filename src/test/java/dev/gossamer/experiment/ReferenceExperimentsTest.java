package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.configuration.ExperimentFile;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.topology.Topologies;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The experiments of the paper, value by value, against their configurations in the original code. Keys there that
 * nothing there reads are named at the top of the file here.
 */
class ReferenceExperimentsTest {

    private static final Map<String, String> NAMES = Map.of("VGG-11", "vgg-11", "ResNet20", "resnet-20", "MLP", "mlp",
            "Cifar", "cifar-10", "FashionMNIST", "fashion-mnist");

    /** What the original's training scripts take where a configuration says nothing. */
    private static final Map<String, String> DEFAULTS = Map.of("ema_gamma", "0", "eval_alpha", "0.75", "eval_budget",
            "100", "step_decay", "[[1,1]]", "data_split_method", "shared-data", "variance_after_num_steps", "100");

    private static final Set<String> WITHOUT_KEY = Set.of("non_iid_alpha", "num_data_splits", "eval_batch_size",
            "eval_period_start", "eval_period_slowdown", "topology_name", "num_eochs");

    static Stream<JsonNode> experiments() throws IOException {
        try (InputStream in = ReferenceExperimentsTest.class.getResourceAsStream("/reference/experiments.json")) {
            List<JsonNode> experiments = new ArrayList<>();
            new ObjectMapper().readTree(in).forEach(experiments::add);
            assertEquals(17, experiments.size());
            assertEquals(1237, experiments.stream().mapToInt(e -> e.get("job_count").intValue()).sum());
            return experiments.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("experiments")
    void hasExactlyTheRunsOfTheReference(JsonNode reference) throws IOException {
        Path file = Path.of("experiments", reference.get("name").textValue() + ".yaml");
        Map<String, RunConfiguration> runs = ExperimentFile.read(file).grid().runs();
        assertEquals(reference.get("job_count").intValue(), runs.size());
        boolean covariance = reference.get("script").textValue().equals("train_compute_variance.py");
        List<String> expected =
                jobs(reference).stream().map(job -> expected(job, covariance).toString()).sorted().toList();
        List<String> actual = runs.values().stream().map(run -> actual(run).toString()).sorted().toList();
        assertEquals(expected, actual);
    }

    @ParameterizedTest
    @MethodSource("experiments")
    void saysWhichKeysItDoesNotFollow(JsonNode reference) throws IOException {
        String text = Files.readString(Path.of("experiments", reference.get("name").textValue() + ".yaml"));
        String header = text.substring(0, text.indexOf("purpose:"));
        for (Map<String, JsonNode> job : jobs(reference)) {
            for (String key : job.keySet()) {
                boolean ignored = WITHOUT_KEY.contains(key) || key.equals("data_split_method");
                assertTrue(!ignored || header.contains(key), key);
            }
        }
    }

    /** Every combination of the grid, or every job, with the values of the base. */
    private static List<Map<String, JsonNode>> jobs(JsonNode reference) {
        List<Map<String, JsonNode>> jobs = new ArrayList<>();
        if (reference.has("jobs")) {
            reference.get("jobs").forEach(job -> jobs.add(merged(fields(reference.get("base")), fields(job))));
            return jobs;
        }
        jobs.add(fields(reference.get("base")));
        for (Map.Entry<String, JsonNode> key : reference.get("grid").properties()) {
            List<Map<String, JsonNode>> extended = new ArrayList<>();
            for (Map<String, JsonNode> job : jobs) {
                key.getValue().forEach(value -> extended.add(merged(job, Map.of(key.getKey(), value))));
            }
            jobs.clear();
            jobs.addAll(extended);
        }
        return jobs;
    }

    private static Map<String, JsonNode> fields(JsonNode object) {
        Map<String, JsonNode> fields = new TreeMap<>();
        object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        return fields;
    }

    private static Map<String, JsonNode> merged(Map<String, JsonNode> first, Map<String, JsonNode> second) {
        Map<String, JsonNode> merged = new TreeMap<>(first);
        merged.putAll(second);
        return merged;
    }

    private static Map<String, String> expected(Map<String, JsonNode> job, boolean covariance) {
        Map<String, String> values = new TreeMap<>(DEFAULTS);
        job.forEach((key, value) -> values.put(key, value.isContainerNode() ? value.toString() : value.asText()));
        values.keySet().removeAll(WITHOUT_KEY);
        values.replace("topology", topology(values));
        values.keySet().removeAll(Set.of("spectral_gap", "torus_side"));
        for (String key : List.of("model_name", "task")) {
            values.replace(key, NAMES.get(values.get(key)));
        }
        if (!covariance) {
            values.remove("variance_after_num_steps");
        }
        if (values.get("data_split_method").equals("dirichlet")) {
            values.put("data_split_method", "dirichlet-" + job.get("non_iid_alpha"));
        }
        values.replaceAll((key, text) -> normal(text));
        return values;
    }

    private static String topology(Map<String, String> job) {
        int workers = Integer.parseInt(job.get("num_workers"));
        String name = switch (job.get("topology")) {
            case "torus" -> "torus-" + job.get("torus_side") + "x" + workers / Integer.parseInt(job.get("torus_side"));
            case "artificial-adversarial", "artificial-nice" -> job.get("topology") + "-" + job.get("spectral_gap");
            default -> job.get("topology");
        };
        return Topologies.parse(name, workers).name();
    }

    /** Numbers in one form. */
    private static String normal(String text) {
        try {
            return Double.toString(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private static Map<String, String> actual(RunConfiguration run) {
        Map<String, Object> values = new TreeMap<>();
        values.put("seed", run.seed());
        values.put("model_name", run.network().model().form());
        values.put("task", run.task());
        values.put("num_epochs", run.optimization().epochs());
        values.put("batch_size", run.optimization().batchSize());
        values.put("momentum", run.optimization().settings().get(Direction.MOMENTUM));
        values.put("weight_decay", run.optimization().settings().get(Direction.WEIGHT_DECAY));
        values.put("num_workers", run.gossip().workers());
        values.put("num_workers_to_eval", run.evaluations().workers());
        values.put("eval_alpha", run.evaluations().alpha());
        values.put("eval_budget", run.evaluations().count());
        values.put("learning_rate", run.optimization().learningRate());
        values.put("ema_gamma", run.optimization().ema());
        values.put("topology", run.gossip().topology().name());
        values.put("data_split_method", run.sampling().partition().toString().replace("shared", "shared-data"));
        values.put("step_decay", run.optimization().schedule().stages().stream()
                .map(stage -> "[" + plain(stage.factor()) + "," + plain(stage.share()) + "]").toList().toString()
                .replace(" ", ""));
        if (run.covariance().repetitions() > 0) {
            assertEquals(100, run.covariance().repetitions());
            assertEquals(0.01, run.covariance().coordinates());
            values.put("variance_after_num_steps", run.covariance().steps());
        }
        assertEquals(1, run.network().width());
        assertTrue(run.optimization().steps().isEmpty() && run.sampling().trainLimit().isEmpty() && run.evaluations()
                .testImages().isEmpty());
        Map<String, String> texts = new TreeMap<>();
        values.forEach((key, value) -> texts.put(key, normal(value.toString())));
        return texts;
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
