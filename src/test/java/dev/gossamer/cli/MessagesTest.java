package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.FileLogging;
import dev.gossamer.experiment.SoftmaxEngine;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of values from outside, and how it is printed. */
class MessagesTest {

    @TempDir
    Path folder;

    private Home home;

    @BeforeEach
    void makeHome() throws IOException {
        home = Home.create(folder.resolve("home"));
    }

    private int run(String... arguments) {
        return home.run(SoftmaxEngine.factory(), arguments);
    }

    private void assertUsage(String message, String... arguments) {
        assertEquals(ExitCode.USAGE, run(arguments), home.out() + home.err());
        assertEquals("error: " + message + "\n", home.err());
    }

    /** Every line of it is what a terminal shows, whatever it is asked to do. */
    private static void assertQuiet(String printed) {
        printed.lines().forEach(line -> assertFalse(
                line.chars().anyMatch(c -> Character.isISOControl(c) || c == '\u202e'), line));
    }

    @Test
    void recordsCannotMoveTheCursor() throws IOException {
        assertEquals(ExitCode.DONE,
                run("tiny", "--learning-rate", "0.05", "--topology", "ring,solo", "--steps", "1"), home.err());
        String evil = "\u001b]0;title\u0007\u009b2J\u202e\u007f\nsecond line\r";
        Path experiment = home.path.resolve("runs/tiny");
        Path config = experiment.resolve("ring-lr0.05-seed1/config.yaml");
        String escaped = "\"\\e]0;title\\a\\x9b2J\\u202e\\x7f\\nsecond line\\r\"";
        Files.writeString(config, Files.readString(config)
                .replaceFirst("model: .*", "model: " + escaped.replace("\\", "\\\\")) + escaped + ": 1\n");
        for (String format : List.of("table", "csv", "json")) {
            assertEquals(ExitCode.DONE, run("report", "tiny", "--format", format), home.err());
            assertQuiet(home.out());
            assertQuiet(home.err());
            assertTrue(home.out().contains("]0;title"), home.out());
            if (format.equals("json")) {
                assertTrue(new ObjectMapper().readTree(home.out()).get(0).has(evil), home.out());
            }
        }
        run("compare", "tiny/ring-lr0.05-seed1", "tiny/solo-lr0.05-seed1");
        assertTrue(home.out().contains("\\u001b]0;title"), home.out());
        assertQuiet(home.out());
        Files.move(experiment, home.path.resolve("runs/a" + evil.replace("\n", "") + "b"));
        assertEquals(ExitCode.DONE, run("report"), home.err());
        assertQuiet(home.out());
        assertTrue(home.out().contains("a\\u001b]0;title"), home.out());
    }

    /** Whoever shows the log file in a terminal sees the message of an exception, too. */
    @Test
    void theLogFileCannotMoveTheCursorEither() throws IOException {
        Path file = folder.resolve("gossamer.log");
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        FileLogging.logTo(file, context);
        StringBuilder evil = new StringBuilder();
        IntStream.rangeClosed(0, 0xffff).filter(c -> Shown.mustBeEscaped((char) c) && "\t\r\n".indexOf(c) < 0)
                .forEach(c -> evil.append((char) c));
        context.getLogger("test").error("a\u001b[2J\u009bb\u202e\td" + evil + "e", new IOException("c\u0007d\u2028"));
        context.stop();
        String text = Files.readString(file);
        String shown = "a?[2J?b?\td" + "?".repeat(evil.length()) + "e";
        assertTrue(text.contains(" test: " + shown + System.lineSeparator()), text);
        assertTrue(text.contains("IOException: c?d?" + System.lineSeparator() + "\tat "), text);
    }

    @Test
    void messagesAreOneLine() throws IOException {
        String evil = "a\u001b[2J\nb\u202e";
        Path file = folder.resolve(evil + ".yaml");
        Files.writeString(file, "defaults: {\"work\\ners\": 8}\n");
        for (List<String> words : List.of(List.of(evil), List.of("show", evil), List.of("show", file.toString()),
                List.of("report", evil), List.of("data", "fetch", evil), List.of("tiny", "--model", evil),
                List.of("tiny", "--seed", evil), List.of("tiny", "--" + evil), List.of("tiny", evil),
                List.of("tiny", "--output", "pom.xml/" + evil), List.of("tiny", "--data", evil),
                List.of("theory", evil), List.of("theory", "neighbors", "--gamma", evil),
                List.of("theory", "walk", "--topology", evil),
                List.of("topologies", "--topology", "file:" + evil + ".csv"))) {
            assertEquals(ExitCode.USAGE, run(words.toArray(String[]::new)), words + home.err());
            assertEquals(1, home.err().lines().count(), home.err());
            assertQuiet(home.err());
            assertEquals("", home.out());
        }
    }

