package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CIFAR's Python versions, in small files that Python wrote ({@code cifar/pickles.py}), are the binary ones. */
class PickledCifarTest {

    private static final Path PYTHON = Path.of("src/test/resources/cifar");

    @TempDir
    Path folder;

    /** The record of an image of a file: labels, then the pixels by the formula of pickles.py. */
    private static void write(ByteArrayOutputStream out, int file, int i, int... labels) {
        for (int label : labels) {
            out.write(label);
        }
        for (int k = 0; k < 3072; k++) {
            out.write((37 * file + 11 * i + k * (i + 3)) % 251);
        }
    }

    private Path binary(String name, int file, int count) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            if (file < 7) {
                write(out, file, i, (file + 4 * i) % 10);
            } else {
                write(out, file, i, (file + 7 * i) % 20, (13 * file + 29 * i) % 100);
            }
        }
        return Files.write(folder.resolve(name), out.toByteArray());
    }

    private static void assertSame(DataSet expected, DataSet found) {
        assertEquals(expected.fingerprint(), found.fingerprint());
        assertEquals(expected.train().label(2), found.train().label(2));
        assertTrue(Arrays.equals(expected.train().pixels(), found.train().pixels()));
        assertTrue(Arrays.equals(expected.test().pixels(), found.test().pixels()));
    }

    @Test
    void bothVersionsOfCifar10AreOneSet() throws IOException {
        Inventory python = Inventory.of(new Cifar10(), PYTHON);
        assertTrue(python.isComplete());
        assertTrue(Inventory.of(new Cifar10(), PYTHON.resolve("cifar-10-batches-py")).isComplete());
        List<Path> binary = List.of(binary("1.bin", 1, 3), binary("2.bin", 2, 3), binary("3.bin", 3, 3),
                binary("4.bin", 4, 3), binary("5.bin", 5, 3), binary("6.bin", 6, 3));
        assertSame(new Cifar10().load(binary, 3, 3), new Cifar10().load(python.files(), 3, 3));
    }

    @Test
    void bothVersionsOfCifar100AreOneSet() throws IOException {
        List<Path> binary = List.of(binary("train.bin", 7, 5), binary("test.bin", 8, 3));
        for (Cifar100 task : List.of(new Cifar100.Fine(), new Cifar100.Coarse())) {
            List<Path> python = Inventory.of(task, PYTHON).files();
            assertEquals(2, python.size());
            assertSame(task.load(binary, 5, 3), task.load(python, 5, 3));
        }
    }

    @Test
    void theBinaryVersionComesFirst() throws IOException {
        Fixtures.writeCifar(folder.resolve("cifar-10-batches-bin"), 2);
        copy("cifar-10-batches-py");
        assertEquals(folder.resolve("cifar-10-batches-bin"), Inventory.of(new Cifar10(), folder).folder());
        Files.delete(folder.resolve("cifar-10-batches-bin/data_batch_2.bin"));
        assertEquals(folder.resolve("cifar-10-batches-py"), Inventory.of(new Cifar10(), folder).folder());
    }

    private Path copy(String name) throws IOException {
        Path copy = Files.createDirectories(folder.resolve(name));
        try (Stream<Path> files = Files.list(PYTHON.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private String failure(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("batch"), content);
        return assertThrows(DataException.class, () -> new PickledCifarFile(file, CifarRecord.CIFAR_10, 3))
                .getMessage();
    }

    private static byte[] batch() throws IOException {
        return Files.readAllBytes(PYTHON.resolve("cifar-10-batches-py/data_batch_1"));
    }

    private static byte[] replaced(String from, String to) throws IOException {
        String text = new String(batch(), StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(from));
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void programsAreNotRun() throws IOException {
        Path file = folder.resolve("batch");
        String start = file + " is damaged, or no file of CIFAR's Python version: expected ";
        byte[] system = "\u0080\2cos\nsystem\n(U\4trueR.".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(start + "a function of NumPy's arrays up to offset 13 of 22.", failure(system));
        assertEquals(start + "an operation that CIFAR's files have, and not 0x69 up to offset 3 of 4.",
                failure(new byte[] {(byte) 0x80, 2, 'i', '.'}));
        assertEquals(start + "a pickle of protocol 2 up to offset 2 of 3.", failure(new byte[] {(byte) 0x80, 4, '.'}));
        assertEquals(start + "a string that ends in the file up to offset 7 of 8.",
                failure(new byte[] {(byte) 0x80, 2, 'T', -1, -1, -1, 127, '.'}));
        assertEquals(start + "a mark before the operation up to offset 4 of 5.",
                failure(new byte[] {(byte) 0x80, 2, ']', 'e', '.'}));
        byte[] many = new byte[1 << 22];
        Arrays.fill(many, (byte) ']');
        many[0] = (byte) 0x80;
        many[1] = 2;
        assertTrue(failure(many).startsWith(start + "at most 1048576 values up to offset 1,048,579 of "));
        assertEquals(start + "the end of the file up to offset 9,509 of 9,510.", failure(longer(batch())));
    }

    private static byte[] longer(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    @Test
    void otherContentIsRefused() throws IOException {
        String start = folder.resolve("batch") + " is no file of CIFAR-10's Python version: expected ";
        assertEquals(start + "3 whole numbers as labels.", failure(replaced("labels", "labers")));
        assertEquals(start + "an array of bytes as data.", failure(replaced("u1", "i1")));
        assertEquals(start + "an array of bytes as data.", failure(replaced("data", "date")));
        Path file = Files.write(folder.resolve("four"), batch());
        assertEquals(file + " is no file of CIFAR-10's Python version: expected 4 images of 3,072 bytes as data.",
                assertThrows(DataException.class, () -> new PickledCifarFile(file, CifarRecord.CIFAR_10, 4))
                        .getMessage());
        Files.write(folder.resolve("batch"), replaced("K\1K\5K\t", "K\1K\nK\t"));
        PickledCifarFile wrong = new PickledCifarFile(folder.resolve("batch"), CifarRecord.CIFAR_10, 3);
        wrong.read(new byte[3072], 0);
        assertEquals(folder.resolve("batch") + " holds the label 10 for image 1; labels are in 0..9.",
                assertThrows(DataException.class, () -> wrong.read(new byte[3072], 0)).getMessage());
    }

    /** Whatever is damaged, it is read or refused by a sentence. */
    @Test
    void damagedFilesAreReadOrRefused() throws IOException {
        Random random = new Random(8);
        byte[] whole = batch();
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = random.nextInt(10) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int k = random.nextInt(3); k >= 0 && bytes.length > 0; k--) {
                int at = random.nextInt(bytes.length);
                int place = random.nextBoolean() ? at : Math.min(bytes.length - 1, at % 400);
                bytes[place] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("batch"), bytes);
            try {
                assertEquals(3, new PickledCifarFile(file, CifarRecord.CIFAR_10, 3).size());
            } catch (DataException e) {
                assertTrue(e.getMessage().startsWith(file + " is ") && e.getMessage().endsWith("."), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 500, "" + refused);
        assertFalse(refused == 3000);
    }
}
