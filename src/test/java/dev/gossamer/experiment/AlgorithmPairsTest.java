package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.algorithm.NaiveTraining;
import dev.gossamer.algorithm.Quadratics;
import dev.gossamer.algorithm.WarmUp;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.ImageShape;
import dev.gossamer.topology.Consensus;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which algorithms go with which topologies, from theory: pairs that do train, others are refused with a way out. */
class AlgorithmPairsTest {

    private static final int STEPS = 200;
    private static final Engines ENGINES = new Engines(note -> {});

    /** Topologies of what algorithms differ in, with numbers of workers. */
    private static final List<String> SYMMETRIC =
            List.of("ring 7", "ring+lazy 8", "star 8", "binary-tree 8", "chain 8", "solo 1", "fully-connected 8",
                    "two-cliques 8");
    /** Symmetric, with an eigenvalue of -1/3 and of -1/2. */
    private static final List<String> NEGATIVE = List.of("ring 8", "hypercube 8");
    private static final List<String> CHANGING =
            List.of("one-peer-ring 8", "redrawn-random-matching 8", "time-varying-ring 8");
    private static final List<String> DIRECTED = List.of("uni-ring 8", "time-varying-exponential 8");
    private static final List<String> SHARES = List.of("random-digraph-2 8", "redrawn-random-digraph-2 8");
    private static final List<String> MEANS = List.of("star+uniform 8");
    private static final List<String> TREES =
            List.of("star 8", "binary-tree 8", "chain 8", "solo 1", "star+uniform 8");

    private static final List<String> ALL = join(SYMMETRIC, NEGATIVE, CHANGING, DIRECTED, SHARES, MEANS);
    private static final List<String> STATIC_SYMMETRIC = join(SYMMETRIC, NEGATIVE);
    private static final List<String> DOUBLY_STOCHASTIC = join(SYMMETRIC, NEGATIVE, CHANGING, DIRECTED);
    private static final List<String> ROW_STOCHASTIC = join(DOUBLY_STOCHASTIC, MEANS);
    private static final List<String> COLUMN_STOCHASTIC = join(DOUBLY_STOCHASTIC, SHARES);

    private static final Map<String, List<String>> ACCEPTED = Map.ofEntries(
            Map.entry("d-sgd", ROW_STOCHASTIC),
            Map.entry("decentlam", STATIC_SYMMETRIC),
            Map.entry("quasi-global-momentum", DOUBLY_STOCHASTIC),
            Map.entry("d2", SYMMETRIC),
            Map.entry("gradient-tracking", DOUBLY_STOCHASTIC),
            Map.entry("momentum-tracking", DOUBLY_STOCHASTIC),
            Map.entry("stochastic-gradient-push", COLUMN_STOCHASTIC),
            Map.entry("push-diging", COLUMN_STOCHASTIC),
            Map.entry("relay-sgd", TREES),
            Map.entry("choco-sgd", STATIC_SYMMETRIC),
            Map.entry("deep-squeeze", join(STATIC_SYMMETRIC, CHANGING)),
            Map.entry("beer", STATIC_SYMMETRIC),
            Map.entry("local-sgd", ALL),
            Map.entry("gossip-pga", ROW_STOCHASTIC),
            Map.entry("d-adam", ROW_STOCHASTIC),
            Map.entry("d-adamw", ROW_STOCHASTIC),
            Map.entry("d-lion", ROW_STOCHASTIC),
            Map.entry("d-signum", ROW_STOCHASTIC));

    @SafeVarargs
    private static List<String> join(List<String> first, List<String>... others) {
        List<String> all = new ArrayList<>(first);
        for (List<String> other : others) {
            all.addAll(other);
        }
        return all;
    }

    static List<String> algorithms() {
        return Algorithms.CATALOGUE.entries().stream().map(AlgorithmFamily::form)
                .filter(name -> !name.startsWith("toy")).toList();
    }

