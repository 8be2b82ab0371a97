package dev.gossamer.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.configuration.Evaluations;
import dev.gossamer.configuration.ExperimentFile;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.data.DataSets;
import dev.gossamer.data.FashionMnist;
import dev.gossamer.data.Task;
import dev.gossamer.model.Linear;
import dev.gossamer.model.Network;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gossamer as a library. */
class ExperimentTest {

    @TempDir
    Path home;

    private static Experiment small() {
        return Experiment.standard("mine").onSyntheticData()
                .with(Task.KEY, new FashionMnist())
                .with(Network.MODEL, new Linear())
                .with(Gossip.WORKERS, 4)
                .with(Optimization.BATCH_SIZE, 2)
                .with(Optimization.STEPS, 6L)
                .with(Evaluations.EVALUATIONS, 2)
                .with(Evaluations.EVALUATE_TEST_IMAGES, 100)
                .with(Evaluations.EVALUATE_TRAIN_IMAGES, 100)
                .withEach(Optimization.LEARNING_RATE, List.of(0.01, 0.1));
    }

    private List<RunResult> run(Experiment experiment, String folder) {
        return experiment.run(home.resolve(folder), event -> {});
    }

    @Test
    void itTrainsAndRecordsAsTheProgramDoes() throws IOException {
        AtomicInteger steps = new AtomicInteger();
        List<RunResult> results = small().run(home.resolve("a/results"), event -> {
            if (event instanceof RunEvent.Stepped) {
                steps.incrementAndGet();
            }
        });
        assertEquals(12, steps.get());
        assertEquals(List.of(0.01, 0.1), results.stream().map(RunResult::learningRate).toList());
        assertTrue(results.stream().allMatch(result -> result.status() == RunStatus.FINISHED));
        Path run = home.resolve("a/results/ring-lr0.1-seed1");
        assertTrue(Files.readString(run.resolve("config.yaml")).contains("workers: 4"));
        assertTrue(Files.readString(run.resolve("environment.json")).contains(
                DataSets.synthetic(new FashionMnist(), 1).fingerprint()));
        assertEquals(3, Files.readAllLines(home.resolve("a/results/lr-accuracy.csv")).size());
    }

    @Test
    void oneThatEndedEarlyGoesOnToTheSameBits() throws IOException {
        run(small(), "whole");
        AtomicInteger steps = new AtomicInteger();
        List<RunResult> first = small().until(() -> steps.get() == 4).run(home.resolve("parts"), event -> {
            if (event instanceof RunEvent.Stepped) {
                steps.incrementAndGet();
            }
        });
        assertEquals(List.of(RunStatus.INTERRUPTED), first.stream().map(RunResult::status).toList());
        List<RunResult> all = small().resume(home.resolve("parts"), event -> {});
        assertEquals(2, all.size());
        for (String run : List.of("ring-lr0.01-seed1", "ring-lr0.1-seed1")) {
            assertEquals(accuracies(home.resolve("whole").resolve(run)),
                    accuracies(home.resolve("parts").resolve(run)));
        }
    }

    /** Metrics without what depends on time. */
    private static List<String> accuracies(Path run) throws IOException {
        List<String> lines = Files.readAllLines(run.resolve("metrics.csv"));
        int seconds = List.of(lines.get(0).split(",")).indexOf("elapsed_seconds");
        return lines.stream().map(line -> {
            String[] cells = line.split(",", -1);
            cells[seconds] = "";
            return String.join(",", cells);
        }).toList();
    }

    @Test
    void aFolderWithResultsIsNotWrittenTo() {
        run(small(), "taken");
        assertTrue(assertThrows(ConfigurationException.class, () -> run(small(), "taken")).getMessage()
                .endsWith("must be new or empty; resume(...) goes on in one with results"));
    }

    /** The experiments on the class path are those of the project's folder. */
    @Test
    void whatGossamerBringsIsFoundByName() throws IOException {
        List<Path> files = ExperimentFile.in(Path.of("experiments"));
        assertTrue(files.size() > 20);
        for (Path file : files) {
            assertEquals(Experiment.read(file).runs(), Experiment.named(ExperimentFile.nameOf(file)).runs());
        }
        assertEquals("unknown experiment \"cifar-rign-32\"",
                assertThrows(ConfigurationException.class, () -> Experiment.named("cifar-rign-32")).getMessage());
    }

    @Test
    void valuesAreCheckedWhenTheyAreGiven() {
        assertEquals("batch-size must be a whole number in [1, 65536], got 0",
                assertThrows(ConfigurationException.class, () -> small().with(Optimization.BATCH_SIZE, 0))
                        .getMessage());
        assertEquals(List.of(64, 64), small().with(Optimization.BATCH_SIZE, 64).runs().values().stream()
                .map(run -> run.optimization().batchSize()).toList());
    }
}
