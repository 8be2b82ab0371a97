package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Published sets beside CIFAR-10 and Fashion-MNIST, on small files of their layouts. */
class PublishedSetsTest {

    @TempDir
    Path directory;

    private static int pixel(ImageSet images, int image, int y, int x) {
        return images.pixels()[(image * 28 + y) * 28 + x] & 0xFF;
    }

    private static byte[] labels(int first, int classes, int count) {
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (first + i % classes);
        }
        return Fixtures.idx(0x801, new int[] {count}, labels);
    }

    private void writeEmnist(String split, int first, int classes) throws IOException {
        Path folder = Files.createDirectories(directory.resolve("emnist"));
        String prefix = "emnist-" + split;
        Files.write(folder.resolve(prefix + "-train-images-idx3-ubyte"), Fixtures.idxImages(60, 1));
        Files.write(folder.resolve(prefix + "-train-labels-idx1-ubyte.gz"),
                Fixtures.gzip(labels(first, classes, 60)));
        Files.write(folder.resolve(prefix + "-test-images-idx3-ubyte"), Fixtures.idxImages(50, 2));
        Files.write(folder.resolve(prefix + "-test-labels-idx1-ubyte"), labels(first, classes, 50));
    }

    @Test
    void emnistsImagesAreTurnedBackAndItsLettersStartAtOne() throws IOException {
        writeEmnist("letters", 1, 26);
        DataSet set = DataSets.open(new Emnist.Letters(), directory, null);
        byte[] file = Fixtures.idxImages(50, 2);
        for (int image : new int[] {0, 31, 49}) {
            assertEquals(image % 26, set.test().label(image));
            for (int y = 0; y < 28; y++) {
                for (int x = 0; x < 28; x++) {
                    assertEquals(file[16 + image * 784 + x * 28 + y] & 0xFF, pixel(set.test(), image, y, x));
                }
            }
        }
        assertEquals("Z", set.classNames().get(set.train().label(25)));
    }

    @Test
    void lettersHaveNoLabelZeroAndNone27() throws IOException {
        for (int wrong : new int[] {0, 27}) {
            writeEmnist("letters", 1, 26);
            byte[] labels = labels(1, 26, 50);
            labels[8 + 3] = (byte) wrong;
            Path file = directory.resolve("emnist/emnist-letters-test-labels-idx1-ubyte");
            Files.write(file, labels);
            DataException failure = assertThrows(DataException.class,
                    () -> DataSets.open(new Emnist.Letters(), directory, null));
            assertEquals(file + " holds the label " + wrong + " at offset 11; labels are in 1..26.",
                    failure.getMessage());
        }
    }

    @Test
    void splitsOfEmnistLieSideBySide() throws IOException {
        writeEmnist("balanced", 0, 47);
        writeEmnist("digits", 0, 10);
        DataSet balanced = DataSets.open(new Emnist.Balanced(), directory, null);
        assertEquals(46, balanced.train().label(46));
        assertEquals("t", balanced.classNames().get(46));
        assertEquals("A", balanced.classNames().get(10));
        assertEquals(10, DataSets.open(new Emnist.Digits(), directory, null).classes());
        Files.move(directory.resolve("emnist"), directory.resolve("gzip"));
        assertTrue(Inventory.of(new Emnist.Digits(), directory).isComplete(), "as the archive is unpacked");
    }

    @Test
    void whatIsNotDownloadedSaysWhatToPutWhere() {
        Downloader downloader = new Downloader((file, done, total) -> {
            throw new AssertionError("a download was tried");
        });
        DataException failure = assertThrows(DataException.class,
                () -> downloader.fetch(new Emnist.Digits(), directory));
        assertEquals("emnist-digits is not downloaded: of https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip, unpack"
                + " emnist-digits-train-images-idx3-ubyte, emnist-digits-train-labels-idx1-ubyte,"
                + " emnist-digits-test-images-idx3-ubyte, emnist-digits-test-labels-idx1-ubyte (gzipped or not) into "
                + directory.resolve("emnist") + ".", failure.getMessage());
    }

    @Test
    void otherVersionsAndArchivesAreNamed() throws IOException {
        Path python = Files.createFile(directory.resolve("cifar-100-python.tar.gz"));
        for (PublishedTask task : List.of(new Cifar100.Fine(), new Cifar100.Coarse())) {
            assertEquals(Optional.of(python + " is not unpacked"), Inventory.of(task, directory).nearMiss());
        }
        Path zip = Files.createFile(directory.resolve("emnist-gzip.zip"));
        assertEquals(Optional.of(zip + " is not unpacked"), Inventory.of(new Emnist.Letters(), directory).nearMiss());
        assertEquals(Optional.empty(), Inventory.of(new Kmnist(), directory).nearMiss());
        Fixtures.writeFashion(directory.resolve("mnist"), 30, 12);
        assertEquals(Optional.empty(), Inventory.of(new Kmnist(), directory).nearMiss(), "those of another set");
    }

    private static byte[] cifar100(int count, long seed) {
        byte[] bytes = Fixtures.randomBytes(count * 3074, seed);
        for (int i = 0; i < count; i++) {
            bytes[i * 3074] = (byte) (i % 20);
            bytes[i * 3074 + 1] = (byte) (99 - i % 100);
        }
        return bytes;
    }

    private List<Path> writeCifar100() throws IOException {
        Path folder = Files.createDirectories(directory.resolve("cifar-100-binary"));
        Files.write(folder.resolve("train.bin"), cifar100(110, 1));
        Files.write(folder.resolve("test.bin"), cifar100(30, 2));
        return Inventory.of(new Cifar100.Fine(), directory).files();
    }

    @Test
    void cifar100HasFineAndCoarseLabels() throws IOException {
        List<Path> files = writeCifar100();
        DataSet fine = new Cifar100.Fine().load(files, 110, 30);
        DataSet coarse = new Cifar100.Coarse().load(files, 110, 30);
        byte[] file = cifar100(30, 2);
        for (int i = 0; i < 30; i++) {
            assertEquals(99 - i, fine.test().label(i));
            assertEquals(i % 20, coarse.test().label(i));
            assertEquals(file[i * 3074 + 2 + 100], fine.test().pixels()[i * 3072 + 100]);
        }
        assertEquals("worm", fine.classNames().get(99));
        assertEquals("vehicles_2", coarse.classNames().get(19));
    }

    @Test
    void cifar100sLabelsAndSizesAreChecked() throws IOException {
        List<Path> files = writeCifar100();
        byte[] wrong = cifar100(30, 2);
        wrong[2 * 3074 + 1] = 100;
        Files.write(files.get(1), wrong);
        for (Cifar100 task : List.of(new Cifar100.Fine(), new Cifar100.Coarse())) {
            assertEquals(files.get(1) + " holds the label 100 at offset 6,149; labels are in 0..99.",
                    assertThrows(DataException.class, () -> task.load(files, 110, 30)).getMessage());
        }
        assertEquals(files.get(0) + " is truncated: expected 153,700,000 bytes (50,000 records of 3,074), found"
                + " 338,140 (the last whole record ends at offset 338,140).",
                assertThrows(DataException.class, () -> new Cifar100.Fine().load(files)).getMessage());
    }

    @Test
    void setsOfEqualFileNamesLieInTheirOwnFolders() throws IOException {
        for (PublishedTask task : List.of(new Mnist(), new Kmnist(), new FashionMnist())) {
            assertFalse(Inventory.of(task, directory).isComplete());
            Fixtures.writeFashion(directory.resolve(task.folder()), 30, 12);
            assertTrue(Inventory.of(task, directory).isComplete());
            assertEquals(task.toString(), DataSets.open(task, directory, null).name());
        }
        Files.delete(directory.resolve("mnist/t10k-labels-idx1-ubyte"));
        assertEquals("the mnist data in " + directory.resolve("mnist") + " lack t10k-labels-idx1-ubyte[.gz]",
                Inventory.of(new Mnist(), directory).lack());
    }

    /** All pixels 33 of 255, about as dark as those of MNIST. */
    @Test
    void setsOfEqualSizesAreToldApartByTheirPixels() throws IOException {
        byte[] pixels = new byte[60_000 * 784];
        Arrays.fill(pixels, (byte) 33);
        for (int k = 0; k < pixels.length / 3; k++) {
            pixels[k] = 34;
        }
        Files.write(directory.resolve("train-images-idx3-ubyte"),
                Fixtures.idx(0x803, new int[] {60_000, 28, 28}, pixels));
        Files.write(directory.resolve("train-labels-idx1-ubyte"), Fixtures.idxLabels(60_000));
        Files.write(directory.resolve("t10k-images-idx3-ubyte"), Fixtures.idxImages(10_000, 1));
        Files.write(directory.resolve("t10k-labels-idx1-ubyte"), Fixtures.idxLabels(10_000));
        assertEquals(60_000, DataSets.open(new Mnist(), directory, null).train().size());
        assertEquals(directory.resolve("train-images-idx3-ubyte")
                + " is no file of kmnist, whose pixels have the mean 0.1918: found 0.1307, that of mnist.",
                assertThrows(DataException.class, () -> DataSets.open(new Kmnist(), directory, null)).getMessage());
    }

    @Test
    void everyClassHasANameOfItsOwn() {
        List<Integer> sizes = new ArrayList<>();
        for (PublishedTask task : PublishedTask.all()) {
            assertEquals(task.classNames().size(), new HashSet<>(task.classNames()).size(), task.toString());
            sizes.add(task.classes());
        }
        assertEquals(List.of(10, 100, 20, 10, 10, 10, 47, 26, 10, 10), sizes);
    }
}
