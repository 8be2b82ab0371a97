package dev.gossamer.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.algorithm.method.DecentralizedSgd;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.data.Partition;
import dev.gossamer.data.Task;
import dev.gossamer.experiment.Sample;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Placement;
import dev.gossamer.topology.Consensus;
import dev.gossamer.topology.GraphFiles;
import dev.gossamer.topology.Graphs;
import dev.gossamer.topology.Topologies;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunConfigurationTest {

    private static final String SETS = "cifar-10, cifar-100, cifar-100-coarse, fashion-mnist, mnist, kmnist,"
            + " emnist-balanced, emnist-letters, emnist-digits, svhn, csv:FILE, libsvm:FILE, npz:FILE or folder:DIR";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "data-set | stl-10 | data-set must be " + SETS + ", got \"stl-10\"",
        "data-set | cifar10 | data-set must be " + SETS + ", got \"cifar10\"; did you mean \"cifar-10\"?",
        "model | 'vgg-12' | model must be vgg-11, vgg-11-groupnorm, resnet-20, resnet-20-evonorm, resnet-20-groupnorm, resnet-18, resnet-18-groupnorm, wide-resnet-16-4, vit-tiny, lenet, lenet-groupnorm, mlp, linear, logistic, file:FILE or keras:FILE, got \"vgg-12\"; did you mean \"vgg-11\"?",
        "width | 0 | width must be a number in (0, 16], got 0",
        "width | 16.5 | width must be a number in (0, 16], got 16.5",
        "width | wide | width must be a number in (0, 16], got \"wide\"",
        "dropout | 1 | dropout must be a number in [0, 1), got 1",
        "dropout | -0.1 | dropout must be a number in [0, 1), got -0.1",
        "workers | 0 | workers must be a whole number in [1, 4096], got 0",
        "workers | 4097 | workers must be a whole number in [1, 4096], got 4097",
        "workers | 2.5 | workers must be a whole number in [1, 4096], got \"2.5\"",
        "batch-size | 0 | batch-size must be a whole number in [1, 65536], got 0",
        "learning-rate | 0 | learning-rate must be a number in [1e-9, 1e6], got 0",
        "learning-rate | 1e-10 | learning-rate must be a number in [1e-9, 1e6], got 1e-10",
        "learning-rate | 1e308 | learning-rate must be a number in [1e-9, 1e6], got 1e308",
        "learning-rate | 1e400 | learning-rate must be a number in [1e-9, 1e6], got \"1e400\"",
        "learning-rate | Infinity | learning-rate must be a number in [1e-9, 1e6], got \"Infinity\"",
        "learning-rate | NaN | learning-rate must be a number in [1e-9, 1e6], got \"NaN\"",
        "learning-rate | 0x1p-3 | learning-rate must be a number in [1e-9, 1e6], got \"0x1p-3\"",
        "learning-rate | 0.1f | learning-rate must be a number in [1e-9, 1e6], got \"0.1f\"",
        "learning-rate-schedule | 1:0.5 | 'learning-rate-schedule must be constant, linear, cosine, cosine-to-0.01 or the"
            + " like, or stages factor:share such as 1:0.75+0.1:0.25 or 1:0.8+linear:0.2 with shares that add up to 1, got \"1:0.5\";"
            + " the shares of the stages must add up to 1, got 0.5'",
        "augmentation | crop+mixup | 'augmentation must be standard, none, or some of crop, flip and cutout-N joined by +, such"
            + " as crop+flip+cutout-16, got \"crop+mixup\"; parts are crop, flip and cutout-N with N of at least 1, each once,"
            + " got \"mixup\"'",
        "mixup | 0.0001 | 'mixup must be 0 or a number in [0.001, 1000], got 0.0001'",
        "evaluation-alpha | 0.4 | evaluation-alpha must be a number in [0.5, 1), got 0.4",
        "repetitions | 1 | 'repetitions must be 0 or a whole number in [2, 10000], got 1'",
        "coordinates | 0 | 'coordinates must be a number in (0, 1], got 0'",
        "momentum | 1 | momentum must be a number in [0, 1), got 1",
        "weight-decay | -1e-4 | weight-decay must be a number in [0, 1e6], got -0.0001",
        "weight-decay | 1000001 | weight-decay must be a number in [0, 1e6], got 1000001",
        "ema | 1 | ema must be a number in [0, 1), got 1",
        "epochs | 0 | epochs must be a number in (0, 1e6], got 0",
        "epochs | 1000001 | epochs must be a number in (0, 1e6], got 1000001",
        "steps | 0 | steps must be a whole number in [1, 1000000000], got 0",
        "steps | 1000000001 | steps must be a whole number in [1, 1000000000], got 1000000001",
        "partition | half | 'partition must be shared, random, dirichlet-ALPHA, by-class-K, by-column:NAME or file:FILE, with ALPHA above 0 and K of at least 1, got \"half\"'",
        "train-limit | 0 | train-limit must be a whole number in [1, 1000000], got 0",
        "train-limit | 1000001 | train-limit must be a whole number in [1, 1000000], got 1000001",
        "evaluations | 0 | evaluations must be a whole number in [1, 10000], got 0",
        "evaluations | 10001 | evaluations must be a whole number in [1, 10000], got 10001",
        "evaluated-workers | 0 | evaluated-workers must be a whole number in [1, 4096], got 0",
        "evaluated-workers | 4097 | evaluated-workers must be a whole number in [1, 4096], got 4097",
        "evaluate-train-images | -1 | evaluate-train-images must be a whole number in [0, 1000000], got -1",
        "evaluate-train-images | 1000001 | evaluate-train-images must be a whole number in [0, 1000000], got 1000001",
        "evaluate-test-images | 0 | evaluate-test-images must be a whole number in [1, 1000000], got 0",
        "evaluate-test-images | 1000001 | evaluate-test-images must be a whole number in [1, 1000000], got 1000001",
        "divergence-loss | 0 | divergence-loss must be a number in (0, 1e6], got 0",
        "divergence-loss | 1e7 | divergence-loss must be a number in (0, 1e6], got 10000000",
        "threads | -1 | threads must be a whole number in [0, 1024], got -1",
        "threads | 1025 | threads must be a whole number in [0, 1024], got 1025",
        "seed | -1 | seed must be a whole number in [0, 9223372036854775807], got -1",
        "seed | 1e3 | seed must be a whole number in [0, 9223372036854775807], got \"1e3\"",
    })
    void rejectsWithTheKeyTheValueAndWhatIsAllowed(String key, String value, String message) {
        ConfigurationException e =
                assertThrows(ConfigurationException.class, () -> RunConfiguration.of(Map.of(Keys.of(key), value)));
        assertEquals(message, e.getMessage());
    }

    @Test
    void rejectsATopologyThatDoesNotFitTheWorkers() {
        ConfigurationException e = assertThrows(ConfigurationException.class,
                () -> RunConfiguration.of(Map.of(Gossip.TOPOLOGY, "hypercube", Gossip.WORKERS, "12")));
        assertEquals("topology: hypercube needs a power of two workers, got 12; nearest: 8, 16", e.getMessage());
    }

    @Test
    void writesNamesAsTheyAreWrittenEverywhere() {
        RunConfiguration run = RunConfiguration.of(
                Map.of(Gossip.TOPOLOGY, "Torus (4x8)", Partition.KEY, "dirichlet-0.10", Optimization.LEARNING_RATE,
                "6.25e-2"));
        assertEquals("torus-4x8", run.gossip().topology().name());
        assertEquals("dirichlet-0.1", run.sampling().partition().toString());
        assertEquals("0.0625", run.values().get(Optimization.LEARNING_RATE).toString());
    }

    @Test
    void anEpochCountsTheImagesOfAllWorkers() {
        Map<Key<?>, String> n32b16 = Map.of(Optimization.EPOCHS, "25");
        assertEquals(25 * 97, RunConfiguration.of(n32b16).steps(50_000));
        assertEquals(151, RunConfiguration.of(Map.of(Optimization.EPOCHS, "1.5625")).steps(50_000));
        assertEquals(25 * 19, RunConfiguration.of(Map.of(Optimization.EPOCHS, "25", Sampling.TRAIN_LIMIT, "10000"))
                .steps(50_000));
        assertEquals(7, RunConfiguration.of(Map.of(Optimization.STEPS, "7")).steps(50_000));
    }

    /** As the original code counts them: 100 epochs of 97 steps, and each stage rounded down. */
    @Test
    void stagesOfAScheduleAreRoundedDownOneByOne() {
        Map<Key<?>, String> texts = Map.of(Optimization.EPOCHS, "100", Optimization.LEARNING_RATE_SCHEDULE,
                "1:0.75+0.1:0.15+0.01:0.1");
        List<LearningRateSchedule.Span> stages = RunConfiguration.of(texts).learningRates(50_000).stages();
        assertEquals(List.of(7275L, 1455L, 970L), stages.stream().map(LearningRateSchedule.Span::steps).toList());
        assertEquals(List.of(1.0, 0.1, 0.01), stages.stream().map(stage -> stage.factor(stage.to() - 1)).toList());
        assertEquals(9700, RunConfiguration.of(texts).steps(50_000));
        RunConfiguration short10 = RunConfiguration.of(
                Map.of(Optimization.STEPS, "10", Optimization.LEARNING_RATE_SCHEDULE, "1:0.75+0.1:0.25"));
        assertEquals(9, short10.steps(50_000));
        assertEquals("1:0.75+0.1:0.25", short10.values().get(Optimization.LEARNING_RATE_SCHEDULE));
        RunConfiguration one = RunConfiguration.of(Map.of(Optimization.STEPS, "1", Optimization.LEARNING_RATE_SCHEDULE,
                "1:0.5+2:0.5"));
        assertEquals("learning-rate-schedule 1:0.5+2:0.5 has no whole step in a stage of a run of 1 step; give more"
                + " steps", assertThrows(ConfigurationException.class, () -> one.steps(50_000)).getMessage());
    }

    @Test
    void aModelWithoutDropoutHasNone() {
        assertEquals(0, RunConfiguration.of(Map.of(Network.MODEL, "mlp", Network.DROPOUT, "0.3")).network().dropout());
        assertEquals(0.3, RunConfiguration.of(Map.of(Network.MODEL, "vgg-11", Network.DROPOUT, "0.3")).network()
                .dropout());
    }

    @Test
    void rejectsARunWithoutAStep() {
        RunConfiguration run = RunConfiguration.of(Map.of(Optimization.EPOCHS, "0.01"));
        ConfigurationException e = assertThrows(ConfigurationException.class, () -> run.steps(50_000));
        assertEquals("epochs 0.01 is less than one step: an epoch of 50000 training images has 97 steps of 32 workers"
                + " x 16 images; give more epochs, fewer workers, a smaller batch-size, or steps", e.getMessage());
    }

    @Test
    void divergenceIsAMatterOfTheDataSet() {
        assertEquals(2.6, RunConfiguration.of(Map.of()).evaluations().divergenceLoss());
        RunConfiguration fashion = RunConfiguration.of(Map.of(Task.KEY, "fashion-mnist"));
        assertEquals(Double.POSITIVE_INFINITY, fashion.evaluations().divergenceLoss());
        assertFalse(fashion.values().containsKey(Evaluations.DIVERGENCE_LOSS));
        assertEquals(5, RunConfiguration.of(Map.of(Evaluations.DIVERGENCE_LOSS, "5")).evaluations().divergenceLoss());
    }

    @Test
    void whatIsRecordedGivesTheSameRunAgain() {
        RunConfiguration run = Sample.configuration(Map.of(Sampling.TRAIN_LIMIT, "50", Evaluations.DIVERGENCE_LOSS,
                "3.5"));
        Map<Key<?>, String> texts = Keys.map();
        run.toMap().forEach((key, value) -> texts.put(Keys.of(key), value.toString()));
        assertEquals(run, RunConfiguration.of(texts));
    }

    @Test
    void anUnknownKeyNamesTheNearest() {
        assertEquals("unknown key \"learning_rate\"; did you mean \"learning-rate\"?",
                assertThrows(ConfigurationException.class, () -> Keys.of("learning_rate")).getMessage());
    }

    /** As to another process, or machine. */
    private static RunConfiguration sent(RunConfiguration run) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(run);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (RunConfiguration) in.readObject();
        }
    }

    @Test
    void aRunIsSentWithTheGraphOfItsTopology(@TempDir Path folder) throws Exception {
        Path graph = folder.resolve("office.csv");
        Files.writeString(graph, "0,1\n1,2\n2,3\n3,0\n0,2\n");
        RunConfiguration run = RunConfiguration.of(Map.of(
                Gossip.TOPOLOGY, "file:" + graph + "+uniform", Gossip.WORKERS, "4", Optimization.STEPS, "7",
                DecentralizedSgd.MIXING_ORDER, "combine-then-adapt", Direction.NESTEROV, "true",
                Covariance.REPETITION_STEPS, "50", Placement.ENGINE, "reference", Evaluations.DIVERGENCE_LOSS, "3"));
        Files.delete(graph);
        RunConfiguration there = sent(run);
        assertEquals(run, there);
        assertEquals(run.toMap(), there.toMap());
        assertEquals(run.gossip().topology().scheme().at(0).get(0, 2), there.gossip().topology().scheme().at(0)
                .get(0, 2));
        assertEquals(RunConfiguration.of(Map.of()), sent(RunConfiguration.of(Map.of())));
    }

    @Test
    void roundsAccelerationAndStepSizeBelongToTheRun() throws Exception {
        RunConfiguration run = RunConfiguration.of(Map.of(Gossip.WORKERS, "8", Consensus.ROUNDS, "3",
                Consensus.ACCELERATION, "fastmix", Consensus.STEP_SIZE, "0.5"));
        assertEquals(run, sent(run));
        assertEquals("ring, 3 rounds of FastMix, step size 0.5", run.gossip().scheme().name());
        assertEquals(run.gossip().scheme().name(),
                run.with(Topologies.recorded("file:x", 8, GraphFiles.text(Graphs.ring(8))))
                        .gossip().scheme().name().replace("file:x", "ring"));
        assertEquals("{mixing-rounds=3, acceleration=fastmix, consensus-step-size=0.5}", written(run));
        RunConfiguration plain = RunConfiguration.of(Map.of(Gossip.WORKERS, "8"));
        assertEquals("{mixing-rounds=1, acceleration=none, consensus-step-size=1}", written(plain));
        assertEquals("ring", plain.gossip().scheme().name());
        assertEquals(plain, RunConfiguration.of(Map.of(Gossip.WORKERS, "8", Consensus.ACCELERATION, "chebyshev")),
                "one round of Chebyshev's polynomials is W itself");
        assertEquals("consensus-step-size must be a number in (0, 1], got 0", assertThrows(
                ConfigurationException.class, () -> RunConfiguration.of(Map.of(Consensus.STEP_SIZE, "0")))
                .getMessage());
    }

    private static String written(RunConfiguration run) {
        Map<Key<?>, Object> values = new LinkedHashMap<>(run.values());
        values.keySet().retainAll(Consensus.KEYS);
        return values.toString();
    }
}
