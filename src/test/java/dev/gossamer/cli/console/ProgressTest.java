package dev.gossamer.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.configuration.Gossip;
import dev.gossamer.experiment.RunEvent;
import dev.gossamer.experiment.Sample;
import dev.gossamer.record.MetricsRow;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static final String NAME = "ring-lr0.05-seed1-batch-size16-momentum0.9-partitiondirichlet-0.1";
    private static final int COLUMNS = 80;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Console console =
            new Console(System.out, new PrintStream(bytes, true, StandardCharsets.UTF_8), COLUMNS);

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private Progress lines(Duration interval) {
        return new LineProgress("a", "1/2", Sample.configuration(Map.of()), 0, 12, console, interval);
    }

    private static List<MetricsRow> evaluation(double accuracy) {
        return List.of(new MetricsRow(1, 1, 1, 0.1, "test", "0", 1, accuracy, 0, Optional.empty()));
    }

    @Test
    void aShortRunHasALineAtItsStart() {
        try (Progress progress = lines(LineProgress.INTERVAL)) {
            assertEquals("a (1/2) 0% 0/12" + System.lineSeparator(), shown());
            progress.accept(new RunEvent.Stepped("a", 1, 2.5, 0.01));
            progress.accept(new RunEvent.Evaluating("a", 0, 4));
            progress.accept(new RunEvent.Evaluated("a", evaluation(0.5), Optional.empty()));
        }
        assertEquals(1, shown().lines().count(), "the next one is due in seconds");
    }

    @Test
    void linesGoOnDuringEvaluations() {
        try (Progress progress = lines(Duration.ZERO)) {
            progress.accept(new RunEvent.Stepped("a", 1, 2.5, 0.01));
            progress.accept(new RunEvent.Evaluating("a", 0, 2));
            progress.accept(new RunEvent.Evaluating("a", 1, 2));
            progress.accept(new RunEvent.Evaluated("a", evaluation(0.5), Optional.empty()));
        }
        List<String> lines = shown().lines().toList();
        assertEquals(5, lines.size());
        String step = "a \\(1/2\\) 8% 1/12  loss 2\\.500  ";
        assertTrue(lines.get(1).matches(step + "2000 img/s  0:\\d\\d left"), lines.get(1));
        assertTrue(lines.get(2).matches(step + "evaluating 0/2  0:\\d\\d left"), lines.get(2));
        assertTrue(lines.get(3).contains("  evaluating 1/2  "), lines.get(3));
        assertTrue(lines.get(4).contains("  acc 50.0%  2000 img/s  "), lines.get(4));
    }

    @Test
    void repetitionsAfterTrainingAreCounted() {
        try (Progress progress = lines(Duration.ZERO)) {
            progress.accept(new RunEvent.Stepped("a", 12, 2.5, 0.01));
            progress.accept(new RunEvent.Repeating("a", 1, 20));
        }
        assertEquals("a (1/2) 100% 12/12  loss 2.500  repetition 2/20", shown().lines().toList().get(2));
    }

    @Test
    void duringTheLastEvaluationItIsNotDone() {
        try (Progress progress = lines(Duration.ZERO)) {
            progress.accept(new RunEvent.Stepped("a", 12, 2.5, 0.01));
            progress.accept(new RunEvent.Evaluating("a", 1, 2));
            progress.accept(new RunEvent.Evaluated("a", evaluation(0.5), Optional.empty()));
        }
        List<String> lines = shown().lines().toList();
        assertEquals("a (1/2) 99% 12/12  loss 2.500  evaluating 1/2", lines.get(2));
        assertTrue(lines.get(3).startsWith("a (1/2) 100% 12/12  "), lines.get(3));
    }

    @Test
    void aRunThatGoesOnCountsItsOwnStepsOnly() {
        try (Progress progress = new LineProgress(
                "a", "1/2", Sample.configuration(Map.of()), 8, 12, console, Duration.ZERO)) {
            progress.accept(new RunEvent.Stepped("a", 9, 2.5, 0.01));
        }
        List<String> lines = shown().lines().toList();
        assertEquals("a (1/2) 66% 8/12", lines.get(0));
        assertTrue(lines.get(1).matches("a \\(1/2\\) 75% 9/12  loss 2\\.500  2000 img/s  0:00 left"), lines.get(1));
    }

    @Test
    void onATerminalEveryLineFitsAndNothingIsLeft() {
        try (Progress progress = new BarProgress(
                NAME, "10/12", Sample.configuration(Map.of(Gossip.WORKERS, "32")), 0, 20_000, console)) {
            progress.accept(new RunEvent.Stepped("a", 20_000, 1_216_914.226, 100));
            progress.accept(new RunEvent.Evaluated("a", evaluation(1), Optional.empty()));
        }
        assertFalse(shown().contains("\n"), "the line is taken away, without an empty one");
        String[] drawn = shown().split("\r");
        for (String line : drawn) {
            assertTrue(line.length() < COLUMNS, line);
        }
        String last = drawn[drawn.length - 2];
        assertEquals("ri.. (10/12) 100% 20000/20000  loss 1.2e+06  acc 100.0%  32000 img/s  0:00 left", last.strip());
        assertTrue(drawn[drawn.length - 1].isBlank(), Arrays.toString(drawn));
    }

    @Test
    void shortLinesCoverLongerOnesBefore() {
        try (Progress progress = new BarProgress("a", "1/2", Sample.configuration(Map.of()), 0, 12, console)) {
            progress.accept(new RunEvent.Stepped("a", 1, 2.5, 0.01));
        }
        List<Integer> lengths = Arrays.stream(shown().split("\r")).skip(1).map(String::length).distinct().toList();
        assertEquals(1, lengths.size(), lengths.toString());
    }
}
