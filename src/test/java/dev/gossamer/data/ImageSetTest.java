package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
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
    void featuresAreInputsAsTheyAre() {
        ImageSet features = NoiseImages.asFeatures(images);
        FloatBuffer expected = FloatBuffer.allocate(7 * SHAPE.size());
        FloatBuffer actual = FloatBuffer.allocate(7 * SHAPE.size());
        images.normalize(280, 287, expected);
        features.normalize(280, 287, actual);
        assertArrayEquals(expected.array(), actual.array());
        assertFalse(features.isOfBytes());
        assertEquals(255, features.label(255));
        ImageSet first = features.first(290);
        first.normalize(280, 287, actual.clear());
        assertArrayEquals(expected.array(), actual.array());
        assertEquals(290, first.size());
        assertThrows(IllegalArgumentException.class, () -> new ImageSet(SHAPE, new float[23], new char[1]));
    }

    @Test
    void thereMayBeMoreThan256Classes() {
        ImageSet set = new ImageSet(new ImageShape(1, 1, 1), new float[3], new char[] {'\uffff', 300, 44});
        assertEquals(65_535, set.label(0));
        assertEquals(300, set.label(1));
        assertArrayEquals(new int[] {1}, set.byClass(new int[] {2, 1, 0})[300]);
        ImageSet other = new ImageSet(new ImageShape(1, 1, 1), new float[3], new char[] {'\uffff', 300, 300});
        assertNotEquals(Fingerprint.ofAnyShape(set, set), Fingerprint.ofAnyShape(set, other));
    }

    /** The shape in words, and twice two big-endian floats and a byte of a label. */
    @Test
    void theFingerprintOfFeaturesIsThatOfTheirBits() throws Exception {
        ImageSet set = new ImageSet(new ImageShape(1, 1, 2), new float[] {1, -2.5f}, new char[] {7});
        byte[] part = {0x3f, (byte) 0x80, 0, 0, (byte) 0xc0, 0x20, 0, 0, 7};
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update("1 x 1 x 2".getBytes(StandardCharsets.US_ASCII));
        digest.update(part);
        digest.update(part);
        assertEquals(HexFormat.of().formatHex(digest.digest()), Fingerprint.ofAnyShape(set, set));
        ImageSet turned = new ImageSet(new ImageShape(1, 2, 1), new float[] {1, -2.5f}, new char[] {7});
        assertNotEquals(Fingerprint.ofAnyShape(set, set), Fingerprint.ofAnyShape(turned, turned));
    }

    @Test
    void noImagesAreNoSet() {
        assertThrows(IllegalArgumentException.class, () -> images.first(0));
    }
}
