package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.experiment.ConfigurationException;
import dev.gossamer.experiment.Key;
import dev.gossamer.experiment.Sample;
import dev.gossamer.experiment.Sweep;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checks of the real engines before the start. */
class EnginesTest {

    private static String refusal(Map<Key, String> changes) {
        var runs = Map.of("run", Sample.configuration(changes));
        var failure = assertThrows(
                ConfigurationException.class,
                () -> Sweep.check(runs, Sample.data().train().shape(), Sample.data().classes(), new Engines()));
        return failure.getMessage();
    }

    @Test
    void aRunThatNeedsMoreMemoryThanThereIsIsRefused() {
        String message = refusal(Map.of(
                Key.WORKERS, "4096", Key.WIDTH, "16", Key.BATCH_SIZE, "1", Key.THREADS, "3", Key.STEPS, "1"));
        assertTrue(message.startsWith("4096 workers with model mlp need about "), message);
        assertTrue(message.endsWith(" GB are available; make workers (4096), width (16), batch-size (1) or threads (3)"
                + " smaller"), message);
    }

    @Test
    void theMemoryThatIsThereDecides() {
        var run = Sample.configuration(Map.of(Key.WIDTH, "0.5", Key.THREADS, "2"));
        assertDoesNotThrow(() -> Engines.checkMemory(run, 6_000_000_000L, 6_000_000_000L));
        var failure = assertThrows(
                ConfigurationException.class, () -> Engines.checkMemory(run, 6_100_000_000L, 6_000_000_000L));
        assertEquals("4 workers with model mlp need about 6.1 GB of memory, but 6.0 GB are available; make workers (4),"
                + " width (0.5), batch-size (5) or threads (2) smaller", failure.getMessage());
    }

    @Test
    void aRunThatFitsIsNot() {
        Sweep.check(Map.of("run", Sample.configuration(Map.of())),
                Sample.data().train().shape(), Sample.data().classes(), new Engines());
    }

    @Test
    void aModelThatDoesNotFitTheImagesIsRefused() {
        assertEquals("model vgg-11 needs images of 32x32 pixels, got 3x3; resnet-20 and mlp take any size",
                refusal(Map.of(Key.MODEL, "vgg-11")));
    }
}
