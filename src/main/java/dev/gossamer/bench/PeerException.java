package dev.gossamer.bench;

/** The peer cannot be measured; the message is one sentence for the user. */
public final class PeerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what went wrong */
    PeerException(String message) {
        super(message);
    }
}