    private static RunConfiguration run(String algorithm, String pair, Map<Key<?>, String> more) {
        Map<Key<?>, String> texts = new HashMap<>(more);
        texts.putIfAbsent(Optimization.LEARNING_RATE, "0.01");
        texts.put(Direction.MOMENTUM, Direction.MOMENTUM.standard());
        texts.put(Direction.WEIGHT_DECAY, Direction.WEIGHT_DECAY.standard());
        texts.put(Algorithms.KEY, algorithm);
        texts.put(Gossip.TOPOLOGY, pair.split(" ")[0]);
        texts.put(Gossip.WORKERS, pair.split(" ")[1]);
        return Sample.configuration(texts);
    }

    private static void check(RunConfiguration run) {
        new RunChecks(Map.of("run", run), ENGINES, new Execution(1, Duration.ZERO, List.of()))
                .check(new ImageShape(1, 3, 3), Sample.CLASSES);
    }

    private static Optional<String> refusal(RunConfiguration run) {
        try {
            check(run);
            return Optional.empty();
        } catch (ConfigurationException e) {
            return Optional.of(e.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void pairsThatTheoryKnowsTrainAndOthersAreRefused(String algorithm) {
        List<String> accepted = new ArrayList<>();
        for (String pair : ALL) {
            RunConfiguration run = run(algorithm, pair, Map.of());
            Optional<String> refusal = refusal(run);
            if (refusal.isEmpty()) {
                accepted.add(pair);
                trains(run);
            } else {
                hasAWayOut(algorithm, pair, refusal.get());
            }
        }
        assertEquals(ALL.stream().filter(ACCEPTED.get(algorithm)::contains).toList(), accepted, algorithm);
    }

    private static void trains(RunConfiguration run) {
        Scheme network = run.gossip().scheme();
        Algorithm algorithm = run.optimization().algorithm();
        Quadratics losses = new Quadratics(network.workers(), 20, 0.1, 5);
        double rate = run.optimization().learningRate();
        double[] optimum = losses.optimum();
        NaiveTraining training = new NaiveTraining(algorithm, network, losses, t -> rate);
        double start = distance(training.models(), optimum);
        double end = distance(training.run(STEPS).models(), optimum);
        assertTrue(end < 2 * start, algorithm + " on " + network.name() + ": from " + start + " to " + end);
    }

    /** Root mean square over workers of the distance to a point. */
    private static double distance(double[][] models, double[] point) {
        double sum = 0;
        for (double[] row : models) {
            for (int k = 0; k < point.length; k++) {
                sum += Math.pow(row[k] - point[k], 2) / models.length;
            }
        }
        return Math.sqrt(sum);
    }

    /** Each topology, algorithm and step size behind "take" is accepted in place of what was refused. */
    private static void hasAWayOut(String algorithm, String pair, String sentence) {
        String name = pair.split(" ")[0];
        assertTrue(sentence.startsWith("topology: for " + algorithm + ", "), sentence);
        assertTrue(sentence.matches("[^;]* (has|have) to [^;]*, but [^;]*; take [^;]*"), sentence);
        assertTrue(sentence.contains(name) || algorithm.equals("relay-sgd"), sentence);
        assertFalse(sentence.contains("\n") || sentence.endsWith("."), sentence);
        List<RunConfiguration> ways = new ArrayList<>();
        String advice = sentence.substring(sentence.indexOf("; take ") + "; take ".length());
        String workers = pair.split(" ")[1];
        for (String word : advice.split("[ ,]+")) {
            if (isTopology(word, Integer.parseInt(workers))) {
                ways.add(run(algorithm, word + " " + workers, Map.of()));
            } else if (word.contains("-") && Algorithms.CATALOGUE.find(word).isPresent()) {
                ways.add(run(word, pair, Map.of()));
            }
        }
        Matcher stepSize = Pattern.compile(Consensus.STEP_SIZE + ", such as ([0-9.]+)").matcher(advice);
        if (stepSize.find()) {
            ways.add(run(algorithm, pair, Map.of(Consensus.STEP_SIZE, stepSize.group(1))));
        }
        assertFalse(ways.isEmpty(), sentence);
        ways.forEach(way -> assertEquals(Optional.empty(), refusal(way), sentence));
    }

    private static boolean isTopology(String word, int workers) {
        try {
            Topologies.parse(word, workers);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String sentence(String algorithm, String pair, Map<Key<?>, String> more) {
        RunConfiguration run = run(algorithm, pair, more);
        return assertThrows(ConfigurationException.class, () -> check(run)).getMessage();
    }

    @Test
    void weightsThatAreNotUsedCannotBeChanged() {
        assertEquals("mixing-rounds: relay-sgd does not mix by the topology's weights, so mixing-rounds has no effect;"
                + " it has to be 1, got 2", sentence("relay-sgd", "chain 8", Map.of(Consensus.ROUNDS, "2")));
        assertEquals("consensus-step-size: local-sgd does not mix by the topology's weights, so consensus-step-size has"
                + " no effect; it has to be 1, got 0.5",
                sentence("local-sgd", "ring 8", Map.of(Consensus.STEP_SIZE, "0.5")));
        assertEquals(Optional.empty(), refusal(run("gossip-pga", "ring 8", Map.of(Consensus.STEP_SIZE, "0.5"))));
    }

    @Test
    void compressedGossipHasStepSizesAndOneRound() {
        for (String algorithm : List.of("choco-sgd", "deep-squeeze", "beer")) {
            trains(run(algorithm, "ring 8", Map.of(Consensus.STEP_SIZE, "0.5")));
            assertEquals(Optional.empty(), refusal(run(algorithm, "ring 8", Map.of(Consensus.STEP_SIZE, "0.5"))));
            assertEquals("mixing-rounds: what " + algorithm + " sends is compressed, and only neighbours know what it"
                    + " is of; mixing-rounds has to be 1, got 3",
                    sentence(algorithm, "ring 8", Map.of(Consensus.ROUNDS, "3")));
        }
    }

    @Test
    void tinyLearningRatesAreOfWhoDividesByThem() {
        Map<Key<?>, String> tiny = Map.of(Optimization.LEARNING_RATE, "1e-9",
                Optimization.LEARNING_RATE_SCHEDULE, "1:0.5+1e-15:0.5", SlowMomentum.PERIOD, "5");
        assertEquals("learning-rate: SlowMo (slowmo-period) around d-sgd divides by the learning rate, which has to be"
                + " at least 1e-20 at every step, got 1.00e-24", numberSentence("d-sgd", tiny));
        assertTrue(numberSentence("decentlam", tiny).startsWith("learning-rate: decentlam divides by"));
    }

    private static String numberSentence(String algorithm, Map<Key<?>, String> more) {
        return assertThrows(ConfigurationException.class, () -> checkNumber(run(algorithm, "ring 4", more)))
                .getMessage();
    }

    private static void checkNumber(RunConfiguration run) {
        new RunChecks(Map.of("run", run), ENGINES, Execution.STANDARD).checkNumber(50_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"d2", "decentlam", "quasi-global-momentum"})
    void thoseWhoDivideTrainInEpochsWithRatesThatFallTo0(String algorithm) {
        for (String schedule : List.of("cosine", "linear", "1:0.5+cosine:0.5")) {
            checkNumber(epochs(algorithm, schedule, "5-epochs", "0.01"));
            checkNumber(epochs(algorithm, schedule, "0", "1e-9"));
        }
    }

    private static RunConfiguration epochs(String algorithm, String schedule, String warmUp, String rate) {
        return RunConfiguration.of(Map.of(Algorithms.KEY, algorithm, Optimization.LEARNING_RATE, rate,
                Optimization.LEARNING_RATE_SCHEDULE, schedule, WarmUp.KEY, warmUp));
    }

    @Test
    void aRunWithoutAStepIsToldSoWhoeverDividesByTheRate() {
        assertEquals("learning-rate-schedule 1:0.75+0.1:0.25 has no whole step in a stage of a run of 1 step; give more"
                + " steps", numberSentence("d2", Map.of(Optimization.STEPS, "1", Optimization.LEARNING_RATE_SCHEDULE,
                "1:0.75+0.1:0.25")));
    }
}
