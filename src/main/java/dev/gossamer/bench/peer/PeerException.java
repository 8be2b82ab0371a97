package dev.gossamer.bench.peer;

/** The peer cannot be measured; the message is one sentence for the user. */
public final class PeerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message what went wrong */
    public PeerException(String message) {
        super(message);
    }
}
