package dev.gossamer.experiment;

/** Runs that need more memory than there is, known before they start; the message is one sentence for the user. */
public final class MemoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message the memory needed, that available, and which keys make it less */
    public MemoryException(String message) {
        super(message);
    }
}
