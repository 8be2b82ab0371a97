package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import java.nio.file.Path;
import java.util.List;

/** {@code theory}: what linear algebra says about topologies, in four commands of its own. */
public final class TheoryCommand extends CommandGroup {

    /** @param runs holds the folder of figures */
    public TheoryCommand(Path runs, Console console) {
        super("theory", "the numbers and figures behind them",
                "Definitions, formulas and sources are in docs/theory.md.", console,
                List.of(
                        new NeighborsCommand(console),
                        new QuadraticCommand(console),
                        new DemoCommand(runs.resolve("theory"), console),
                        new WalkCommand(runs.resolve("theory"), console)));
    }
}
