package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Batch;
import dev.gossamer.data.DataSet;
import dev.gossamer.engine.Gradients;
import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.Replicas;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.SoftmaxEngine;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.MetricsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A sweep of two runs of six steps, which an accident can end, and which notes what is trained. */
abstract class ResumedSweeps {

    static final String FIRST = "ring-lr0.01-seed1";
    static final String RUN = FIRST + "/";
    static final String SECOND = "ring-lr0.02-seed1";

    @TempDir
    Path folder;

    final List<String> trained = Collections.synchronizedList(new ArrayList<>());
    /** How the device says that it convolves, if it says so. */
    Optional<Preparation> preparation = Optional.empty();
    /** Whether it cannot be made ready. */
    boolean unprepared;
    int closed;
    Home home;
    Path results;

    /** Something that goes wrong in a step. */
    interface Accident {
        void at(RunConfiguration run, long step) throws IOException;
    }

    @BeforeEach
    void makeHome() throws IOException {
        home = Home.create(folder.resolve("home"));
        results = home.path.resolve("runs/tiny");
    }

    int run(String arguments) {
        return run(arguments, (run, step) -> {});
    }

    /** Runs the program, notes each step that is trained, and lets an accident happen. */
    int run(String arguments, Accident accident) {
        EngineFactory engines = (run, data) -> watched(run, data, accident);
        trained.clear();
        return home.run(engines, arguments.split(" "));
    }

    private ReplicaEngine watched(RunConfiguration run, DataSet data, Accident accident) {
        ReplicaEngine engine = SoftmaxEngine.factory().create(run, data);
        return new ReplicaEngine(engine.description(), data.train().shape(), run.seed(), new Replicas(
                new Prepared(engine.gradients()), engine.matrices(), engine.scoring(), () -> {
                    closed++;
                    engine.close();
                })) {
            @Override
            public double computeGradients(Batch batch, long step) {
                trained.add(run.optimization().learningRate() + " " + step);
                try {
                    accident.at(run, step);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return super.computeGradients(batch, step);
            }
        };
    }

    /** As a device that has to be made ready. */
    private final class Prepared implements Gradients {

        private final Gradients gradients;

        Prepared(Gradients gradients) {
            this.gradients = gradients;
        }

        @Override
        public void compute(Batch batch, long[] seeds, double[] losses) {
            gradients.compute(batch, seeds, losses);
        }

        @Override
        public void prepare(int batch) {
            if (unprepared) {
                throw new IllegalStateException("out of memory");
            }
        }

        @Override
        public Optional<Preparation> preparation() {
            return preparation;
        }
    }

    static void failAt(RunConfiguration run, double rate, long step, long fatal) {
        if (run.optimization().learningRate() == rate && step == fatal) {
            throw new IllegalStateException("the device is gone");
        }
    }

    List<String> statuses() {
        return LearningRateAccuracy.read(results.resolve("lr-accuracy.csv")).stream()
                .map(result -> result.learningRate() + " " + result.status() + " " + result.steps()).toList();
    }

    /** The rows of a run without the time. */
    List<String> rows(Path sweep, String run) {
        return MetricsFile.read(sweep.resolve(run).resolve("metrics.csv")).stream()
                .map(row -> row.step() + " " + row.split() + " " + row.worker() + " " + row.loss() + " "
                        + row.accuracy() + " " + row.consensusDistance() + " " + row.sent())
                .toList();
    }

    void assertAsIfNeverStopped() {
        assertEquals(ExitCode.DONE, run("tiny --output " + folder.resolve("whole")), home.err());
        for (String run : List.of(FIRST, SECOND)) {
            assertEquals(rows(folder.resolve("whole/tiny"), run), rows(results, run), run);
        }
        assertEquals(List.of("0.01 finished 6", "0.02 finished 6"), statuses());
    }

    /** So that each step is followed by a checkpoint. */
    static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A sweep that fails after step 4 of its first run, with a checkpoint after each step. */
    void failInTheMiddle() {
        run("tiny --checkpoint-every 1ms", (run, step) -> {
            pause();
            failAt(run, 0.01, step, 4);
        });
    }

    /** Other data than those that runs were begun with. */
    void changeAnImage() throws IOException {
        Path images = home.path.resolve("datasets/fashion-mnist/train-images-idx3-ubyte");
        byte[] changed = Files.readAllBytes(images);
        changed[1000]++;
        Files.write(images, changed);
    }
}
