package dev.gossamer.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gossamer.cli.DrawingTest;
import dev.gossamer.cli.TheoryConsole;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those of the original research code, asked for in its own spelling of topologies. */
class TheoryCommandTest {

    @TempDir
    Path home;

    private TheoryConsole console;

    @BeforeEach
    void open() {
        console = new TheoryConsole(home);
    }

    static boolean canDraw() {
        return DrawingTest.canDraw();
    }

    static List<Named<JsonNode>> cases() throws IOException {
        return StreamSupport.stream(TheoryConsole.golden("theory.json").get("cases").spliterator(), false)
                .map(golden -> Named.of(golden.get("topology").asText() + " " + golden.get("workers"), golden))
                .toList();
    }

    @Test
    void theoryIsOfTopologiesThatRepeat() {
        assertEquals(ExitCode.DONE, console.run("theory", "neighbors", "--topology", "redrawn-random-matching"));
        assertEquals("warning: redrawn-random-matching: it has another mixing matrix at every step, and theory is of"
                + " topologies that repeat\n", console.err());
    }

    private static List<String> fields(JsonNode object) {
        List<String> fields = new ArrayList<>();
        object.fieldNames().forEachRemaining(fields::add);
        return fields;
    }

    private static String joined(JsonNode array, String field) {
        return String.join(",", StreamSupport.stream(array.spliterator(), false)
                .map(element -> element.get(field).asText())
                .toList());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void neighborsAreThoseOfTheOriginal(JsonNode golden) throws IOException {
        JsonNode expected = golden.get("effective_neighbors");
        JsonNode rows = console.json("theory", "neighbors", "--topology", golden.get("topology").asText(),
                "--workers", golden.get("workers").asText(), "--gamma", joined(expected, "gamma"), "--format", "json");
        assertEquals(expected.size(), rows.size());
        for (int k = 0; k < rows.size(); k++) {
            assertEquals(
                    List.of("topology", "workers", "gamma", "mean", "worst", "mean_by_phase"), fields(rows.get(k)));
            assertEquals(golden.get("workers"), rows.get(k).get("workers"));
            assertEquals(expected.get(k).get("gamma"), rows.get(k).get("gamma"));
            assertRelative(expected.get(k).get("mean"), rows.get(k).get("mean"));
            assertRelative(expected.get(k).get("worst"), rows.get(k).get("worst"));
            JsonNode phases = expected.get(k).get("mean_by_phase");
            assertEquals(phases.size(), rows.get(k).get("mean_by_phase").size());
            for (int phase = 0; phase < phases.size(); phase++) {
                assertRelative(phases.get(phase), rows.get(k).get("mean_by_phase").get(phase));
            }
        }
    }

    private static void assertRelative(JsonNode expected, JsonNode actual) {
        assertEquals(expected.asDouble(), actual.asDouble(), 1e-9 * expected.asDouble());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void ratesAreThoseOfTheOriginal(JsonNode golden) throws IOException {
        Map<String, List<JsonNode>> byZeta = new LinkedHashMap<>();
        golden.get("random_quadratic").forEach(
                row -> byZeta.computeIfAbsent(row.get("zeta").asText(), zeta -> new ArrayList<>()).add(row));
        for (Map.Entry<String, List<JsonNode>> expected : byZeta.entrySet()) {
            String rates = String.join(
                    ",", expected.getValue().stream().map(row -> row.get("learning_rate").asText()).toList());
            JsonNode rows = console.json("theory", "quadratic", "--topology", golden.get("topology").asText(),
                    "--workers", golden.get("workers").asText(), "--zeta", expected.getKey(),
                    "--learning-rate", rates, "--format", "json");
            assertEquals(expected.getValue().size(), rows.size());
            for (int k = 0; k < rows.size(); k++) {
                assertEquals(
                        List.of("topology", "workers", "zeta", "learning_rate", "rate", "rate_exact"),
                        fields(rows.get(k)));
                JsonNode row = expected.getValue().get(k);
                assertRate(row.get("rate"), rows.get(k).get("rate"), 1e-7);
                if (golden.get("workers").asInt() <= 32) { // the original's way is out of reach for 64 workers
                    assertRate(row.get("rate_exact"), rows.get(k).get("rate_exact"), 1e-8);
                }
            }
        }
    }

    private static void assertRate(JsonNode expected, JsonNode actual, double tolerance) {
        assertEquals(expected.isNull(), actual.isNull(), () -> "expected " + expected + ", got " + actual);
        if (!expected.isNull()) {
            assertEquals(expected.asDouble(), actual.asDouble(), tolerance);
        }
    }

    @Test
    @EnabledIf("canDraw")
    void demoHasTheCurvesOfTheOriginal() throws Exception {
        JsonNode golden = TheoryConsole.golden("demo-figure.json");
        Path folder = home.resolve("figures");
        String printed = console.text("theory", "demo", "--output", folder.toString());
        assertEquals(folder.resolve("demo.csv") + "\n" + folder.resolve("demo.svg") + "\n", printed);
        Map<String, List<CSVRecord>> curves = new LinkedHashMap<>();
        for (CSVRecord point : points(folder.resolve("demo.csv"))) {
            curves.computeIfAbsent(point.get("topology"), name -> new ArrayList<>()).add(point);
        }
        assertEquals(golden.get("rates").size(), curves.size());
        for (Map.Entry<String, JsonNode> curve : golden.get("rates").properties()) {
            List<CSVRecord> points = curves.get(curve.getKey().toLowerCase(Locale.ROOT).replace(' ', '-'));
            assertEquals(golden.get("learning_rates").size(), points.size());
            for (int k = 0; k < points.size(); k++) {
                double learningRate = golden.get("learning_rates").get(k).asDouble();
                assertEquals(learningRate, Double.parseDouble(points.get(k).get("learning_rate")), 1e-12);
                String rate = points.get(k).get("rate");
                assertEquals(curve.getValue().get(k).isNull(), rate.isEmpty());
                if (!rate.isEmpty()) {
                    assertEquals(curve.getValue().get(k).asDouble(), Double.parseDouble(rate), 1e-7);
                }
            }
        }
        String description = description(folder.resolve("demo.svg"));
        assertTrue(description.contains("fully-connected: 0.3949 at most, where learning rate is 0.4037"), description);
    }

    @Test
    @EnabledIf("canDraw")
    void walkGoesFromTheNeighboursOfAStepToAllWorkers() throws Exception {
        console.text("theory", "walk", "--topology", "uni-ring,local-steps-2", "--workers", "8");
        List<CSVRecord> points = points(home.resolve("runs/theory/walk.csv"));
        assertEquals(2 * 101, points.size());
        assertEquals("0", points.get(0).get("gamma"));
        assertEquals(2, Double.parseDouble(points.get(0).get("mean")), 1e-12);
        assertEquals(0.9999, Double.parseDouble(points.get(100).get("gamma")), 1e-12);
        assertTrue(Double.parseDouble(points.get(100).get("mean")) > 7.9);
        // gamma 0: variance 1/8 after averaging, 1 after a step alone
        assertEquals(8, Double.parseDouble(points.get(101).get("mean")), 1e-12);
        assertEquals(2 / (1 / 8.0 + 1), Double.parseDouble(points.get(101).get("period_mean")), 1e-12);
        assertTrue(description(home.resolve("runs/theory/walk.svg")).startsWith("8 workers\n"));
    }

    @Test
    @EnabledIf("canDraw")
    void figuresLeaveOutWhatNobodyNamedAndDoesNotFit() throws IOException {
        console.text("theory", "walk", "--workers", "6");
        List<String> drawn = points(home.resolve("runs/theory/walk.csv")).stream()
                .map(point -> point.get("topology")).distinct().toList();
        assertEquals(List.of("ring", "time-varying-exponential", "star", "binary-tree", "fully-connected"), drawn);
        assertEquals(ExitCode.USAGE, console.run("theory", "walk", "--workers", "6", "--topology", "hypercube"));
    }

    @Test
    void aTerminalShowsWhatIsComputed() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        TheoryRows rows = new TheoryRows(new Console(nowhere, new PrintStream(err), 80));
        List<Scheme> schemes = List.of(Topologies.parse("ring", 4), Topologies.parse("star", 4));
        assertEquals(List.of("ring", "star"), rows.ofEach(schemes, scheme -> List.of(scheme.name())));
        List<String> lines = Stream.of(err.toString().split("\r")).map(String::strip)
                .filter(line -> !line.isEmpty()).toList();
        assertEquals(List.of("computing ring (1/2)", "computing star (2/2)"), lines);
    }

    private static List<CSVRecord> points(Path csv) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
        try (CSVParser parser = CSVParser.parse(Files.readString(csv), format)) {
            return parser.getRecords();
        }
    }

