package dev.gossamer.data;

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
}
