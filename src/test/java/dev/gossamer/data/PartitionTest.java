package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {

    private static final ImageShape TINY = new ImageShape(1, 1, 1);

    private final ImageSet images = Fixtures.images(TINY, 5003, 10);

    @ParameterizedTest
    @ValueSource(strings = {"shared", "random", "dirichlet-0.1", "dirichlet-1", "dirichlet-100", "dirichlet-0.001"})
    void namesAreReadBack(String name) {
        Partition partition = Partition.parse(name);
        assertEquals(name, partition.toString());
        assertEquals(partition, Partition.parse(partition.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Shared", "dirichlet", "dirichlet-", "dirichlet-x", ""})
    void otherNamesAreRefused(String name) {
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> Partition.parse(name));
        assertTrue(failure.getMessage().contains("shared, random or dirichlet-ALPHA"), failure.getMessage());
        assertTrue(failure.getMessage().endsWith("got \"" + name + "\""), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dirichlet-0", "dirichlet--1", "dirichlet-NaN", "dirichlet-Infinity"})
    void concentrationMustBePositiveAndFinite(String name) {
        assertThrows(IllegalArgumentException.class, () -> Partition.parse(name));
    }

    @Test
    void sharedGivesAllImagesToEveryWorker() {
        for (int[] part : Partition.SHARED.assign(images, 4, 1)) {
            assertEquals(5003, part.length);
            assertEquals(5003, Arrays.stream(part).distinct().count());
        }
    }

    @ParameterizedTest
    @CsvSource({"random, 32", "dirichlet-0.01, 32", "dirichlet-1, 7", "dirichlet-0.0001, 400", "random, 5003"})
    void partsCoverAllImagesOnceAndNoneIsEmpty(String name, int workers) {
        int[][] parts = Partition.parse(name).assign(images, workers, 3);
        assertEquals(workers, parts.length);
        int[] owners = new int[5003];
        for (int[] part : parts) {
            assertTrue(part.length > 0);
            for (int image : part) {
                owners[image]++;
            }
        }
        assertTrue(Arrays.stream(owners).allMatch(count -> count == 1));
    }

    @Test
    void randomPartsAreEqualAndRandom() {
        int[][] parts = Partition.RANDOM.assign(images, 32, 3);
        for (int[] part : parts) {
            assertTrue(part.length == 156 || part.length == 157, "5003 / 32 images, got " + part.length);
            double mean = Arrays.stream(part).average().orElseThrow();
            assertEquals(2501, mean, 4 * 5003 / Math.sqrt(12 * 156));
        }
    }

    @Test
    void assignmentIsAFunctionOfTheSeed() {
        Partition partition = Partition.dirichlet(0.5);
        assertArrayEquals(partition.assign(images, 8, 3), partition.assign(images, 8, 3));
        assertFalse(Arrays.deepEquals(partition.assign(images, 8, 3), partition.assign(images, 8, 4)));
    }

    /** The variance of a share under Dir(alpha, ..., alpha) over n workers is (n - 1) / (n^2 (n alpha + 1)). */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 10})
    void dirichletSharesHaveTheirVariance(double alpha) {
        int workers = 8;
        double sumOfSquares = 0;
        int draws = 0;
        for (int seed = 0; seed < 60; seed++) {
            for (int[] part : Partition.dirichlet(alpha).assign(images, workers, seed)) {
                int[] counts = new int[10];
                for (int image : part) {
                    counts[images.label(image)]++;
                }
                for (int count : counts) {
                    sumOfSquares += Math.pow(count / 500.3 - 1.0 / workers, 2);
                    draws++;
                }
            }
        }
        double expected = (workers - 1) / (workers * workers * (workers * alpha + 1));
        assertEquals(1, sumOfSquares / draws / expected, 0.15);
    }

    @Test
    void fewerImagesThanWorkersAreRefused() {
        ImageSet few = Fixtures.images(TINY, 3, 2);
        IllegalArgumentException failure =
                assertThrows(IllegalArgumentException.class, () -> Partition.RANDOM.assign(few, 4, 1));
        assertEquals("partition random needs at least one image per worker, got 3 images for 4 workers",
                failure.getMessage());
    }
}
