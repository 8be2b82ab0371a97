package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {

    private static final ImageShape SHAPE = new ImageShape(2, 6, 7);
    private static final int DRAWS = 4_000;

    @ParameterizedTest
    @CsvSource({"none, false, false, 0", "crop, true, false, 0", "flip, false, true, 0", "crop+flip, true, true, 0",
        "cutout-16, false, false, 16", "crop+flip+cutout-8, true, true, 8", "flip+cutout-1, false, true, 1"})
    void isReadAsItIsWritten(String text, boolean crop, boolean flip, int cutout) {
        assertEquals(new Augmentation(crop, flip, cutout), Augmentation.parse(text));
        assertEquals(text, Augmentation.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+", "crop+", "crop+crop", "flip+flip", "cutout-0", "cutout--1", "cutout-", "cutout-1.5",
        "cutout-2+cutout-2", "none+flip", "standard", "mixup"})
    void othersAreNot(String text) {
        assertThrows(IllegalArgumentException.class, () -> Augmentation.parse(text));
    }

    @Test
    void theOrderOfThePartsDoesNotMatter() {
        assertEquals(new Augmentation(true, true, 4), Augmentation.parse("cutout-4+flip+crop"));
    }

    @Test
    void aSquareFitsIntoTheImages() {
        Augmentation.parse("cutout-6").check(SHAPE);
        assertEquals("cutout-N has to have N in [1, 6] for images of 7x6 pixels, got 7", assertThrows(
                IllegalArgumentException.class, () -> Augmentation.parse("cutout-7").check(SHAPE)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"crop", "flip", "cutout-1", "crop+flip"})
    void featuresAreNoImages(String augmentation) {
        ImageShape features = new ImageShape(1, 1, 12);
        Augmentation.NONE.check(features);
        assertEquals("crop, flip and cutout-N are for images, and this data set has features in a single row; it has to"
                + " be none, got " + augmentation, assertThrows(IllegalArgumentException.class,
                () -> Augmentation.parse(augmentation).check(features)).getMessage());
    }

    /** Of 5 pixels a side, a shift by 4 leaves one; of 4, nothing. */
    @Test
    void aCropLeavesSomethingOfAnImage() {
        Augmentation.parse("crop").check(new ImageShape(3, 5, 5));
        Augmentation.parse("flip+cutout-4").check(new ImageShape(3, 4, 9));
        assertEquals("crop needs images of more than 4x4 pixels, got 9x4", assertThrows(IllegalArgumentException.class,
                () -> Augmentation.parse("crop").check(new ImageShape(3, 4, 9))).getMessage());
    }

    private static float[][] drawn(String augmentation, ImageSet images, long seed) {
        Batch batch = new BatchSampler(
                images, Augmentation.parse(augmentation), 0, new int[][] {{0}}, DRAWS, seed).at(5);
        FloatBuffer values = FloatBuffer.allocate(DRAWS * SHAPE.size());
        batch.draws().render(0, DRAWS, values);
        return IntStream.range(0, DRAWS).mapToObj(i -> Arrays.copyOfRange(values.array(), i * SHAPE.size(),
                (i + 1) * SHAPE.size())).toArray(float[][]::new);
    }

    /** What is cropped and mirrored alone is the same as together: a part takes its own bits. */
    @Test
    void partsDoNotChangeEachOther() {
        int[] all = places("crop+flip");
        int[] crops = places("crop");
        int[] flips = places("flip");
        int[] cut = places("crop+flip+cutout-3");
        assertArrayEquals(all, cut);
        for (int k = 0; k < all.length; k++) {
            boolean isFlip = k % Draws.NUMBERS == 3;
            boolean isCrop = k % Draws.NUMBERS == 1 || k % Draws.NUMBERS == 2;
            assertEquals(isCrop ? 0 : all[k], flips[k]);
            assertEquals(isFlip ? 0 : all[k], crops[k]);
        }
    }

    private static int[] places(String augmentation) {
        ImageSet images = Fixtures.images(SHAPE, 9, 2);
        return new BatchSampler(images, Augmentation.parse(augmentation), Partition.SHARED, 2, 50, 3).at(1).draws()
                .places();
    }

    /**
     * Around each pixel alike: of 42 squares, those of a pixel at the border are smaller. As the definition reads, from
     * the image with each square cut out of a copy.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6})
    void drawsAreAllSquaresCutOutOfTheImage(int side) {
        ImageSet images = Fixtures.images(SHAPE, 1, 2);
        float[][] candidates = IntStream.range(0, 42).mapToObj(k -> cut(images, k / 7, k % 7, side))
                .toArray(float[][]::new);
        double[] expected = new double[42];
        int[] counts = new int[42];
        for (float[] candidate : candidates) {
            expected[first(candidates, candidate)] += DRAWS / 42.0;
        }
        for (float[] image : drawn("cutout-" + side, images, 1)) {
            counts[first(candidates, image)]++;
        }
        double chiSquared = 0;
        for (int k = 0; k < 42; k++) {
            chiSquared += expected[k] == 0 ? counts[k] : Math.pow(counts[k] - expected[k], 2) / expected[k];
        }
        assertTrue(chiSquared < 75, "chi-squared with up to 41 degrees of freedom, 99.9 % quantile 75: " + chiSquared);
    }

    private static int first(float[][] candidates, float[] image) {
        return IntStream.range(0, candidates.length).filter(k -> Arrays.equals(candidates[k], image)).findFirst()
                .orElseThrow();
    }

    /** Inputs of 0, not pixels of 0. */
    private static float[] cut(ImageSet images, int row, int column, int side) {
        FloatBuffer image = FloatBuffer.allocate(SHAPE.size());
        images.normalize(0, 1, image);
        for (int c = 0; c < SHAPE.channels(); c++) {
            for (int y = 0; y < SHAPE.height(); y++) {
                for (int x = 0; x < SHAPE.width(); x++) {
                    int down = y - (row - side / 2);
                    int right = x - (column - side / 2);
                    if (down >= 0 && down < side && right >= 0 && right < side) {
                        image.put((c * SHAPE.height() + y) * SHAPE.width() + x, 0);
                    }
                }
            }
        }
        return image.array();
    }

    @Test
    void squaresAreThoseOfTheSeed() {
        ImageSet images = Fixtures.images(SHAPE, 1, 2);
        assertArrayEquals(drawn("crop+cutout-3", images, 1), drawn("crop+cutout-3", images, 1));
        assertTrue(!Arrays.deepEquals(drawn("crop+cutout-3", images, 1), drawn("crop+cutout-3", images, 2)));
    }
}