    private static String description(Path svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile())
                .getElementsByTagName("desc").item(0).getTextContent();
    }

    @Test
    void tablesRoundAndShowWhatIsMissing() {
        String table = console.text(
                "theory", "quadratic", "--topology", "solo", "--workers", "2", "--learning-rate", "0.02,0.5");
        assertEquals("""
                topology  workers  zeta  learning rate      rate  exact rate
                --------  -------  ----  -------------  --------  ----------
                solo            2    50           0.02  0.020000    0.020000
                solo            2    50            0.5         -           -
                """, table);
    }

    @Test
    void csvKeepsPhasesInOneField() {
        assertEquals("""
                topology,workers,gamma,mean,worst,mean_by_phase
                local-steps-2,2,0,2,2,2 1
                """, console.text("theory", "neighbors", "--topology", "local-steps-2", "--workers", "2",
                "--gamma", "0", "--format", "csv"));
    }

    @Test
    void listsOfWorkersAndTopologiesMultiply() throws IOException {
        JsonNode rows = console.json("theory", "neighbors", "--topology", "Ring, Hypercube,ring", "--workers", "8,16",
                "--gamma", "0.5,0.9", "--format", "json");
        List<String> names = new ArrayList<>();
        rows.forEach(row -> names.add(row.get("topology").asText() + row.get("workers") + " " + row.get("gamma")));
        assertEquals(
                List.of("ring8 0.5", "ring8 0.9", "hypercube8 0.5", "hypercube8 0.9",
                        "ring16 0.5", "ring16 0.9", "hypercube16 0.5", "hypercube16 0.9"),
                names);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "theory | theory needs one of neighbors, quadratic, demo, walk as its first word",
        "theory neighbours | unknown command \"theory neighbours\"; did you mean \"neighbors\"?",
        "theory neighbors --gamma 0.5,1 | gamma must be a number in [0, 1), got 1",
        "theory neighbors --gamma 0.5, | gamma must be a number in [0, 1), got an empty value",
        "theory neighbors --workers 12 --topology ring,hypercube"
                + " | topology: hypercube needs a power of two workers, got 12; nearest: 8, 16",
        "theory quadratic --learning-rate 0 | learning-rate must be a number above 0, got 0",
        "theory quadratic --zeta NaN | zeta must be a number in [1, 1e8], got NaN",
        "theory walk --workers 1.5 | workers must be a whole number in [1, 4096], got 1.5",
        "theory demo ring | unexpected \"ring\"; values in a list are separated by commas, without blanks or within"
                + " quotes",
        "theory demo --topolgy ring | unknown option --topolgy; did you mean --topology?",
        "theory neighbors --workers 8,257 | topology must be given for more than 256 workers, because some take hours;"
                + " got none for 257 workers",
        "theory demo --workers 4096 | topology must be given for more than 256 workers, because some take hours;"
                + " got none for 4096 workers",
        "theory walk --topology ring, | topology must be names with commas in between, got an empty one",
    })
    void wrongUsageIsOneLineAndExitCode2(String arguments, String message) {
        assertEquals(ExitCode.USAGE, console.run(arguments.split(" ")));
        assertEquals("error: " + message + "\n", console.err());
        assertFalse(Files.exists(home.resolve("runs")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "neighbors", "quadratic", "demo", "walk"})
    void helpIsAResult(String command) {
        String help = console.text(("theory " + command + " --help").split(" +"));
        assertTrue(help.startsWith("Usage: ./run.sh theory "), help);
    }
}
