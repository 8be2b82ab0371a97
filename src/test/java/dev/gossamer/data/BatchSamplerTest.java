package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BatchSamplerTest {

    private static final ImageShape SHAPE = new ImageShape(2, 6, 7);
    private static final int SHIFTS = 9;

    private static void fill(BatchSampler sampler, long step, FloatBuffer destination, int[] labels) {
        Batch batch = sampler.at(step);
        batch.draws().render(0, labels.length, destination.clear());
        destination.flip();
        System.arraycopy(batch.labels(), 0, labels, 0, labels.length);
    }

    /**
     * Every drawn image must be one of the 162 crops and flips of its source, made by padding a copy, and all must
     * occur.
     */
    @Test
    void drawsAreAllCropsAndFlipsOfTheImage() {
        ImageSet images = Fixtures.images(SHAPE, 1, 2);
        int draws = 20_000;
        FloatBuffer drawn = FloatBuffer.allocate(draws * SHAPE.size());
        BatchSampler sampler = new BatchSampler(images, Augmentation.CROP_AND_FLIP, 0, new int[][] {{0}}, draws, 1);
        fill(sampler, 0, drawn, new int[draws]);
        float[][] candidates = cropsAndFlips(images);
        int[] counts = new int[candidates.length];
        float[] image = new float[SHAPE.size()];
        for (int i = 0; i < draws; i++) {
            drawn.get(image);
            int match = 0;
            while (match < candidates.length && !Arrays.equals(candidates[match], image)) {
                match++;
            }
            assertTrue(match < candidates.length, "draw " + i + " is no crop or flip");
            counts[match]++;
        }
        double expected = (double) draws / candidates.length;
        double chiSquared = 0;
        for (int count : counts) {
            chiSquared += (count - expected) * (count - expected) / expected;
        }
        assertTrue(chiSquared < 222, "chi-squared with 161 degrees of freedom, 99.9 % quantile 222: " + chiSquared);
    }

    private static float[][] cropsAndFlips(ImageSet images) {
        float[][] all = new float[2 * SHIFTS * SHIFTS][];
        for (int k = 0; k < all.length; k++) {
            all[k] = crop(images, k / 2 / SHIFTS, k / 2 % SHIFTS, k % 2 == 1);
        }
        return all;
    }

    /** Pads by 4 zeros, cuts the window at (top, left), mirrors, and only then normalises. */
    private static float[] crop(ImageSet images, int top, int left, boolean flip) {
        float[] result = new float[SHAPE.size()];
        int k = 0;
        for (int c = 0; c < SHAPE.channels(); c++) {
            for (int y = 0; y < SHAPE.height(); y++) {
                for (int x = 0; x < SHAPE.width(); x++) {
                    int sourceY = y + top - 4;
                    int sourceX = (flip ? SHAPE.width() - 1 - x : x) + left - 4;
                    int pixel = paddedPixel(images, c, sourceY, sourceX);
                    result[k++] = (float) ((pixel / 255.0 - (0.3 + 0.1 * c)) / (0.2 + 0.05 * c));
                }
            }
        }
        return result;
    }

    private static int paddedPixel(ImageSet images, int c, int y, int x) {
        boolean inside = y >= 0 && y < SHAPE.height() && x >= 0 && x < SHAPE.width();
        return inside ? images.pixels()[(c * SHAPE.height() + y) * SHAPE.width() + x] & 0xFF : 0;
    }

    @Test
    void withoutAugmentationImagesAreNormalisedOnly() {
        ImageSet images = Fixtures.images(SHAPE, 50, 10);
        int[][] parts = {{7}, {31}};
        FloatBuffer drawn = FloatBuffer.allocate(2 * 3 * SHAPE.size());
        int[] labels = new int[6];
        fill(new BatchSampler(images, Augmentation.NONE, 0, parts, 3, 1), 5, drawn, labels);
        FloatBuffer expected = FloatBuffer.allocate(6 * SHAPE.size());
        for (int i : new int[] {7, 7, 7, 31, 31, 31}) {
            images.normalize(i, i + 1, expected);
        }
        assertEquals(expected.flip(), drawn);
        assertEquals("[7, 7, 7, 1, 1, 1]", Arrays.toString(labels));
    }

    /**
     * Pixels tell the image: draws are uniform over the worker's part, with replacement, and differ by worker and step.
     */
    @Test
    void drawsAreUniformWithReplacement() {
        ImageSet images = Fixtures.images(new ImageShape(1, 1, 1), 100, 100);
        int[][] parts = Partition.SHARED.assign(images, 4, 1);
        int batch = 25;
        BatchSampler sampler = new BatchSampler(images, Augmentation.NONE, 0, parts, batch, 9);
        FloatBuffer buffer = FloatBuffer.allocate(4 * batch);
        int[] labels = new int[4 * batch];
        int[] counts = new int[100];
        int repeatedPairs = 0;
        int[] previous = new int[4 * batch];
        for (int step = 0; step < 1000; step++) {
            fill(sampler, step, buffer, labels);
            for (int i = 0; i < labels.length; i++) {
                counts[labels[i]]++;
                repeatedPairs += labels[i] == labels[(i + batch) % labels.length] ? 1 : 0;
                repeatedPairs += labels[i] == previous[i] ? 1 : 0;
            }
            previous = labels.clone();
        }
        double chiSquared = 0;
        for (int count : counts) {
            chiSquared += (count - 1000.0) * (count - 1000.0) / 1000;
        }
        assertTrue(chiSquared > 50 && chiSquared < 149, "99 degrees of freedom, 99.9 % quantile 149: " + chiSquared);
        assertEquals(2000, repeatedPairs, 5 * Math.sqrt(2000));
    }

    @Test
    void drawsDoNotDependOnOtherWorkersOrTheBatchSize() {
        ImageSet images = Fixtures.images(SHAPE, 200, 10);
        FloatBuffer large = FloatBuffer.allocate(8 * 6 * SHAPE.size());
        fill(sampler(images, 8, 6), 11, large, new int[48]);
        FloatBuffer small = FloatBuffer.allocate(3 * 4 * SHAPE.size());
        fill(sampler(images, 3, 4), 11, small, new int[12]);
        for (int worker = 0; worker < 3; worker++) {
            int length = 4 * SHAPE.size();
            assertEquals(large.slice(worker * 6 * SHAPE.size(), length), small.slice(worker * length, length));
        }
    }

    private static BatchSampler sampler(ImageSet images, int workers, int batch) {
        return new BatchSampler(images, Augmentation.CROP_AND_FLIP, Partition.SHARED, workers, batch, 77);
    }

    @Test
    void aStepHasTheSameDrawsWhicheverCameBefore() {
        ImageSet images = Fixtures.images(SHAPE, 200, 10);
        BatchSampler sampler = sampler(images, 4, 5);
        int[][] places = new int[10][];
        int[][] labels = new int[10][];
        for (int step = 0; step < 10; step++) {
            Batch batch = sampler.at(step);
            places[step] = batch.draws().places().clone();
            labels[step] = batch.labels().clone();
            assertSame(images, batch.draws().source());
        }
        assertFalse(Arrays.equals(places[0], places[1]));
        BatchSampler other = sampler(images, 4, 5);
        for (int step : new int[] {6, 2, 2, 9}) {
            assertArrayEquals(places[step], other.at(step).draws().places());
            assertArrayEquals(labels[step], other.at(step).labels());
        }
    }

    @Test
    void otherSeedsGiveOtherImages() {
        ImageSet images = Fixtures.images(SHAPE, 200, 10);
        int[] places = sampler(images, 4, 5).at(0).draws().places();
        BatchSampler other = new BatchSampler(images, Augmentation.CROP_AND_FLIP, Partition.SHARED, 4, 5, 78);
        assertFalse(Arrays.equals(places, other.at(0).draws().places()));
    }

    @Test
    void workersDrawFromTheirParts() {
        ImageSet images = Fixtures.images(SHAPE, 300, 10);
        Partition partition = Partition.dirichlet(0.05);
        int[][] parts = partition.assign(images, 4, 2);
        BatchSampler sampler = new BatchSampler(images, Augmentation.NONE, partition, 4, 5, 2);
        for (int step = 0; step < 30; step++) {
            int[] places = sampler.at(step).draws().places();
            for (int i = 0; i < 20; i++) {
                int image = places[Draws.NUMBERS * i];
                assertTrue(Arrays.stream(parts[i / 5]).anyMatch(one -> one == image));
            }
        }
    }

    /** Threads render parts of a batch side by side. */
    @Test
    void partsOfABatchAreRenderedWhereTheBufferStands() {
        Batch batch = sampler(Fixtures.images(SHAPE, 200, 10), 4, 5).at(3);
        FloatBuffer whole = FloatBuffer.allocate(20 * SHAPE.size());
        batch.draws().render(0, 20, whole);
        FloatBuffer parts = FloatBuffer.allocate(20 * SHAPE.size());
        batch.draws().render(0, 7, parts);
        assertEquals(7 * SHAPE.size(), parts.position());
        batch.draws().render(7, 13, parts);
        assertArrayEquals(whole.array(), parts.array());
    }

    /** Outside of an image its inputs are 0, as those of pixels of 0 are without a mean. */
    @Test
    void featuresAreCroppedAndMirroredAsPixelsAre() {
        Normalization plain = new Normalization(new double[] {0, 0}, new double[] {1, 0.5});
        ImageSet noise = Fixtures.images(SHAPE, 60, 10);
        char[] labels = new char[60];
        ImageSet images = new ImageSet(SHAPE, noise.pixels(), labels, plain);
        Batch ofPixels = sampler(images, 4, 5).at(3);
        Batch ofFeatures = sampler(NoiseImages.asFeatures(images), 4, 5).at(3);
        FloatBuffer expected = FloatBuffer.allocate(20 * SHAPE.size());
        FloatBuffer actual = FloatBuffer.allocate(20 * SHAPE.size());
        ofPixels.draws().render(0, 20, expected);
        ofFeatures.draws().render(0, 20, actual);
        assertArrayEquals(expected.array(), actual.array());
    }

    @Test
    void aBatchOfASetHasItsImagesAsTheyAre() {
        ImageSet images = Fixtures.images(SHAPE, 12, 10);
        Batch batch = Batch.of(images, 3);
        FloatBuffer expected = FloatBuffer.allocate(12 * SHAPE.size());
        images.normalize(0, 12, expected);
        FloatBuffer actual = FloatBuffer.allocate(12 * SHAPE.size());
        batch.draws().render(0, 12, actual);
        assertArrayEquals(expected.array(), actual.array());
        assertEquals("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]", Arrays.toString(batch.labels()));
        assertEquals(4, batch.size());
        assertEquals(SHAPE, batch.shape());
    }

    @Test
    void impossibleSizesAreRefused() {
        assertRefused(0, 5, "workers and batch size must be at least 1, got 0 workers and 5 images");
        assertRefused(4, 0, "workers and batch size must be at least 1, got 4 workers and 0 images");
        assertRefused(1000, 600_000, "workers x batch-size must be at most 536870911 for the draws of a step"
                + " to be one array, got 1000 x 600000");
    }

    private static void assertRefused(int workers, int batch, String message) {
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> new BatchSampler(
                Fixtures.images(SHAPE, 20, 10), Augmentation.NONE, Partition.SHARED, workers, batch, 1));
        assertTrue(failure.getMessage().startsWith(message), failure.getMessage());
    }
}
