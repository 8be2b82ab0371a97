package dev.gossamer.cli;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.LogFile;
import dev.gossamer.experiment.Engines;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Small commands in one process, the classes of which {@code run.sh} keeps in an archive, so that later commands start
 * faster (JEP 350).
 */
public final class Rehearsal {

    private static final String FOLDER = "FOLDER";
    private static final List<String> COMMANDS = List.of(
            "--help",
            "topologies --workers 8 --topology ring,time-varying-exponential",
            "cifar-ring-32 --model vgg-11,resnet-20,mlp,linear --width 0.05 --workers 4 --batch-size 2 --steps 2"
                    + " --learning-rate 0.05 --data synthetic --train-limit 100 --evaluations 2"
                    + " --evaluate-train-images 20 --evaluate-test-images 20 --device cpu --output " + FOLDER);

    private Rehearsal() {}

    /**
     * Runs them; the exit code is that of the first one that fails.
     *
     * @param arguments the folder that results are written into
     */
    public static void main(String[] arguments) {
        LogFile.use(LogFile.beside(Path.of(arguments[0])));
        Console console = new Console(new PrintStream(PrintStream.nullOutputStream()), System.err, 0);
        Main program = new Main(Path.of(System.getProperty("gossamer.home", "")),
                new Engines(console.err()::println), console);
        System.exit(COMMANDS.stream()
                .map(command -> Arrays.stream(command.split(" ")).map(word -> word.replace(FOLDER, arguments[0])))
                .mapToInt(words -> program.run(words.toArray(String[]::new)))
                .filter(code -> code != ExitCode.DONE)
                .findFirst().orElse(ExitCode.DONE));
    }
}
