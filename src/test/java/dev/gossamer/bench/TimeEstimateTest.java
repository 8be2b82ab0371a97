package dev.gossamer.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.Covariance;
import dev.gossamer.configuration.Evaluations;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Keys;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Task;
import dev.gossamer.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeEstimateTest {

    private static final int INPUTS = 784;
    private static final int CLASSES = 10;

    @TempDir
    Path folder;

    private TimeEstimate machine(double rate, double bandwidth) throws IOException {
        return TimeEstimate.of(Files.writeString(folder.resolve("machine.json"), "{\"cores\": "
                + Runtime.getRuntime().availableProcessors() + ", \"matrix_product_flop_per_second\": " + rate
                + ", \"copy_bytes_per_second\": " + bandwidth + "}"));
    }

    /** Softmax regression: the only gradients are those of its weights. */
    private static RunConfiguration run(Map<Key<?>, String> changes) {
        Map<Key<?>, String> texts = Keys.map();
        texts.putAll(Map.of(Task.KEY, "fashion-mnist", Network.MODEL, "linear", Gossip.WORKERS, "4",
                Optimization.BATCH_SIZE, "8",
                Optimization.STEPS, "100", Optimization.EMA, "0", Evaluations.EVALUATIONS, "3",
                Evaluations.EVALUATED_WORKERS, "1",
                Evaluations.EVALUATE_TRAIN_IMAGES, "500", Evaluations.EVALUATE_TEST_IMAGES, "1500"));
        texts.putAll(changes);
        return RunConfiguration.of(texts);
    }

    @Test
    void countsTheArithmeticOfTrainingAndEvaluation() throws IOException {
        TimeEstimate estimate = machine(1e9, 1e30);
        double product = 2.0 * INPUTS * CLASSES / 0.75e9;
        double training = 100 * 4 * 8 * 2 * product;
        double evaluation = 3 * 2 * 2000 * product;
        assertEquals(training + evaluation, estimate.seconds(run(Map.of())), 1e-9);
        assertEquals(training * 1.5 + evaluation,
                estimate.seconds(run(Map.of(Covariance.REPETITIONS, "5", Covariance.REPETITION_STEPS, "10"))), 1e-9);
    }

    @Test
    void countsTheTrafficOfUpdates() throws IOException {
        TimeEstimate estimate = machine(1e30, 1e9);
        double matrix = 4 * (INPUTS + 1) * CLASSES * 4 / 1e9;
        assertEquals(100 * 5 * matrix, estimate.seconds(run(Map.of())), 1e-9);
        assertEquals(100 * 7 * matrix, estimate.seconds(run(Map.of(Optimization.EMA, "0.9"))), 1e-9);
    }

    @Test
    void anOldMeasurementIsMadeAgainAndTheBetterOneKept() throws IOException {
        machine(1e30, 1e-30);
        Path file = folder.resolve("machine.json");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        String explanation = TimeEstimate.of(file).explanation();
        String kept = Files.readString(file);
        assertTrue(kept.contains("1.0E30") && !kept.contains("E-30"), kept);
        assertTrue(explanation.contains(file.toString()), explanation);
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0 s", "59.4, 59 s", "90, 2 min", "5400, 1.5 h", "172800, 2.0 d"})
    void durationsAreReadable(double seconds, String text) {
        assertEquals(text, TimeEstimate.text(seconds));
    }
}
