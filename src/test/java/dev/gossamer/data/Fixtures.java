package dev.gossamer.data;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Small data files and image sets for tests. */
final class Fixtures {

    static final int CIFAR_RECORD = 3073;

    private Fixtures() {}

    static byte[] randomBytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** Images of random pixels whose labels go round the classes. */
    static ImageSet images(ImageShape shape, int count, int classes) {
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % classes);
        }
        double[] mean = new double[shape.channels()];
        double[] stddev = new double[shape.channels()];
        for (int c = 0; c < mean.length; c++) {
            mean[c] = 0.3 + 0.1 * c;
            stddev[c] = 0.2 + 0.05 * c;
        }
        return new ImageSet(
                shape, randomBytes(count * shape.size(), count), labels, new Normalization(mean, stddev));
    }

    /** CIFAR-10 records with random pixels and labels 0, 1, 2, ... */
    static byte[] cifarRecords(int count, long seed) {
        byte[] bytes = randomBytes(count * CIFAR_RECORD, seed);
        for (int i = 0; i < count; i++) {
            bytes[i * CIFAR_RECORD] = (byte) (i % 10);
        }
        return bytes;
    }

    /** All six files of CIFAR-10, with that many images each. */
    static void writeCifar(Path folder, int imagesPerFile) throws IOException {
        Files.createDirectories(folder);
        for (int i = 1; i <= 5; i++) {
            Files.write(folder.resolve("data_batch_" + i + ".bin"), cifarRecords(imagesPerFile, i));
        }
        Files.write(folder.resolve("test_batch.bin"), cifarRecords(imagesPerFile, 6));
    }

    static byte[] idx(int magic, int[] dimensions, byte[] values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(magic);
            for (int dimension : dimensions) {
                out.writeInt(dimension);
            }
            out.write(values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] idxImages(int count, long seed) {
        return idx(0x803, new int[] {count, 28, 28}, randomBytes(count * 784, seed));
    }

    static byte[] idxLabels(int count) {
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) (i % 10);
        }
        return idx(0x801, new int[] {count}, labels);
    }

    /** The four files of Fashion-MNIST, the training part gzipped, the test part not. */
    static void writeFashion(Path folder, int train, int test) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("train-images-idx3-ubyte.gz"), gzip(idxImages(train, 1)));
        Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), gzip(idxLabels(train)));
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), idxImages(test, 2));
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), idxLabels(test));
    }
}
