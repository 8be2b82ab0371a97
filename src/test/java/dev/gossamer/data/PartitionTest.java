package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {

    private static final ImageShape TINY = new ImageShape(1, 1, 1);

    private final ImageSet images = Fixtures.images(TINY, 5003, 10);

    @ParameterizedTest
    @ValueSource(strings = {"shared", "random", "dirichlet-0.1", "dirichlet-1", "dirichlet-100", "dirichlet-0.001",
        "by-class-2", "file:some/parts.csv"})
    void namesAreReadBack(String name) {
        Partition partition = Partition.parse(name);
        assertEquals(name, partition.toString());
        assertEquals(partition, Partition.parse(partition.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Shared", "dirichlet", "dirichlet-", "dirichlet-x", "by-class-", "file:", ""})
    void otherNamesAreRefused(String name) {
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> Partition.parse(name));
        assertTrue(failure.getMessage().contains("shared, random, dirichlet-ALPHA, by-class-K, by-column:NAME or file:FILE"),
                failure.getMessage());
        assertTrue(failure.getMessage().endsWith("got \"" + name + "\""), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dirichlet-0", "dirichlet--1", "dirichlet-NaN", "dirichlet-Infinity"})
    void concentrationMustBePositiveAndFinite(String name) {
        assertThrows(IllegalArgumentException.class, () -> Partition.parse(name));
    }

    @Test
    void numbersOutOfRangeAreRefusedWithTheReason() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Partition.parse("by-class-0")).getMessage()
                .endsWith("got \"by-class-0\"; partition by-class-K needs a K of at least 1, got 0"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Partition.parse("dirichlet-0")).getMessage()
                .endsWith("got \"dirichlet-0\"; partition dirichlet-ALPHA needs a positive, finite ALPHA such as 0.1, got"
                        + " 0.0"));
    }

    @Test
    void sharedGivesAllImagesToEveryWorker() {
        for (int[] part : Partition.SHARED.assign(images, 4, 1)) {
            assertEquals(5003, part.length);
            assertEquals(5003, Arrays.stream(part).distinct().count());
        }
    }

    @ParameterizedTest
    @CsvSource({"random, 32", "dirichlet-0.01, 32", "dirichlet-1, 7", "dirichlet-0.0001, 400", "random, 5003", "by-class-2, 30",
        "by-class-1, 5003"})
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

    /** 5,000 images of 10 classes in 20 shards: each is within a class, and each class is of two shards. */
    @Test
    void shardsAreOfOneClass() {
        ImageSet equal = Fixtures.images(TINY, 5000, 10);
        int[][] parts = new ClassPartition(2).assign(equal, 10, 3);
        int[] shards = new int[10];
        for (int[] part : parts) {
            assertEquals(500, part.length);
            int[] classes = Arrays.stream(part).map(equal::label).sorted().distinct().toArray();
            assertTrue(classes.length <= 2, "two shards have at most two classes");
            for (int label : classes) {
                shards[label] += Arrays.stream(part).filter(image -> equal.label(image) == label).count() / 250;
            }
        }
        assertArrayEquals(new int[] {2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, shards);
        assertArrayEquals(parts, new ClassPartition(2).assign(equal, 10, 3));
        assertFalse(Arrays.deepEquals(parts, new ClassPartition(2).assign(equal, 10, 4)));
        double mean = Arrays.stream(parts[0]).average().orElseThrow();
        assertEquals(2500, mean, 4 * 5000 / Math.sqrt(12 * 500), "images of a shard are from everywhere");
        assertEquals("partition by-class-3 needs at least 6000 images, got 5000 images for 2000 workers",
                assertThrows(IllegalArgumentException.class, () -> new ClassPartition(3).assign(equal, 2000, 1))
                        .getMessage());
    }

    @Test
    void aFileSaysWhoHasWhichImage(@TempDir Path folder) throws IOException {
        ImageSet few = Fixtures.images(TINY, 5, 2);
        Path file = Files.writeString(folder.resolve("parts.csv"), "worker\n1\n0\n\n2\n1\n 1\n");
        Partition partition = Partition.parse("file:" + file);
        assertArrayEquals(new int[][] {{1}, {0, 3, 4}, {2}}, partition.assign(few, 3, 9));
        String before = partition.fingerprint().orElseThrow();
        Files.writeString(file, "1\n0\n2\n1\n1");
        assertEquals(before, Partition.parse("file:" + file).fingerprint().orElseThrow());
        Files.writeString(file, "1\n0\n2\n1\n0");
        assertNotEquals(before, Partition.parse("file:" + file).fingerprint().orElseThrow());
        assertEquals(before, partition.fingerprint().orElseThrow(), "it is read once");
        assertRefused(file, "1\n0\n2\n1\n", " has 4 lines with a worker: expected one for each of the 5 training"
                + " images.");
        assertRefused(file, "1\n0\n1\n1\n0\n", " gives no image to worker 2: expected at least one for each of 0 to 2.");
        for (String first : List.of("-1", "1.0", "99999999999")) {
            assertRefused(file, first + "\n1\n0\n2\n1\n1\n", " line 1: expected the number of a worker, found \""
                    + first + "\".");
        }
        assertRefused(file, "1\n0\n2\n1\n3\n", " gives images to worker 3: expected workers from 0 to 2.");
        assertRefused(file, "1\n0\nx\n1\n3\n", " line 3: expected the number of a worker, found \"x\".");
        assertRefused(file, "1\n0\n-1\n1\n3\n", " line 3: expected the number of a worker, found \"-1\".");
    }

    private static void assertRefused(Path file, String content, String message) throws IOException {
        Files.writeString(file, content);
        ImageSet few = Fixtures.images(TINY, 5, 2);
        assertEquals(file + message, assertThrows(DataException.class,
                () -> Partition.parse("file:" + file).assign(few, 3, 1)).getMessage());
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
