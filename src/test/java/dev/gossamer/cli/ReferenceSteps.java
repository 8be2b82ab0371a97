package dev.gossamer.cli;

import dev.gossamer.bench.GoldenSteps;
import dev.gossamer.cli.command.SlimPackageTest;
import dev.gossamer.experiment.Engines;
import dev.gossamer.placement.Placement;
import java.nio.file.Path;
import java.util.Map;

/** Ten steps of the reference engine, as a process of its own for {@link SlimPackageTest}. */
final class ReferenceSteps {

    private ReferenceSteps() {}

    /** @param arguments the folder that the file is written into */
    public static void main(String[] arguments) {
        GoldenSteps.make(new Engines(System.out::println), GoldenSteps.run("mlp", 1,
                Map.of(Placement.ENGINE, "reference")),
                Map.of()).write(Path.of(arguments[0]));
        System.exit(0);
    }
}
