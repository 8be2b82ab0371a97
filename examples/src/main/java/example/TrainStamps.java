package example;

import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.experiment.Experiment;
import dev.gossamer.experiment.RunEvent;
import dev.gossamer.model.Network;
import dev.gossamer.record.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Gossamer as a library: trains {@link Wedge} on {@link Stamps}, and prints the accuracy of each learning rate. */
public final class TrainStamps {

    private TrainStamps() {}

    /**
     * Runs it.
     *
     * @param arguments the experiment's file, the folder of data, and a new folder for results
     */
    public static void main(String[] arguments) throws IOException {
        List<RunResult> results = Experiment.read(Path.of(arguments[0]))
                .dataIn(Path.of(arguments[1]))
                .with(Network.MODEL, new Wedge())
                .with(Gossip.TOPOLOGY, "ladder-3+half")
                .with(Algorithms.KEY, new SmoothSignDescent())
                .withEach(Optimization.LEARNING_RATE, List.of(0.001, 0.003, 0.01))
                .run(Path.of(arguments[2]), TrainStamps::show);
        results.forEach(result -> System.out.printf("learning rate %s: test accuracy %.2f%n",
                result.learningRate(), result.testAccuracy().orElse(Double.NaN)));
    }

    private static void show(RunEvent event) {
        if (event instanceof RunEvent.Ended ended) {
            System.out.println(ended.run() + " " + ended.result().status());
        }
    }
}
