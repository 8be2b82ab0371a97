package dev.gossamer.engine.stacked.cuda;

/** A call of CUDA failed; the message is one sentence. STAND-IN: take the file of branch cuda on merging. */
public final class CudaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one sentence for the user */
    CudaException(String message) {
        super(message);
    }
}
