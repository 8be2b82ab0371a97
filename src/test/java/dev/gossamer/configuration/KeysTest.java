package dev.gossamer.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Plugins;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeysTest {

    /** The file is for packages that do not know the keys, and is theirs to the letter. */
    @Test
    void theirNamesAreInAFile() throws IOException {
        try (InputStream file = Plugins.class.getResourceAsStream("keys.txt")) {
            assertEquals(Keys.ALL.stream().map(Key::toString).toList(),
                    new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        }
    }
}
