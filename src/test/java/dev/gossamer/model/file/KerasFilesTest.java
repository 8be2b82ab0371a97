package dev.gossamer.model.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.model.Network;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class KerasFilesTest {

    private static void refuses(String message, String name) {
        assertEquals(message, assertThrows(ConfigurationException.class,
                () -> Network.of(name, 1, 0).model().fingerprint()).getMessage());
    }

    @Test
    void saysWhichBuildReadsThem() {
        assumeTrue(ServiceLoader.load(KerasReader.class).findFirst().isEmpty(), "this is that build");
        refuses("model keras:net.h5 needs a build that reads Keras' files: GOSSAMER_PROFILES=keras ./run.sh ... makes it"
                + " (docs/models.md)", "keras:net.h5");
    }

    @Test
    void refusesWhatIsNotHdf5ByName() {
        refuses("model: net.keras: expected HDF5 (.h5), found .keras; Keras writes HDF5 with model.save(\"net.h5\")",
                "keras:net.keras");
    }
}
