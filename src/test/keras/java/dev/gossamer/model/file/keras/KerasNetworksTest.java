package dev.gossamer.model.file.keras;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.data.ImageShape;
import dev.gossamer.model.Loss;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Networks in HDF5 files that h5py wrote ({@code src/test/resources/keras/make.py}). */
class KerasNetworksTest {

    private static final ImageShape IMAGES = new ImageShape(3, 32, 32);

    @TempDir
    private Path folder;

    private static Path file(String name) {
        try {
            return Path.of(KerasNetworksTest.class.getResource("/keras/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ComputationGraphConfiguration configuration(Path path) {
        return Network.of("keras:" + path, 1, 0).configuration(IMAGES, 10, 1, DataType.FLOAT);
    }

    private static String refusal(Path path) {
        String message = assertThrows(ConfigurationException.class, () -> configuration(path)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message.replace(path.toString(), "FILE");
    }

    /** Parameters that Keras trains: of a convolution (k k in + 1) out, of a dense layer (in + 1) out, of a norm 2 in. */
    @ParameterizedTest
    @CsvSource({
        "stack.h5, 16682, CROSS_ENTROPY",
        "uncompiled.h5, 16682, CROSS_ENTROPY",
        "layers.h5, 256, CROSS_ENTROPY",
        "graph.h5, 310, CROSS_ENTROPY",
        "squares.h5, 30730, SQUARED_ERROR"
    })
    void hasKerasNumberOfParametersAndTheLossItWasCompiledWith(String name, long parameters, Loss loss) {
        ComputationGraphConfiguration configuration = configuration(file(name));
        assertEquals(parameters, Models.parameters(configuration));
        assertEquals(loss, Models.loss(configuration));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "hinge.h5 | model: FILE: is compiled with the loss \"hinge\": expected categorical_crossentropy,"
                + " sparse_categorical_crossentropy or mse",
        "permute.h5 | model: FILE: has a layer \"Permute\": expected InputLayer, Conv2D, SeparableConv2D, MaxPooling2D,"
                + " AveragePooling2D, GlobalMaxPooling2D, GlobalAveragePooling2D, ZeroPadding2D, Flatten, Dense,"
                + " BatchNormalization, Activation, ReLU, LeakyReLU, ELU, Dropout, Add",
        "weights.h5 | model: FILE: expected the attribute model_config, as model.save of Keras writes it, found none"
    })
    void refusesWhatItCannotTrain(String name, String message) {
        assertEquals(message, refusal(file(name)));
    }

    @Test
    void refusesFilesThatAreNone() throws IOException {
        Path path = folder.resolve("net.h5");
        assertTrue(refusal(path).startsWith("model: FILE cannot be read"), refusal(path));
        Files.writeString(path, "no HDF5");
        assertTrue(refusal(path).startsWith("model: FILE: it is no HDF5 file, or damaged"), refusal(path));
        Files.writeString(path, "");
        assertTrue(refusal(path).startsWith("model: FILE: it is no HDF5 file, or damaged"), refusal(path));
    }

    /** A damaged file is refused in a sentence, or reads as some network. */
    @Test
    void neverFailsOtherwise() throws IOException {
        byte[] whole = Files.readAllBytes(file("stack.h5"));
        SplittableRandom random = new SplittableRandom(1);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] damaged = i % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int k = 0; k < 8 && damaged.length > 0; k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Path path = Files.write(folder.resolve("damaged-" + i + ".h5"), damaged);
            try {
                configuration(path);
            } catch (ConfigurationException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 150, refused + " refused");
    }
}
