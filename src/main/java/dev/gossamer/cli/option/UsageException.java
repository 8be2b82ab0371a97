package dev.gossamer.cli.option;

/** A command line that cannot be followed; the message is one sentence for the user. */
public final class UsageException extends RuntimeException {

    public UsageException(String message) {
        super(message);
    }
}
