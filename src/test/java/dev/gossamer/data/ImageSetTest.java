package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class ImageSetTest {

    private static final ImageShape SHAPE = new ImageShape(3, 2, 4);

    private final ImageSet images = Fixtures.images(SHAPE, 300, 256);

    @Test
    void theFirstImagesAreThoseOfTheWholeSet() {
        ImageSet first = images.first(270);
        assertEquals(270, first.size());
        assertEquals(SHAPE, first.shape());
        FloatBuffer expected = FloatBuffer.allocate(270 * SHAPE.size());
        FloatBuffer actual = FloatBuffer.allocate(270 * SHAPE.size());
        images.normalize(0, 270, expected);
        first.normalize(0, 270, actual);
        assertEquals(expected.flip(), actual.flip());
        for (int i = 0; i < 270; i++) {
            assertEquals(images.label(i), first.label(i));
        }
    }

    @Test
    void asManyAsThereAreOrMoreAreTheSetItself() {
        assertSame(images, images.first(300));
        assertSame(images, images.first(Integer.MAX_VALUE));
    }

    @Test
    void noImagesAreNoSet() {
        assertThrows(IllegalArgumentException.class, () -> images.first(0));
    }
}
