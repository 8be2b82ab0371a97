package dev.gossamer.model.file;

import java.nio.file.Path;

/** Reads networks of Keras; a service that only a build with Maven's profile keras has. */
public interface KerasReader {

    /**
     * The network in a file, with a loss as its last layer, as {@code toJson()} of DL4J's configurations writes it.
     *
     * @throws dev.gossamer.catalogue.ConfigurationException if there is none in it, or it cannot be said so
     */
    String json(Path path);
}
