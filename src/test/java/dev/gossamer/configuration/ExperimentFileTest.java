package dev.gossamer.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.algorithm.method.LocalSgd;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.data.Partition;
import dev.gossamer.text.Damage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ExperimentFileTest {

    @TempDir
    Path folder;

    private ExperimentFile read(String text) throws IOException {
        return ExperimentFile.read(Files.writeString(folder.resolve("mine.yaml"), text));
    }

    private String rejection(String text) {
        String message = assertThrows(ConfigurationException.class, () -> read(text)).getMessage();
        return message.replace(folder.resolve("mine.yaml").toString(), "mine.yaml");
    }

    @Test
    void readsSharedVaryingAndQuickValues() throws IOException {
        ExperimentFile file = read("""
                purpose: To see.
                defaults: {workers: 8, weight-decay: 1e-4}
                grid:
                  learning-rate: [0.1, 0.2]
                quick: {workers: 4, learning-rate: 0.3}
                """);
        assertEquals("mine", file.name());
        assertEquals("To see.", file.purpose());
        assertEquals(List.of("ring-lr0.1-seed1", "ring-lr0.2-seed1"), List.copyOf(file.grid().runs().keySet()));
        RunConfiguration quick = file.grid().with(file.quick()).runs().get("ring-lr0.3-seed1");
        assertEquals(4, quick.gossip().workers());
        assertEquals(1e-4, quick.optimization().settings().get(Direction.WEIGHT_DECAY));
    }

    @Test
    void readsRunsWhoseValuesBelongTogether() throws IOException {
        ExperimentFile file = read("""
                defaults: {epochs: 9, batch-size: 8}
                grid: {learning-rate: [0.1, 0.2]}
                runs:
                  - {workers: 2, epochs: 3}
                  - {workers: 4, epochs: 6}
                """);
        assertEquals(
                List.of("2 3.0 0.1", "2 3.0 0.2", "4 6.0 0.1", "4 6.0 0.2"),
                file.grid().runs().values().stream()
                        .map(run -> run.gossip().workers() + " " + run.optimization().epochs() + " "
                        + run.optimization().learningRate()).toList());
        assertEquals("mine.yaml: workers is both in the grid and in the runs; put it into one of them",
                rejection("grid: {workers: [1, 2]}\nruns: [{workers: 2}]"));
        assertEquals("mine.yaml: section \"runs\" must hold items of the form {key: value, key: value}",
                rejection("runs: [2]"));
    }

    @Test
    void aListInALineOfRunsStandsForAsManyLines() throws IOException {
        ExperimentFile file = read("""
                grid: {seed: [1, 2]}
                runs:
                  - {algorithm: [d-sgd, d-lion], topology: [ring, star], learning-rate: 0.1}
                  - {algorithm: d2, topology: ring+lazy, learning-rate: [0.3, 0.4]}
                """);
        List<String> runs = file.grid().runs().values().stream()
                .map(run -> run.optimization().family().form() + " " + run.gossip().topology().name() + " "
                        + run.optimization().learningRate() + " " + run.seed()).toList();
        assertEquals(12, runs.size());
        assertEquals(List.of("d-sgd ring 0.1 1", "d-sgd ring 0.1 2", "d-sgd star 0.1 1", "d-sgd star 0.1 2",
                "d-lion ring 0.1 1"), runs.subList(0, 5));
        assertEquals("d2 ring+lazy 0.4 2", runs.get(11));
        assertEquals("mine.yaml: topology takes each value once, got ring again in ring, ring",
                rejection("runs: [{topology: [ring, ring]}]"));
        assertEquals("mine.yaml: data-set is the same for all runs; it belongs into the defaults",
                rejection("runs: [{data-set: cifar-10}]"));
        String numbers = IntStream.range(0, 200).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        assertEquals("mine.yaml: an experiment must have at most 10000 runs, got 200 of repetitions x 200 of seed"
                + " = 40000", rejection("runs: [{seed: [" + numbers + "], repetitions: [" + numbers + "]}]"));
        String hundred = IntStream.range(0, 100).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String line = "{seed: [" + hundred + "], repetitions: [" + hundred + "]}";
        assertEquals("mine.yaml: section \"runs\" must stand for at most 10000 runs, got 20000 or more",
                rejection("runs: [" + line + ", " + line + "]"));
    }

    @Test
    void aLineOfRunsHasNoKeyThatItsAlgorithmsLack() throws IOException {
        assertEquals("mine.yaml: gamma 0.5 has no effect with algorithm d-adam, d-sgd; it is a key of choco-sgd,"
                + " deep-squeeze and beer", rejection("runs: [{algorithm: [d-adam, d-sgd], gamma: 0.5}]"));
        assertEquals(2, read("runs: [{algorithm: [d-adam, d-sgd], momentum: 0.5}]").grid().runs().size());
    }

    /** Defaults that name keys of other algorithms do no harm, but options do. */
    @Test
    void everyExperimentOfTheProjectCanBeOfAnotherAlgorithm() throws IOException {
        Grid adam = Grid.of(Map.of(Algorithms.KEY, List.of("d-adam"), Gossip.TOPOLOGY, List.of("ring"),
                Gossip.WORKERS, List.of("4"), Optimization.BATCH_SIZE, List.of("4"),
                Optimization.LEARNING_RATE, List.of("0.1"), Optimization.EPOCHS, List.of("3")));
        Grid period = Grid.of(Map.of(LocalSgd.PERIOD, List.of("7")));
        for (Path path : ExperimentFile.in(Path.of("experiments"))) {
            ExperimentFile file = ExperimentFile.read(path);
            for (Grid grid : List.of(file.grid().with(adam), file.grid().with(file.quick()).with(adam))) {
                assertTrue(grid.runs().values().stream()
                        .allMatch(run -> run.optimization().family().form().equals("d-adam")), path.toString());
                assertEquals("averaging-period 7 has no effect with algorithm d-adam; it is a key of local-sgd and"
                        + " gossip-pga", assertThrows(ConfigurationException.class, () -> grid.with(period).runs())
                        .getMessage(), path.toString());
            }
        }
    }

    @Test
    void aScheduleIsAListOfPairsAndAGridOfSchedulesAListOfThese() throws IOException {
        assertEquals(List.of("1:0.75+0.1:0.25"),
                read("defaults: {learning-rate-schedule: [[1, 0.75], [0.1, 0.25]]}").grid()
                        .texts(Optimization.LEARNING_RATE_SCHEDULE));
        assertEquals(List.of("constant", "1:0.75+0.1:0.25", "2:1"),
                read("grid: {learning-rate-schedule: [constant, [[1, 0.75], [0.1, 0.25]], \"2:1\"]}").grid()
                        .texts(Optimization.LEARNING_RATE_SCHEDULE));
    }

    @Test
    void rejectsWhatItDoesNotKnow() {
        assertEquals(
                "mine.yaml: unknown section \"default\"; did you mean \"defaults\"?",
                rejection("default: {workers: 8}"));
        assertEquals(
                "mine.yaml: unknown key \"worker\"; did you mean \"workers\"?", rejection("defaults: {worker: 8}"));
        assertEquals("mine.yaml: section \"grid\" must hold lines of the form key: value", rejection("grid: [0.1]"));
        assertEquals(
                "mine.yaml: an experiment file holds the sections purpose, defaults, grid, runs, quick",
                rejection("0.1"));
        assertEquals("mine.yaml: seed must be a whole number in [0, 9223372036854775807], got {\"a\":\"1\"}",
                rejection("defaults: {seed: {a: 1}}"));
        assertEquals("mine.yaml: epochs and steps both say how long a run is; give one of them",
                rejection("defaults: {epochs: 1, steps: 1}"));
    }

    @Test
    void rejectsWhatItWouldHaveToPassOver() throws IOException {
        assertEquals("mine.yaml: an experiment file holds one YAML document, got a second one after ---",
                rejection("defaults: {workers: 8}\n---\ndefaults: {workers: 4}\n"));
        for (String value : List.of("!!int 8", "!mine 8", "&a 8\n  batch-size: *a")) {
            String message = rejection("defaults:\n  workers: " + value);
            assertTrue(message.matches("mine.yaml: line [23]: an experiment file holds plain values, without the tags"
                    + " \\(!\\) and aliases \\(\\*\\) of YAML"), message);
        }
        assertEquals("mine.yaml: learning-rate takes one value in the defaults, got [\"0.1\",\"0.2\"]; lists belong"
                + " into the grid", rejection("defaults: {learning-rate: [0.1, 0.2]}"));
        assertEquals(8, read("---\ndefaults: {workers: [8]}\n").grid().runs().values().iterator().next().gossip()
                .workers());
    }

    /** YAML 1.1 would take 010 for 8, 0x10 for 16 and 1e400 for infinity. */
    @Test
    void numbersAreReadAsThoseOfOptions() throws IOException {
        assertEquals(10, read("defaults: {workers: 010}").grid().runs().values().iterator().next().gossip().workers());
        for (String value : List.of("0x10", "0b10", "1_0", "1e400", "Infinity", ".inf")) {
            Grid grid = read("defaults: {workers: 8, learning-rate: " + value + "}").grid();
            assertEquals("learning-rate must be a number in [1e-9, 1e6], got \"" + value + "\"",
                    assertThrows(ConfigurationException.class, grid::runs).getMessage());
        }
    }

    @Test
    void aFileOfOtherBytesIsSaidToBeOne() throws IOException {
        Path file = Files.write(folder.resolve("other.yaml"), "purpose: é".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(file + " must be a text in UTF-8, got other bytes",
                assertThrows(ConfigurationException.class, () -> ExperimentFile.read(file)).getMessage());
    }

    @Test
    void rejectsWhatIsNotYamlWithTheLine() {
        String broken = rejection("defaults:\n  workers: [8\ngrid: {}\n");
        assertTrue(broken.startsWith("mine.yaml is not valid YAML: line 3: "), broken);
        String twice = rejection("defaults:\n  workers: 8\n  workers: 9\n");
        assertTrue(twice.startsWith("mine.yaml is not valid YAML: line 3: Duplicate field 'workers'"), twice);
        assertEquals("mine.yaml: an experiment file holds the sections purpose, defaults, grid, runs, quick",
                rejection(""));
    }

    @Test
    void saysWhatTheParserSaysAndWhere() {
        String not = "mine.yaml is not valid YAML: ";
        assertEquals(not + "line 2: tabs are not allowed for indentation; use blanks",
                rejection("defaults:\n\tworkers: 8\n"));
        assertEquals(not + "line 3: expected ',' or ']', but got }", rejection("grid:\n\n  seed: [1, 2}\n"));
        assertEquals(not + "line 5: found unexpected end of stream (while scanning a quoted scalar, which starts in"
                + " line 1)", rejection("purpose: \"open\ndefaults:\n  workers: 8\n  seed: 1\n"));
        assertEquals(not + "line 2: found character '@' that cannot start any token.",
                rejection("defaults:\n  workers: @5\n"));
        String dedent = rejection("defaults:\n    workers: 8\n  seed: 1\n");
        assertTrue(dedent.startsWith(not + "line 3: expected <block end>, but found '<block mapping start>'; check the"
                + " indentation and the quotes"), dedent);
        assertEquals(not + "line 2: a name must be a plain word", rejection("defaults:\n  ? {a: b}\n  : 8\n"));
        String deep = rejection("defaults: " + "[".repeat(2000));
        assertTrue(deep.startsWith(not) && !deep.contains("`"), deep);
    }

    @Test
    void everyMessageIsALineInAReadersWordsThatNamesTheFile() throws IOException {
        String text = """
                purpose: To see. "Quoted", too.
                defaults: {workers: 8, weight-decay: 1e-4}
                grid:
                  learning-rate: [0.1, 0.2]
                  learning-rate-schedule: [constant, [[1, 0.75], [0.1, 0.25]]]
                runs:
                  - {batch-size: 2, epochs: 3}
                  - {batch-size: 4, epochs: 6}
                quick: {workers: 4, learning-rate: 0.3}
                """;
        Path file = folder.resolve("mine.yaml");
        Random random = new Random(1);
        int refused = 0;
        for (int k = 0; k < 2000; k++) {
            Files.write(file, Damage.of(text, random));
            try {
                ExperimentFile.read(file);
            } catch (ConfigurationException e) {
                Damage.check(e.getMessage(), file);
                refused++;
            }
        }
        assertTrue(refused > 500, refused + " were refused");
    }

    @Test
    @Timeout(20)
    void lengthsAreBoundedBeforeAnythingIsRead() throws IOException {
        String digits = "1".repeat(200_000);
        for (Key<?> key : List.of(Optimization.LEARNING_RATE, RunConfiguration.SEED, Gossip.WORKERS, Gossip.TOPOLOGY,
                Optimization.LEARNING_RATE_SCHEDULE,
                Partition.KEY)) {
            for (String value : List.of(digits, "0." + digits, "[" + digits + ", 1" + digits + "]")) {
                String message = assertThrows(ConfigurationException.class,
                        () -> read("grid: {" + key + ": " + value + "}").grid().runs()).getMessage();
                assertTrue(message.startsWith(key + " must be ") && message.length() < 400, message);
                assertTrue(message.contains("characters)"), message);
            }
        }
        Files.writeString(folder.resolve("mine.yaml"), "purpose: " + "x".repeat(1_000_000));
        assertEquals(folder.resolve("mine.yaml") + " must be a text of at most 1000000 bytes, got 1000009",
                assertThrows(ConfigurationException.class, () -> ExperimentFile.read(folder.resolve("mine.yaml")))
                        .getMessage());
    }

    @Test
    void everyExperimentOfTheProjectCanBeRun() throws IOException {
        List<Path> files = ExperimentFile.in(Path.of("experiments"));
        assertFalse(files.isEmpty());
        for (Path path : files) {
            ExperimentFile file = ExperimentFile.read(path);
            assertFalse(file.purpose().isEmpty(), path.toString());
            assertFalse(file.grid().runs().isEmpty(), path.toString());
            assertTrue(file.grid().with(file.quick()).runs().size() >= 3, path + " --quick has too few learning rates");
        }
    }

    @Test
    void theMainExperimentIsTheOneOfThePaper() throws IOException {
        Grid grid = ExperimentFile.read(Path.of("experiments/cifar-ring-32.yaml")).grid();
        assertEquals(
                List.of(0.0078, 0.0156, 0.0312, 0.0625, 0.125),
                grid.runs().values().stream().map(run -> run.optimization().learningRate()).toList());
        RunConfiguration run = grid.runs().get("ring-lr0.0625-seed1");
        assertEquals(
                "cifar-10 vgg-11 1.0 0.5 ring 32 16 0.9 1.0E-4 0.95 25.0",
                String.join(" ", run.task().toString(), run.network().model().form(), "" + run.network().width(), ""
                + run.network().dropout(), run.gossip().topology().name(),
                        "" + run.gossip().workers(), "" + run.optimization().batchSize(), "" + run.optimization()
                        .settings().get(Direction.MOMENTUM), "" + run.optimization().settings()
                        .get(Direction.WEIGHT_DECAY),
                        "" + run.optimization().ema(), "" + run.optimization().epochs()));
        assertEquals(2425, run.steps(50_000));
    }
}
