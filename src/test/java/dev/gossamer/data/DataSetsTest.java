package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {

    @TempDir
    Path directory;

    private DataSet loadCifar() {
        return new Cifar10().load(Inventory.of(new Cifar10(), directory).files(), 20, 20);
    }

    private DataSet loadFashion() {
        return DataSets.open(new FashionMnist(), directory, null);
    }

    @Test
    void readsCifarByteByByte() throws Exception {
        Fixtures.writeCifar(directory, 20);
        DataSet set = loadCifar();
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
        DataSet set = loadFashion();
        assertEquals("fashion-mnist", set.name());
        assertEquals(30, set.train().size());
        assertEquals(12, set.test().size());
        assertEquals(new ImageShape(1, 28, 28), set.train().shape());
        byte[] file = Fixtures.idxImages(30, 1);
        assertArrayEquals(Arrays.copyOfRange(file, 16, file.length), set.train().pixels());
        assertEquals(7, set.train().label(17));
        DataSet direct = DataSets.open(new FashionMnist(), directory.resolve("fashion-mnist"), null);
        assertEquals(set.fingerprint(), direct.fingerprint());
    }

    @Test
    void fingerprintChangesWithOnePixel() throws IOException {
        Fixtures.writeFashion(directory, 30, 12);
        String before = loadFashion().fingerprint();
        byte[] test = Fixtures.idxImages(12, 2);
        test[5000]++;
        Files.write(directory.resolve("t10k-images-idx3-ubyte"), test);
        assertNotEquals(before, loadFashion().fingerprint());
    }

    @Test
    void truncatedCifarFileIsNamedWithItsSizes() throws IOException {
        Fixtures.writeCifar(directory, 20);
        Path file = directory.resolve("data_batch_3.bin");
        Files.write(file, Fixtures.cifarRecords(19, 3));
        DataException atRecord = assertThrows(DataException.class, this::loadCifar);
        assertEquals(
                file + " is truncated: expected 61,460 bytes (20 records of 3,073), found 58,387 (the last whole record"
                        + " ends at offset 58,387).",
                atRecord.getMessage());
        Files.write(file, Arrays.copyOf(Fixtures.cifarRecords(20, 3), 61_000));
        DataException within = assertThrows(DataException.class, this::loadCifar);
        assertTrue(within.getMessage().contains("found 61,000 (the last whole record ends at offset 58,387)"));
    }

    @Test
    void officialSizeIsRequired() throws IOException {
        Fixtures.writeCifar(directory, 20);
        assertTrue(Inventory.of(new Cifar10(), directory).isComplete());
        DataException failure = assertThrows(DataException.class, () -> DataSets.open(new Cifar10(), directory, null));
        assertTrue(failure.getMessage().contains("expected 30,730,000 bytes"), failure.getMessage());
    }

    @Test
    void cifarLabelOutOfRangeIsNamedWithItsOffset() throws IOException {
        Fixtures.writeCifar(directory, 20);
        byte[] records = Fixtures.cifarRecords(20, 6);
        records[2 * 3073] = 10;
        Files.write(directory.resolve("test_batch.bin"), records);
        DataException failure = assertThrows(DataException.class, this::loadCifar);
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
                " is truncated: its header takes 8 bytes, found 3.");
        assertFashionFails("t10k-labels-idx1-ubyte", Fixtures.idx(0x801, new int[] {-5}, new byte[0]),
                " has a damaged header: expected a positive size, and at most 2^31 - 1 values, at offset 4, found -5.");
        assertFashionFails("train-images-idx3-ubyte.gz",
                Fixtures.gzip(Fixtures.idx(0x803, new int[] {1 << 30, 1 << 30, 28}, new byte[0])),
                " has a damaged header: expected a positive size, and at most 2^31 - 1 values, at offset 8,"
                        + " found 1073741824.");
        assertFashionFails("train-images-idx3-ubyte.gz", new byte[0],
                " is truncated: its header takes 16 bytes, found 0.");
        assertFashionFails("train-images-idx3-ubyte.gz", Arrays.copyOf(Fixtures.gzip(new byte[50]), 5),
                " cannot be read (it ends too early).");
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

    /** gunzip unpacks both: two files after one another are one, and of other bytes it warns. */
    @Test
    void whatFollowsGzippedDataIsRefusedUnlessItIsGzippedToo() throws IOException {
        Fixtures.writeFashion(directory, 30, 12);
        String before = loadFashion().fingerprint();
        byte[] labels = Fixtures.idxLabels(30);
        Path file = directory.resolve("train-labels-idx1-ubyte.gz");
        Files.write(file, joined(Fixtures.gzip(Arrays.copyOf(labels, 20)),
                Fixtures.gzip(Arrays.copyOfRange(labels, 20, labels.length))));
        assertEquals(before, loadFashion().fingerprint());
        for (byte[] behind : List.of(new byte[1], "some more bytes of no use".getBytes(), new byte[100_000])) {
            assertFashionFails("train-labels-idx1-ubyte.gz", joined(Fixtures.gzip(labels), behind),
                    " is damaged at its end, offset 38 (");
        }
        assertFashionFails("train-labels-idx1-ubyte.gz", joined(Fixtures.gzip(labels), Fixtures.gzip(new byte[1])),
                " is too long: expected its end at offset 38 (uncompressed), found more.");
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private void assertFashionFails(String name, byte[] content, String message) throws IOException {
        Fixtures.writeFashion(directory, 30, 12);
        Files.write(directory.resolve(name), content);
        DataException failure = assertThrows(DataException.class, this::loadFashion);
        assertTrue(failure.getMessage().startsWith(directory.resolve(name) + message), failure.getMessage());
    }

    @Test
    void disagreeingCountsAreNamed() throws IOException {
        Fixtures.writeFashion(directory, 30, 12);
        Files.write(directory.resolve("t10k-labels-idx1-ubyte"), Fixtures.idxLabels(11));
        DataException failure = assertThrows(DataException.class, this::loadFashion);
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
        DataException failure = assertThrows(DataException.class, this::loadFashion);
        assertEquals(directory.resolve("t10k-images-idx3-ubyte")
                + " is no file of fashion-mnist, whose images are 1 x 28 x 28: found 1 x 10 x 10.",
                failure.getMessage());
    }

    @Test
    void trainingAndTestFilesThatAreMixedUpAreNamed() throws IOException {
        Fixtures.writeFashion(directory, 12, 30);
        DataException failure = assertThrows(DataException.class, this::loadFashion);
        assertEquals(
                directory.resolve("train-images-idx3-ubyte.gz") + " holds 12 images and "
                        + directory.resolve("t10k-images-idx3-ubyte")
                        + " 30: training and test files are mixed up.",
                failure.getMessage());
    }

    @Test
    void missingFilesAreListed() throws IOException {
        Path folder = directory.resolve("cifar-10-batches-bin");
        Fixtures.writeCifar(folder, 20);
        Files.delete(folder.resolve("data_batch_4.bin"));
        Files.delete(folder.resolve("test_batch.bin"));
        assertFalse(Inventory.of(new Cifar10(), directory).isComplete());
        for (Path where : List.of(directory, folder)) {
            DataException failure = assertThrows(DataException.class, () -> DataSets.open(new Cifar10(), where, null));
            assertEquals(
                    "the cifar-10 data in " + folder + " lack data_batch_4.bin, test_batch.bin, and downloading is"
                            + " switched off; name the folder that holds it with --data DIR, or train on generated"
                            + " images with --data synthetic.",
                    failure.getMessage());
        }
        Fixtures.writeFashion(directory, 30, 12);
        Files.delete(directory.resolve("train-labels-idx1-ubyte.gz"));
        assertEquals("the fashion-mnist data in " + directory + " lack train-labels-idx1-ubyte[.gz]",
                Inventory.of(new FashionMnist(), directory).lack());
    }

    @Test
    void absentDataNamesFolderReasonAndWaysOn() {
        DataException failure = assertThrows(DataException.class, () -> DataSets.open(new Cifar10(), directory, null));
        assertEquals(
                "there is no cifar-10 data in " + directory + " (or its folder cifar-10-batches-bin), and"
                        + " downloading is switched off; name the folder that holds it with --data DIR, or train on"
                        + " generated images with --data synthetic.",
                failure.getMessage());
    }

    @Test
    void aFolderInPlaceOfAFileIsNamed() throws IOException {
        Fixtures.writeCifar(directory, 20);
        Path file = directory.resolve("data_batch_4.bin");
        Files.delete(file);
        Files.createDirectory(file);
        DataException failure = assertThrows(DataException.class, () -> DataSets.open(new Cifar10(), directory, null));
        assertEquals(file + " must be a file with data, found a folder.", failure.getMessage());
    }

    @Test
    void aFileInPlaceOfTheFolderIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("cifar-10-batches-bin"), "");
        DataException failure = assertThrows(DataException.class, () -> Inventory.of(new Cifar10(), directory));
        assertEquals(file.resolve("data_batch_1.bin") + " cannot be read (Not a directory).", failure.getMessage());
    }

    @Test
    void whatMayNotBeReadIsNotTakenForAbsent() throws IOException {
        Path folder = directory.resolve("cifar-10-batches-bin");
        Fixtures.writeCifar(folder, 20);
        Path file = folder.resolve("data_batch_1.bin");
        Set<PosixFilePermission> all = Files.getPosixFilePermissions(folder);
        try {
            Files.setPosixFilePermissions(folder, Set.of());
            assumeFalse(Files.isReadable(folder), "this user may read everything");
            DataException failure = assertThrows(DataException.class, () -> Inventory.of(new Cifar10(), directory));
            assertEquals(file + " cannot be read (permission denied).", failure.getMessage());
        } finally {
            Files.setPosixFilePermissions(folder, all);
        }
        Files.setPosixFilePermissions(file, Set.of());
        DataException failure = assertThrows(DataException.class, this::loadCifar);
        assertEquals(file + " cannot be read (permission denied).", failure.getMessage());
    }

    @Test
    void taskNamesAreReadBack() {
        for (Task task : PublishedTask.all()) {
            assertEquals(task, Task.parse(task.toString()));
        }
        assertEquals(
                "data-set must be " + Task.CATALOGUE.inWords() + ", got \"cifar10\"; did you mean \"cifar-10\"?",
                assertThrows(IllegalArgumentException.class, () -> Task.parse("cifar10")).getMessage());
    }
}
