package dev.gossamer.engine.stacked;

/** A network has a layer that programs cannot be made of. */
public final class UnknownLayerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message names the layer and its kind */
    UnknownLayerException(String message) {
        super(message);
    }
}
