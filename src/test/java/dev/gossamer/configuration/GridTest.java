package dev.gossamer.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.data.Partition;
import dev.gossamer.data.Task;
import dev.gossamer.model.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GridTest {

    private static List<String> names(Map<Key<?>, List<String>> values) {
        return new ArrayList<>(Grid.of(values).runs().keySet());
    }

    @Test
    void theFirstKeyVariesSlowestAndTheSeedFastest() {
        assertEquals(
                List.of(
                        "ring-lr0.1-seed1", "ring-lr0.1-seed2", "ring-lr0.05-seed1", "ring-lr0.05-seed2",
                        "solo-lr0.1-seed1", "solo-lr0.1-seed2", "solo-lr0.05-seed1", "solo-lr0.05-seed2"),
                names(Map.of(
                        RunConfiguration.SEED, List.of("1", "2"),
                        Optimization.LEARNING_RATE, List.of("0.1", "0.05"),
                        Gossip.TOPOLOGY, List.of("ring", "solo"))));
    }

    @Test
    void namesTellWhatElseVaries() {
        assertEquals(
                List.of("ring-lr0.05-seed1-width0.5", "ring-lr0.05-seed1-width1"),
                names(Map.of(Network.WIDTH, List.of("0.5", "1"), Gossip.WORKERS, List.of("8"))));
        assertEquals(
                List.of("ring-lr0.05-seed1-epochs2", "ring-lr0.05-seed1-epochs0.5"),
                names(Map.of(Optimization.EPOCHS, List.of("2", "0.5"))));
    }

    @Test
    void namesAreUniqueAndSafe() {
        List<String> names = names(Map.of(
                Gossip.TOPOLOGY, List.of("torus (4x8)", "ring"),
                Partition.KEY, List.of("shared", "dirichlet-0.1"),
                Network.MODEL, List.of("vgg-11", "mlp")));
        assertEquals(8, names.size());
        names.forEach(name -> assertTrue(name.matches("[A-Za-z0-9._-]+"), name));
    }

    @Test
    void equalCombinationsAreOneRun() {
        Grid grid = Grid.of(Map.of(Network.MODEL, List.of("mlp", "vgg-11"), Network.DROPOUT, List.of("0", "0.5")));
        assertEquals(4, grid.combinations());
        assertEquals(3, grid.runs().size());
    }

    @Test
    void aValueGivenTwiceIsRejected() {
        assertEquals("learning-rate takes each value once, got 0.10 again in 0.1, 0.10",
                assertThrows(ConfigurationException.class,
                        () -> Grid.of(Map.of(Optimization.LEARNING_RATE, List.of("0.1", "0.10")))).getMessage());
    }

    private static final List<Map<Key<?>, String>> TUNED = List.of(
            line(Gossip.TOPOLOGY, "ring", Optimization.LEARNING_RATE, "0.2"),
            line(Gossip.TOPOLOGY, "star", Optimization.LEARNING_RATE, "0.1"),
            line(Gossip.TOPOLOGY, "solo", Optimization.LEARNING_RATE, "0.1"));

    private static Map<Key<?>, String> line(Key<?> first, String value, Key<?> second, String other) {
        Map<Key<?>, String> line = new LinkedHashMap<>();
        line.put(first, value);
        line.put(second, other);
        return line;
    }

    private static Grid tuned(Map<Key<?>, List<String>> options) {
        return Grid.of(Map.of(RunConfiguration.SEED, List.of("1", "2"))).withRuns(TUNED).with(Grid.of(options));
    }

    @Test
    void runsAreCombinedWithTheGrid() {
        assertEquals(
                List.of("ring-lr0.2-seed1", "ring-lr0.2-seed2", "star-lr0.1-seed1", "star-lr0.1-seed2",
                        "solo-lr0.1-seed1", "solo-lr0.1-seed2"),
                List.copyOf(tuned(Map.of()).runs().keySet()));
        assertEquals(6, tuned(Map.of()).combinations());
    }

    @Test
    void theNameOfARunChoosesAndOtherKeysAreReplaced() {
        Map<Key<?>, List<String>> starAlone = Map.of(Gossip.TOPOLOGY, List.of("star"), RunConfiguration.SEED,
                List.of("7"));
        assertEquals(List.of("star-lr0.1-seed7"), List.copyOf(tuned(starAlone).runs().keySet()));
        assertEquals(
                List.of("ring-lr0.3-seed1", "ring-lr0.3-seed2", "star-lr0.3-seed1", "star-lr0.3-seed2",
                        "solo-lr0.3-seed1", "solo-lr0.3-seed2"),
                List.copyOf(tuned(Map.of(Optimization.LEARNING_RATE, List.of("0.3"))).runs().keySet()));
        assertEquals(
                List.of("chain-lr0.3-seed1", "chain-lr0.3-seed2"),
                List.copyOf(tuned(Map.of(Optimization.LEARNING_RATE, List.of("0.3"), Gossip.TOPOLOGY, List.of("chain")))
                        .runs().keySet()));
        assertEquals("topology must be one of the runs of this experiment (ring, star, solo), or be given with"
                + " learning-rate; got \"chain\"",
                assertThrows(ConfigurationException.class, () -> tuned(Map.of(Gossip.TOPOLOGY, List.of("chain"))))
                        .getMessage());
    }

    @Test
    void runsGivenTwiceAreTwo() {
        Grid twice = Grid.of(Map.of()).withRuns(List.of(TUNED.get(0), TUNED.get(0)));
        assertEquals(List.of("ring-lr0.2-seed1", "ring-lr0.2-seed1-2"), List.copyOf(twice.runs().keySet()));
    }

    @Test
    void aLaterGridReplacesValuesAndKeepsOthers() {
        Grid shared = Grid.of(Map.of(Optimization.LEARNING_RATE, List.of("0.1", "0.2"), Direction.MOMENTUM,
                List.of("0.5")));
        Grid changed = shared.with(Grid.of(Map.of(Optimization.LEARNING_RATE, List.of("0.3"))));
        RunConfiguration only = changed.runs().get("ring-lr0.3-seed1");
        assertEquals(1, changed.runs().size());
        assertEquals(0.5, only.optimization().settings().get(Direction.MOMENTUM));
    }

    @Test
    void epochsReplaceStepsAndStepsReplaceEpochs() {
        Grid steps = Grid.of(Map.of(Optimization.STEPS, List.of("7")));
        Grid epochs = Grid.of(Map.of(Optimization.EPOCHS, List.of("2")));
        assertEquals(194, steps.with(epochs).runs().values().iterator().next().steps(50_000));
        assertEquals(7, epochs.with(steps).runs().values().iterator().next().steps(50_000));
        assertEquals("epochs and steps both say how long a run is; give one of them",
                assertThrows(ConfigurationException.class,
                        () -> Grid.of(Map.of(Optimization.STEPS, List.of("7"), Optimization.EPOCHS, List.of("2"))))
                        .getMessage());
    }

    @Test
    void aGridOfTooManyRunsIsRejectedBeforeItIsMade() {
        List<String> seeds = IntStream.range(0, 3000).mapToObj(Integer::toString).toList();
        Grid grid = Grid.of(Map.of(RunConfiguration.SEED, seeds, Gossip.WORKERS, seeds, Optimization.LEARNING_RATE,
                seeds));
        assertEquals("an experiment must have at most 10000 runs, got 3000 of workers x 3000 of learning-rate x"
                + " 3000 of seed = 27000000000",
                assertThrows(ConfigurationException.class, grid::runs).getMessage());
        List<String> rates = List.of("1", "2", "3", "4", "5");
        assertEquals(10_000, names(Map.of(RunConfiguration.SEED, seeds.subList(0, 2000), Optimization.LEARNING_RATE,
                rates)).size());
    }

    @Test
    void namesAreNoLongerThanFileSystemsAllow() {
        Map<Key<?>, List<String>> values = Keys.map();
        values.put(Gossip.TOPOLOGY, List.of("solo"));
        for (Key<?> key : List.of(Network.WIDTH, Network.DROPOUT, Direction.MOMENTUM,
                Direction.WEIGHT_DECAY, Optimization.EMA, Optimization.EPOCHS)) {
            values.put(key, List.of("0.12345678901234567", "0.2345678901234567"));
        }
        values.put(Partition.KEY, List.of("dirichlet-0.12345678901234567", "dirichlet-0.2345678901234567"));
        List<String> names = names(values);
        assertEquals(128, names.stream().distinct().count());
        names.forEach(name -> assertTrue(name.length() <= 204, name));
    }

    @Test
    void rejectsEmptyValuesAndSeveralDataSets() {
        Map<Key<?>, List<String>> blank = Map.of(RunConfiguration.SEED, List.of("1", ""));
        assertEquals("seed must be a whole number in [0, 9223372036854775807], got an empty value",
                assertThrows(ConfigurationException.class, () -> Grid.of(blank)).getMessage());
        assertEquals("data-set takes one value, got cifar-10, fashion-mnist",
                assertThrows(ConfigurationException.class,
                        () -> Grid.of(Map.of(Task.KEY, List.of("cifar-10", "fashion-mnist")))).getMessage());
    }

    @Test
    void aLineOfRunsHasTheDefaultsOfWhatOtherLinesSay() {
        Grid grid = Grid.of(Map.of(Optimization.EMA, List.of("0.9"), Optimization.EPOCHS, List.of("3")))
                .withRuns(List.of(
                Map.of(Gossip.TOPOLOGY, "solo", Optimization.EMA, "0"),
                Map.of(Gossip.TOPOLOGY, "ring", Optimization.STEPS, "7"),
                Map.of(Gossip.TOPOLOGY, "star")));
        List<RunConfiguration> runs = List.copyOf(grid.runs().values());
        assertEquals(List.of(0.0, 0.9, 0.9), runs.stream().map(run -> run.optimization().ema()).toList());
        assertEquals(List.of(291L, 7L, 291L), runs.stream().map(run -> run.steps(50_000)).toList());
    }

    private static String refusal(Grid grid) {
        return assertThrows(ConfigurationException.class, grid::runs).getMessage();
    }

    @Test
    void aKeyThatNoRunHasIsRefusedUnlessItIsADefault() {
        Grid momentum = Grid.of(Map.of(Direction.MOMENTUM, List.of("0.5", "0.6")));
        Grid adam = Grid.of(Map.of(Algorithms.KEY, List.of("d-adam")));
        assertEquals("momentum 0.5, 0.6 has no effect with algorithm d-adam; it is a key of all but push-diging, beer,"
                + " d-adam, d-adamw and d-lion", refusal(adam.with(momentum)));
        assertEquals(refusal(adam.with(momentum)), refusal(momentum.with(adam)));
        assertEquals(refusal(adam.with(momentum)), refusal(momentum.with(adam.asDefaults())));
        assertEquals(1, momentum.asDefaults().with(adam).runs().size());
        Grid both = Grid.of(Map.of(Algorithms.KEY, List.of("d-adam", "d-sgd")));
        assertEquals(3, both.with(momentum).runs().size());
        assertEquals("compression qsgd has no effect with algorithm d-sgd, d-adam; it is a key of choco-sgd,"
                + " deep-squeeze and beer", refusal(Grid.of(Map.of(Keys.of("compression"), List.of("qsgd"),
                Algorithms.KEY, List.of("d-sgd", "d-adam")))));
        assertEquals("slow-momentum 0.7 has no effect without slowmo-period",
                refusal(Grid.of(Map.of(SlowMomentum.MOMENTUM, List.of("0.7")))));
        assertEquals(2, Grid.of(Map.of(SlowMomentum.MOMENTUM, List.of("0.7"), SlowMomentum.PERIOD, List.of("0", "9")))
                .runs().size());
    }

    /** What the others have not does not tell runs with slow steps apart from each other. */
    @Test
    void slowStepsAreNamedByTheirPeriod() {
        assertEquals(List.of("ring-lr0.05-seed1", "ring-lr0.05-seed1-slowmo-period9"), List.copyOf(
                Grid.of(Map.of(SlowMomentum.PERIOD, List.of("0", "9"))).runs().keySet()));
    }

    @Test
    void withoutMomentumThereIsNoneOfNesterovs() {
        Grid grid = Grid.of(Map.of(Direction.MOMENTUM, List.of("0", "0.9"),
                Direction.NESTEROV, List.of("true", "false")));
        assertEquals(4, grid.combinations());
        assertEquals(3, grid.runs().size());
    }
}
