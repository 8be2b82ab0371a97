package dev.gossamer.cli;

/** A command line that cannot be followed; the message is one sentence for the user. */
final class UsageException extends RuntimeException {

    UsageException(String message) {
        super(message);
    }
}