    @Test
    @Timeout(60)
    void longValuesAreRefusedAtOnceAndShortened() {
        String digits = "1".repeat(2_900_000);
        for (List<String> words : List.of(List.of("tiny", "--seed", digits),
                List.of("tiny", "--learning-rate", "0." + digits),
                List.of("tiny", "--seed", digits + ",1" + digits), List.of("show", "tiny", "--workers", digits),
                List.of("theory", "neighbors", "--gamma", "0." + digits),
                List.of("theory", "walk", "--workers", digits),
                List.of("tiny", "--data", digits), List.of("tiny", "--output", digits), List.of("report", digits),
                List.of("theory", "walk", "--output", digits), List.of("data", "fetch", "cifar-10", "--data", digits),
                List.of("tiny", "--topology", digits), List.of(digits), List.of("show", digits),
                List.of("tiny", digits),
                List.of("tiny", "--" + digits), List.of("tiny", "--parallel", digits),
                List.of("tiny", "--partition", "dirichlet-" + digits),
                List.of("tiny", "--learning-rate-schedule", "1:0.5+".repeat(100_000)))) {
            assertEquals(ExitCode.USAGE, run(words.toArray(String[]::new)), words.get(0));
            assertTrue(home.err().length() < 1000, home.err());
            assertTrue(home.err().contains(" characters)"), home.err());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', value = {
        "theory quadratic --zeta 1f # zeta must be a number in [1, 1e8], got 1f",
        "theory quadratic --zeta 0x1p5 # zeta must be a number in [1, 1e8], got 0x1p5",
        "theory neighbors --gamma 0.5d # gamma must be a number in [0, 1), got 0.5d",
        "theory quadratic --zeta Infinity # zeta must be a number in [1, 1e8], got Infinity",
        "theory quadratic --zeta NaN # zeta must be a number in [1, 1e8], got NaN",
        "theory quadratic --zeta 1,1.0 # zeta takes each value once, got 1.0 again in 1,1.0",
        "theory neighbors --gamma 0,0.5,-0 # gamma takes each value once, got -0 again in 0,0.5,-0",
        "theory neighbors --workers 8,08 # workers takes each value once, got 08 again in 8,08",
        "tiny --learning-rate 1f # learning-rate must be a number in [1e-9, 1e6], got \"1f\"",
        "tiny --partition dirichlet-1f # partition must be shared, random, dirichlet-ALPHA, by-class-K, by-column:NAME or file:FILE,"
                + " with ALPHA above 0 and K of at least 1, got \"dirichlet-1f\"",
        "tiny --learning-rate-schedule 0x1p0:1 # learning-rate-schedule must be constant, linear, cosine,"
                + " cosine-to-0.01 or the like, or stages factor:share such as 1:0.75+0.1:0.25 or 1:0.8+linear:0.2"
                + " with shares that add up to 1, got \"0x1p0:1\"",
    })
    void numbersAreDigits(String arguments, String message) {
        assertUsage(message, arguments.split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', value = {
        "show tiny --learning-rate 0.1, 0.2 # unexpected \"0.2\"; values in a list are separated by commas,"
                + " without blanks or within quotes",
        "show --learning-rate 0.1, 0.2 tiny # unexpected \"0.2\"; values in a list are separated by commas,"
                + " without blanks or within quotes",
        "show tiny extra # unexpected \"extra\"; values in a list are separated by commas, without blanks or within"
                + " quotes",
        "compare a b extra # unexpected \"extra\"",
        "data x # unknown command \"data x\"; known are fetch, show",
        "data fetch cifar-10 extra # unexpected \"extra\"",
        "theory neighbors --zeta 1 # unknown option --zeta; ./run.sh theory neighbors --help lists the options",
        "data fetch cifar-10 --what # unknown option --what; ./run.sh data fetch --help lists the options",
        "show tiny --what # unknown option --what; ./run.sh show --help lists the options",
        "tiny --what # unknown option --what; ./run.sh tiny --help lists the options",
    })
    void wordsAndOptionsThatDoNotBelongAreNamed(String arguments, String message) {
        assertUsage(message, arguments.split(" "));
    }

    @Test
    void theHelpThatIsPointedToIsThere() throws IOException {
        Path mine = Files.copy(home.path.resolve("experiments/tiny.yaml"), folder.resolve("mine.yaml"));
        assertUsage("unknown option --what; ./run.sh " + mine + " --help lists the options", mine.toString(), "--what");
        for (List<String> command : List.of(List.of("theory", "neighbors"), List.of("data", "fetch"), List.of("show"),
                List.of(mine.toString()))) {
            String[] words = Stream.concat(command.stream(), Stream.of("--help"))
                    .toArray(String[]::new);
            assertEquals(ExitCode.DONE, run(words), home.err());
            assertTrue(home.out().contains("Options, with their values"), home.out());
        }
    }

    @Test
    void dataThatAreNearlyRightAreNamedBeforeADownloadIsTried() throws IOException {
        Path data = home.path.resolve("datasets/fashion-mnist");
        Path packed = home.path.resolve("datasets/fashion-mnist.zip");
        Files.delete(data.resolve("t10k-labels-idx1-ubyte"));
        Files.writeString(packed, "x");
        assertEquals(ExitCode.FAILED, run("tiny"));
        assertTrue(home.err().endsWith("error: the fashion-mnist data in " + data + " lack t10k-labels-idx1-ubyte[.gz],"
                + " but " + packed + " is not unpacked; or else ./run.sh data fetch fashion-mnist --data "
                + data.getParent() + " downloads it.\n"), home.err());
        assertEquals(ExitCode.DONE, run("show", "tiny", "--quick"), home.err());
        assertTrue(home.out().contains("SYNTHETIC data in place of fashion-mnist, because the fashion-mnist data in "
                + data + " lack t10k-labels-idx1-ubyte[.gz], but " + packed + " is not unpacked"), home.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny --output", "theory walk --workers 4 --output"})
    void aLinkToNothingIsSaidToBeOne(String command) throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("gone"));
        assertUsage("output must be a folder, got " + link + ": " + link + " is a link to nothing",
                (command + " " + link).split(" "));
        assertFalse(Files.exists(folder.resolve("gone")));
    }
}
