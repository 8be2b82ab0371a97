package dev.gossamer.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gossamer.cli.Main;
import dev.gossamer.cli.TheoryConsole;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.FamilyTopologies;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologiesCommandTest {

    private static final List<String> FIELDS = List.of(
            "topology", "workers", "period", "max_degree", "messages_per_step", "spectral_gap",
            "effective_neighbors_mean", "effective_neighbors_worst", "best_learning_rate", "best_rate");

    @TempDir
    Path home;

    private TheoryConsole console;

    @BeforeEach
    void open() {
        console = new TheoryConsole(home);
    }

    private static List<String> fields(JsonNode object) {
        List<String> fields = new ArrayList<>();
        object.fieldNames().forEachRemaining(fields::add);
        return fields;
    }

    @Test
    void jsonAgreesWithTheOriginalAndClosedForms() throws IOException {
        JsonNode golden = TheoryConsole.golden("theory.json").get("cases");
        for (JsonNode expected : golden) {
            if (expected.get("workers").asInt() == 32) {
                JsonNode row = console.json(
                        "topologies", "--topology", expected.get("topology").asText(), "--format", "json").get(0);
                assertEquals(FIELDS, fields(row));
                assertEquals(expected.get("period"), row.get("period"));
                JsonNode neighbors = expected.get("effective_neighbors").get(2);
                assertEquals(0.951, neighbors.get("gamma").asDouble());
                for (String of : List.of("mean", "worst")) {
                    double neighborsOf = row.get("effective_neighbors_" + of).asDouble();
                    assertEquals(1, neighborsOf / neighbors.get(of).asDouble(), 1e-9);
                }
            }
        }
        JsonNode ring = console.json("topologies", "--topology", "ring", "--workers", "10", "--format", "json").get(0);
        assertEquals(20, ring.get("messages_per_step").asDouble());
        assertEquals(2, ring.get("max_degree").asInt());
        assertEquals(2 / 3.0 * (1 - Math.cos(2 * Math.PI / 10)), ring.get("spectral_gap").asDouble(), 1e-12);
        JsonNode all = console.json("topologies", "--topology", "fully-connected", "--workers", "10", "--zeta", "20",
                "--format", "json").get(0);
        assertEquals(10 / 29.0, all.get("best_learning_rate").asDouble(), 1e-6);
        assertEquals(10 / 29.0, all.get("best_rate").asDouble(), 1e-12);
    }

    /** Of local steps, the paper's rate at phase 0 is that of averaging at every step; the best one must not be. */
    @ParameterizedTest
    @CsvSource({"local-steps-4", "random-matching", "social-network", "double-binary-trees"})
    void theBestRateIsTheLargestExactRate(String topology) throws IOException {
        JsonNode row = console.json("topologies", "--topology", topology, "--format", "json").get(0);
        double best = row.get("best_learning_rate").asDouble();
        JsonNode rates = console.json("theory", "quadratic", "--topology", topology, "--learning-rate",
                best + "," + 0.98 * best + "," + 1.02 * best, "--format", "json");
        assertEquals(row.get("best_rate").asDouble(), rates.get(0).get("rate_exact").asDouble(), 1e-9);
        assertTrue(rates.get(1).get("rate_exact").asDouble() < row.get("best_rate").asDouble());
        assertTrue(rates.get(2).get("rate_exact").asDouble() < row.get("best_rate").asDouble());
    }

    @Test
    void everyFamilyIsListedWhereItFits() {
        List<String> shown = Stream.of(32, 24, 7)
                .flatMap(workers -> FamilyTopologies.fitting(workers).stream())
                .map(Scheme::name)
                .toList();
        for (String form : Topologies.names()) {
            String pattern = form.replace("GRAPH", ".+").replace("TOPOLOGY+", ".+\\+").replaceAll("[A-Z]", "[\\\\d.]+");
            boolean stands = form.equals("torus") || form.equals("grid") || form.endsWith("file:PATH")
                    || shown.stream().anyMatch(name -> name.matches(pattern));
            assertTrue(stands, form);
        }
        List<String> names = console.text("topologies", "--workers", "7", "--format", "csv")
                .lines().map(line -> line.split(",")[0]).toList();
        assertTrue(names.contains("ring") && names.contains("base-1"), names.toString());
        assertFalse(names.contains("hypercube") || names.contains("social-network"), names.toString());
    }

    @Test
    void ofSharesOfTheSenderOnlyTheGapIsSaid() throws IOException {
        List<String> lines = console.text("topologies", "--topology", "ring+lazy,random-digraph-2", "--workers", "8")
                .lines().toList();
        assertEquals(5, lines.size(), lines.toString());
        assertTrue(lines.get(3).strip().replaceAll(" +", " ").matches("random-digraph-2 8 1 \\d 16 0\\.\\d+ - - - -"),
                lines.get(3));
        assertEquals("n_eff and rates are of averages, whose rows sum to 1: they are left out where only columns do, as"
                + " push-sum needs it.", lines.get(4));
        JsonNode row = console.json("topologies", "--topology", "random-digraph-2", "--workers", "8", "--format",
                "json").get(0);
        assertTrue(row.get("effective_neighbors_mean").isNull() && row.get("best_rate").isNull());
    }

    @Test
    void ofTopologiesWithoutAPeriodOnlyWhatIsCountedIsSaid() throws IOException {
        List<String> lines = console.text("topologies", "--topology", "ring,redrawn-random-regular-3", "--workers", "8")
                .lines().toList();
        assertEquals(6, lines.size(), lines.toString());
        assertEquals("redrawn-random-regular-3 8 - 3 24 - - - - -", lines.get(3).strip().replaceAll(" +", " "));
        assertTrue(lines.get(5).startsWith("Topologies without a period have another mixing matrix at every step"));
        JsonNode row = console.json("topologies", "--topology", "redrawn-random-matching", "--workers", "8",
                "--format", "json").get(0);
        assertTrue(row.get("period").isNull() && row.get("spectral_gap").isNull());
        assertEquals(8, row.get("messages_per_step").asDouble());
    }

    @Test
    void tableAndCsv() {
        List<String> lines =
                console.text("topologies", "--topology", "solo,local-steps-4", "--workers", "3").lines().toList();
        assertEquals(5, lines.size());
        assertEquals(List.of("local-steps-4", "3", "4", "2", "1.5", "1.000", "3.000", "3.000"),
                List.of(lines.get(3).split(" +")).subList(0, 8));
        assertTrue(lines.get(4).startsWith("n_eff of a time-varying topology is that before step 0"), lines.get(4));
        String csv = console.text("topologies", "--topology", "Fully connected", "--workers", "3",
                "--parameters", "1000", "--format", "csv");
        assertEquals(
                String.join(",", FIELDS).replace("per_step,", "per_step,bytes_per_step,"), csv.lines().toList().get(0));
        assertTrue(csv.lines().toList().get(1).startsWith("fully-connected,3,1,2,6,24000,1,"), csv);
        assertTrue(console.text("topologies", "--topology", "fully-connected", "--parameters", "9750922")
                .contains(" 38.7 GB "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--workers 12 --topology hypercube | topology: hypercube needs a power of two workers, got 12; nearest: 8, 16",
        "--workers 8,16 | workers must be a whole number in [1, 4096], got 8,16",
        "--gamma 1 | gamma must be a number in [0, 1), got 1",
        "--zeta 0.5 | zeta must be a number in [1, 1e8], got 0.5",
        "--parameters 0 | parameters must be a whole number of at least 1, got 0",
        "--format xml | format must be table, json or csv, got \"xml\"",
        "--workers 257 | topology must be given for more than 256 workers, because some take hours; got none for 257"
                + " workers",
        "--draw --workers 4096 | workers must be at most 128 for a picture, got 4096",
        "--draw --workers 129 --topology ring | workers must be at most 128 for a picture, got 129",
        "--topology file:no/such.csv | topology: file:no/such.csv: there is no such file",
        "ring | unexpected \"ring\"; values in a list are separated by commas, without blanks or within quotes",
    })
    void wrongUsageIsOneLineAndExitCode2(String arguments, String message) {
        assertEquals(ExitCode.USAGE, console.run(("topologies " + arguments).split(" ")));
        assertEquals("error: " + message + "\n", console.err());
        assertFalse(Files.exists(home.resolve("runs")));
    }

    @Test
    void helpExplainsTheColumns() {
        String help = console.text("topologies", "--help");
        assertTrue(help.contains("--draw") && help.contains("where the exact rate of a random quadratic is largest"));
        assertTrue(help.contains("metropolis-hastings, uniform, constant, best-constant, sinkhorn, symmetric"), help);
    }

    /** In a Java of its own, without the jars of training. */
    @Test
    void nothingOfTrainingIsLoaded() throws Exception {
        String plain = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(jar -> !jar.matches(".*(nd4j|deeplearning4j|datavec|javacpp).*\\.jar"))
                .collect(Collectors.joining(File.pathSeparator));
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dgossamer.home=" + home, "-cp", plain, Main.class.getName(),
                        "topologies", "--topology", "ring", "--workers", "8", "--format", "csv")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), output);
        assertTrue(output.contains("\nring,8,1,2,16,"), output);
    }
}
