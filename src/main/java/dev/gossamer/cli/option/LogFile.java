package dev.gossamer.cli.option;

import java.nio.file.Path;

/** The file of stack traces and of the libraries' messages. */
public final class LogFile {

    /** Its name, and the property by which {@link FileLogging} finds it when the first message is logged. */
    public static final String NAME = "gossamer.log";

    private LogFile() {}

    /** Where it is as long as a command has not said otherwise. */
    public static Path in(Path home) {
        return home.resolve("runs").resolve(NAME);
    }

    /** Where it is for a sweep: beside the folder of results, whichever of the two is given. */
    public static Path beside(Path output) {
        Path absolute = output.toAbsolutePath();
        return (OutputFolder.isResults(absolute) ? absolute.getParent() : absolute).resolve(NAME);
    }

    /** Where it is now. */
    static Path ofProcess() {
        return Path.of(System.getProperty(NAME, "runs/" + NAME));
    }

    /** Makes it that of this process, which has logged nothing yet. */
    public static void use(Path file) {
        System.setProperty(NAME, file.toString());
    }
}
