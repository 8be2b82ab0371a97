package dev.gossamer.engine.stacked.cuda.driver;

/** The GPU or one of CUDA's libraries did not do what it was asked to. */
public final class CudaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one sentence for the user */
    public CudaException(String message) {
        super(message);
    }
}
