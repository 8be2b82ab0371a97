package dev.gossamer.engine.stacked.cuda;

/** A call of CUDA failed; the message is one sentence. STAND-IN: take the file of branch cuda on merging. */
public final class CudaException extends RuntimeException {

    /** @param message one sentence */
    public CudaException(String message) {
        super(message);
    }
}
