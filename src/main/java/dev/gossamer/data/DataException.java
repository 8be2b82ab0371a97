package dev.gossamer.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Data that cannot be found, read or downloaded. The message is one complete sentence for the user. */
public class DataException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** @param message what is wrong, where, and what was expected */
    public DataException(String message) {
        super(message);
    }

    /**
     * @param message what is wrong, where, and what was expected
     * @param cause what led to it
     */
    public DataException(String message, Throwable cause) {
        super(message, cause);
    }

    /** An error whose message is formatted, alike in every locale. */
    static DataException of(String format, Object... values) {
        return new DataException(String.format(Locale.ROOT, format, values));
    }

    /** An error with a cause whose message is formatted, alike in every locale. */
    static DataException of(Throwable cause, String format, Object... values) {
        return new DataException(String.format(Locale.ROOT, format, values), cause);
    }

    /** The error for a file that cannot be read. */
    static DataException unreadable(Path path, IOException cause) {
        return new DataException(path + " cannot be read (" + FileFailure.reason(cause) + ").", cause);
    }
}
