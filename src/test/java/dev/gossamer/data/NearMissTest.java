package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that somebody has, but not as they are looked for. */
class NearMissTest {

    @TempDir
    Path home;

    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createDirectory(home.resolve("data"));
    }

    private String fingerprint() {
        return DataSets.open(new FashionMnist(), directory, null).fingerprint();
    }

    private Path touch(String file) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, "x");
    }

    private Optional<String> nearMiss(PublishedTask task) {
        return Inventory.of(task, directory).nearMiss();
    }

    @Test
    void torchvisionsFilesAreReadWhereTheyAre() throws IOException {
        Fixtures.writeFashion(directory, 30, 12);
        String expected = fingerprint();
        for (Path folder : List.of(home.resolve("a"), home.resolve("b/FashionMNIST"))) {
            boolean inside = folder.endsWith("FashionMNIST");
            Fixtures.writeFashion(folder.resolve(inside ? "raw" : "FashionMNIST/raw"), 30, 12);
            Fixtures.writeFashion(folder.resolve("MNIST/raw"), 20, 10);
            directory = folder;
            assertEquals(expected, fingerprint());
        }
    }

    @Test
    void aFolderTooDeepAndADotForADashAreReadToo() throws IOException {
        Fixtures.writeFashion(directory, 30, 12);
        String expected = fingerprint();
        for (String name : List.of("train-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")) {
            Files.move(directory.resolve(name), directory.resolve(name.replace("-idx", ".idx")));
        }
        assertEquals(expected, fingerprint());
        Path deep = home.resolve("deep");
        Fixtures.writeCifar(deep.resolve("cifar-10-batches-bin/cifar-10-batches-bin"), 20);
        assertTrue(Inventory.of(new Cifar10(), deep).isComplete());
        assertEquals(deep.resolve("cifar-10-batches-bin/cifar-10-batches-bin"),
                Inventory.of(new Cifar10(), deep).folder());
    }

    @ParameterizedTest
    @ValueSource(strings = {"data_batch_1", "torch/cifar-10-batches-py/test_batch"})
    void thePythonVersionOfCifarElsewhereIsNamed(String file) throws IOException {
        Path found = touch(file);
        while (!found.getParent().equals(directory) && !found.getFileName().toString().startsWith("cifar")) {
            found = found.getParent();
        }
        DataException failure = assertThrows(DataException.class,
                () -> DataSets.open(new Cifar10(), directory, unreachable()));
        assertEquals("there is no cifar-10 data in " + directory + " (or its folder cifar-10-batches-bin), but " + found
                + " is of the Python version of it, which is read where its folder cifar-10-batches-py is in that of"
                + " --data, with all its files; or else ./run.sh data fetch cifar-10 --data " + directory
                + " downloads it.", failure.getMessage());
        assertFalse(Files.exists(directory.resolve("cifar-10-batches-bin")), "nothing is downloaded");
        assertEquals(Optional.empty(), nearMiss(new FashionMnist()));
    }

    @Test
    void whatTheMatlabAndThePackedPythonVersionNeedIsSaid() throws IOException {
        Path python = touch("cifar-10-python.tar.gz");
        assertEquals(Optional.of(python + " is not unpacked"), nearMiss(new Cifar10()));
        Files.delete(python);
        Path matlab = touch("cifar-10-matlab.tar.gz");
        assertEquals(Optional.of(matlab + " is the MATLAB version of it, and the binary or the Python version is"
                + " needed"),
                nearMiss(new Cifar10()));
    }

    /** A download from nowhere, which no test must come to. */
    private static Downloader unreachable() {
        return new Downloader(URI.create("http://127.0.0.1:1/"), (file, done, total) -> {
            throw new AssertionError("a download was tried");
        });
    }

    @Test
    void otherNamesAndFoldersAreNamed() throws IOException {
        Path deeper = touch("vision/fashion/train-images-idx3-ubyte").getParent();
        assertEquals(Optional.of(deeper + " holds a file train-images-idx3-ubyte: --data " + deeper + " reads it"),
                nearMiss(new FashionMnist()));
        Path upper = touch("Data_Batch_1.BIN");
        assertEquals(Optional.of(upper + " must be the file data_batch_1.bin, unpacked and with that name"),
                nearMiss(new Cifar10()));
        Path zip = touch("fashion-mnist.zip");
        assertEquals(Optional.of(zip + " is not unpacked"), nearMiss(new FashionMnist()));
        Path tar = Files.move(zip, directory.resolve("cifar-10-binary.tar"));
        Files.delete(upper);
        assertEquals(Optional.of(tar + " is not unpacked"), nearMiss(new Cifar10()));
    }

    @Test
    void whatIsOfNoUseDoesNotHinderADownload() throws IOException {
        touch("cifar-10-batches-bin.unpacking-123/cifar-10-batches-bin/data_batch_1.bin");
        touch("cifar-10-binary.tar.gz.part");
        touch("cifar-10-binary.tar.gz");
        touch("cifar-10-batches-bin/data_batch_1.bin");
        touch("cifar-10-batches-bin/readme.html");
        touch("MNIST/raw/train-images-idx3-ubyte");
        touch("results/config.yaml");
        for (PublishedTask task : PublishedTask.all()) {
            assertEquals(Optional.empty(), nearMiss(task), task.toString());
        }
    }
}
