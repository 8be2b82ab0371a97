package dev.gossamer.cli.option;

import dev.gossamer.text.Shown;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A path out of an option's value. */
public final class PathOption {

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_PATH = 4000;

    private PathOption() {}

    /**
     * The path that a value is.
     *
     * @param option name of the option
     * @throws UsageException if no file system would take it
     */
    public static Path of(String option, String value) {
        if (value.isBlank()) {
            throw new UsageException(option + " must be a path, got " + Shown.value(value));
        }
        Path path;
        try {
            path = Path.of(value);
        } catch (InvalidPathException e) {
            throw new UsageException(option + " must be a path, got " + Shown.value(value) + ": " + e.getReason());
        }
        boolean tooLong = value.length() > LONGEST_PATH;
        for (Path name : path) {
            tooLong |= name.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME;
        }
        if (tooLong) {
            throw new UsageException(option + " must be a path of at most " + LONGEST_PATH + " characters, and "
                    + LONGEST_NAME + " bytes in a name, got " + Shown.value(value));
        }
        return path;
    }
}
