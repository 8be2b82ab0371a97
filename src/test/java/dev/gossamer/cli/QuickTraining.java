package dev.gossamer.cli;

import dev.gossamer.experiment.Engines;
import java.io.IOException;
import java.nio.file.Path;

/** A short run by an engine, as a process of its own for {@link WithoutNd4jTest}. */
final class QuickTraining {

    private QuickTraining() {}

    /** @param arguments an empty folder, and the engine */
    public static void main(String[] arguments) throws IOException {
        Home home = Home.create(Path.of(arguments[0]));
        int code = home.run(new Engines(System.err::println, home.devices),
                "tiny", "--width", "0.02", "--learning-rate", "0.01", "--engine", arguments[1]);
        System.out.println(home.out() + home.err() + "--engine " + arguments[1] + ": " + code);
    }
}
