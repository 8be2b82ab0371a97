package dev.gossamer.model.file;

import dev.gossamer.catalogue.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.ServiceLoader;

/** {@code keras:FILE}: a network in an HDF5 file, as {@code model.save} of Keras 2 writes it. */
public final class KerasFiles extends NetworkFamily {

    private static final String PREFIX = "keras:";

    /** As its service file needs it. */
    public KerasFiles() {
        super(PREFIX, KerasFiles::read);
    }

    private static NetworkText.Source read(Path path) {
        if (path.toString().toLowerCase(Locale.ROOT).endsWith(".keras")) {
            throw new ConfigurationException("model: " + path + ": expected HDF5 (.h5), found .keras; Keras writes"
                    + " HDF5 with model.save(\"net.h5\")");
        }
        KerasReader reader = ServiceLoader.load(KerasReader.class, KerasReader.class.getClassLoader()).findFirst()
                .orElseThrow(() -> new ConfigurationException("model " + PREFIX + path + " needs a build that reads"
                        + " Keras' files: GOSSAMER_PROFILES=keras ./run.sh ... makes it (docs/models.md)"));
        String fingerprint = NetworkText.fingerprint(path);
        return new NetworkText.Source(fingerprint,
                NetworkText.tree(path, reader.json(path).getBytes(StandardCharsets.UTF_8)));
    }
}
