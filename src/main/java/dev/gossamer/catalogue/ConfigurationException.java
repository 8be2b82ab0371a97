package dev.gossamer.catalogue;

/** A configuration that cannot be run; the message is one sentence for the user. */
public final class ConfigurationException extends IllegalArgumentException {

    /** @param message what is wrong, the value received, and what is allowed */
    public ConfigurationException(String message) {
        super(message);
    }
}
