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
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {

    @TempDir
    Path directory;

    @Test
    void readsCifarByteByByte() throws Exception {
        Fixtures.writeCifar(directory, 20);
        DataSet set = DataSets.loadCifar(directory, 20);
        assertEquals("cifar-10", set.name());
        assertFalse(set.synthetic());
        assertEquals(100, set.train().size());
        assertEquals(20, set.test().size());
        for (int i = 0; i < 100; i++) {
            byte[] file = Files.readAllBytes(directory.resolve("data_batch_" + (i / 20 + 1) + ".bin"));
            int record = i % 20 * 3073;
            assertEquals(file[record], set.train().label(i));
            assertArrayEquals(
                    Arrays.copyOfRange(file, record + 1, record + 3073),
                    Arrays.copyOfRange(set.train().pixels(), i * 3072, (i + 1) * 3072));
        }
        assertEquals(sha256(set), set.fingerprint());
    }

    private static String sha256(DataSet set) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (ImageSet images : new ImageSet[] {set.train(), set.test()}) {
            digest.update(images.pixels());
            for (int i = 0; i < images.size(); i++) {
                digest.update((byte) images.label(i));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void readsFashionGzippedOrNotInItsFolderOrDirectly() throws IOException {
        Fixtures.writeFashion(directory.resolve("fashion-mnist"), 30, 12);
        DataSet set = DataSets.open(Task.FASHION_MNIST, directory, null);
        assertEquals("fashion-mnist", set.name());
        assertEquals(30, set.train().size());
        assertEquals(12, set.test().size());
        assertEquals(new ImageShape(1, 28, 28), set.train().shape());
        byte[] file = Fixtures.idxImages(30, 1);
        assertArrayEquals(Arrays.copyOfRange(file, 16, file.length), set.train().pixels());
        assertEquals(7, set.train().label(17));
        DataSet direct = DataSets.open(Task.FASHION_MNIST, directory.resolve("fashion-mnist"), null);
        assertEquals(set.fingerprint(), direct.fingerprint());
    }

    @Test
    void fingerprintChangesWithOnePixel() throws IOException {
        Fixtures.writeFashion(directory, 30, 12);
        String before = DataSets.load(Task.FASHION_MNIST, directory).fingerprint();
        byte[] test = Fixtures.idxImages(12, 2);
        test[5000]++;
        Files.write(directory.resolve("t10k-images-idx3-ubyte"), test);
        assertNotEquals(before, DataSets.load(Task.FASHION_MNIST, directory).fingerprint());
    }

    @Test
    void truncatedCifarFileIsNamedWithItsSizes() throws IOException {
        Fixtures.writeCifar(directory, 20);
        Path file = directory.resolve("data_batch_3.bin");
        Files.write(file, Fixtures.cifarRecords(19, 3));
        DataException atRecord = assertThrows(DataException.class, () -> DataSets.loadCifar(directory, 20));
        assertEquals(
                file + " is truncated: expected 61,460 bytes (20 records of 3,073), found 58,387 (the last whole record"
                        + " ends at offset 58,387).",
                atRecord.getMessage());
        Files.write(file, Arrays.copyOf(Fixtures.cifarRecords(20, 3), 61_000));
        DataException within = assertThrows(DataException.class, () -> DataSets.loadCifar(directory, 20));
        assertTrue(within.getMessage().contains("found 61,000 (the last whole record ends at offset 58,387)"));
    }

    @Test
    void officialSizeIsRequired() throws IOException {
        Fixtures.writeCifar(directory, 20);
        assertTrue(DataSets.isPresent(Task.CIFAR_10, directory));
        DataException failure = assertThrows(DataException.class, () -> DataSets.open(Task.CIFAR_10, directory, null));
        assertTrue(failure.getMessage().contains("expected 30,730,000 bytes"), failure.getMessage());
    }

    @Test
    void cifarLabelOutOfRangeIsNamedWithItsOffset() throws IOException {
        Fixtures.writeCifar(directory, 20);
        byte[] records = Fixtures.cifarRecords(20, 6);
        records[2 * 3073] = 10;
        Files.write(directory.resolve("test_batch.bin"), records);
        DataException failure = assertThrows(DataException.class, () -> DataSets.loadCifar(directory, 20));
        assertEquals(
                directory.resolve("test_batch.bin") + " holds the label 10 at offset 6,146; labels are in 0..9.",
                failure.getMessage());
    }

    @Test
    void badIdxFilesAreNamed() throws IOException {
        assertFashionFails("train-images-idx3-ubyte.gz", Fixtures.gzip(Fixtures.idxLabels(30)),
                " is no IDX file of images: expected the magic number 0x00000803 at offset 0, found 0x00000801.");
        assertFashionFails("t10k-images-idx3-ubyte", Arrays.copyOf(Fixtures.idxImages(12, 2), 9_000),
                " is truncated: its header asks for 9,424 bytes, found 9,000.");
        assertFashionFails("t10k-images-idx3-ubyte", Arrays.copyOf(Fixtures.idxImages(12, 2), 9_425),
                " is too long: its header asks for 9,424 bytes, found 9,425.");
        assertFashionFails("t10k-labels-idx1-ubyte", new byte[3],
                " is truncated: it ends within its header of 8 bytes.");
        assertFashionFails("t10k-labels-idx1-ubyte", Fixtures.idx(0x801, new int[] {-5}, new byte[0]),
                " has a damaged header: expected a positive size at offset 4, found -5.");
        byte[] gzipped = Fixtures.gzip(Fixtures.idxImages(30, 1));
        assertFashionFails("train-images-idx3-ubyte.gz", Arrays.copyOf(gzipped, gzipped.length - 4000),
                " is truncated: it ends within the 784 bytes at offset ");
        byte[] longer = Fixtures.gzip(Arrays.copyOf(Fixtures.idxImages(30, 1), 23_537));
        assertFashionFails("train-images-idx3-ubyte.gz", longer,
                " is too long: expected its end at offset 23,536 (uncompressed), found more.");
        gzipped[gzipped.length - 8]++;
        assertFashionFails("train-images-idx3-ubyte.gz", gzipped, " is damaged at its end, offset 23,536 (");
        byte[] labels = Fixtures.idxLabels(12);
        labels[8 + 4] = (byte) 200;
        assertFashionFails("t10k-labels-idx1-ubyte", labels,
                " holds the label 200 at offset 12; labels are in 0..9.");
    }

    private void assertFashionFails(String name, byte[] content, String message) throws IOException {
        Fixtures.writeFashion(directory, 30, 12);
        Files.write(directory.resolve(name), content);
        DataException failure = assertThrows(DataException.class, () -> DataSets.load(Task.FASHION_MNIST, directory));
        assertTrue(failure.getMessage().startsWith(directory.resolve(name) + message), failure.getMessage());
    }

    @Test
    void disagreeingCountsAreNamed() throws IOException {
        Fixtures.writeFashion(directory, 30, 12);
        Files.write(directory.resolve("t10k-labels-idx1-ubyte"), Fixtures.idxLabels(11));
        DataException failure = assertThrows(DataException.class, () -> DataSets.load(Task.FASHION_MNIST, directory));
        assertEquals(
                directory.resolve("t10k-images-idx3-ubyte") + " has 12 images but "
                        + directory.resolve("t10k-labels-idx1-ubyte") + " has 11 labels.",
                failure.getMessage());
    }

    @Test
    void otherShapeIsRefused() throws IOException {
        Fixtures.writeFashion(directory, 30, 12);
        Files.write(directory.resolve("t10k-images-idx3-ubyte"),
                Fixtures.idx(0x803, new int[] {12, 10, 10}, new byte[1200]));
        DataException failure = assertThrows(DataException.class, () -> DataSets.load(Task.FASHION_MNIST, directory));
        assertTrue(failure.getMessage().contains("height=10"), failure.getMessage());
    }

    @Test
    void missingFilesAreListed() throws IOException {
        Fixtures.writeCifar(directory, 20);
        Files.delete(directory.resolve("data_batch_4.bin"));
        assertFalse(DataSets.isPresent(Task.CIFAR_10, directory));
        DataException failure = assertThrows(DataException.class, () -> DataSets.load(Task.CIFAR_10, directory));
        assertEquals("the cifar-10 data in " + directory + " is not complete: missing data_batch_4.bin.",
                failure.getMessage());
    }

    @Test
    void absentDataNamesFolderReasonAndWaysOn() {
        DataException failure = assertThrows(DataException.class, () -> DataSets.open(Task.CIFAR_10, directory, null));
        assertEquals(
                "there is no complete cifar-10 data in " + directory + " (or its folder cifar-10-batches-bin), and"
                        + " downloading is switched off; name the folder that holds it with --data DIR, or train on"
                        + " generated images with --data synthetic.",
                failure.getMessage());
    }

    @Test
    void taskNamesAreReadBack() {
        for (Task task : Task.values()) {
            assertEquals(task, Task.parse(task.toString()));
        }
        assertEquals(
                "task must be cifar-10 or fashion-mnist, got 'cifar10'",
                assertThrows(IllegalArgumentException.class, () -> Task.parse("cifar10")).getMessage());
    }
}
