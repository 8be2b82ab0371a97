package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays as NumPy writes them, put together byte by byte. */
class NpzTest {

    @TempDir
    Path folder;

    private final Map<String, byte[]> arrays = new LinkedHashMap<>();

    private static byte[] npy(String descr, String shape, byte... values) {
        return npy("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }", values);
    }

    private static byte[] npy(String header, byte[] values) {
        String padded = header + " ".repeat(127 - (header.length() + 10) % 64 % 64) + "\n";
        ByteBuffer bytes = ByteBuffer.allocate(10 + padded.length() + values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) padded.length());
        bytes.put(padded.getBytes(StandardCharsets.US_ASCII)).put(values);
        return bytes.array();
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private Path write() throws IOException {
        Path file = folder.resolve("set.npz");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
                zip.write(array.getValue());
            }
        }
        return file;
    }

    private DataSet open() throws IOException {
        return DataSets.open(Task.parse("npz:" + write()), null, null);
    }

    /** Three training images of 2 x 2 pixels and one to test on. */
    @BeforeEach
    void fill() {
        arrays.put("x_test", npy("|u1", "1, 2, 2", (byte) 0, (byte) 255, (byte) 51, (byte) 102));
        arrays.put("x_train", npy("|u1", "3, 2, 2", new byte[] {0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1}));
        arrays.put("y_train", npy("<i8", "3,", new byte[] {
            5, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, 5, 0, 0, 0, 0, 0, 0, 0}));
        arrays.put("y_test", npy("|u1", "1,", (byte) 9));
    }

    /** Half of the pixels are black and half are white, so that mean and deviation are 1/2. */
    @Test
    void imagesAreNormalisedByTheTrainingPart() throws IOException {
        DataSet set = open();
        assertEquals(new ImageShape(1, 2, 2), set.test().shape());
        assertEquals(List.of("-1", "5", "9"), set.classNames());
        assertEquals(1, set.train().label(0));
        assertEquals(0, set.train().label(1));
        assertEquals(2, set.test().label(0));
        FloatBuffer inputs = FloatBuffer.allocate(4);
        set.test().normalize(0, 1, inputs);
        assertArrayEquals(new float[] {-1, 1, -0.6f, -0.2f}, inputs.array(), 1e-6f);
    }

    @Test
    void channelsComeFirst() throws IOException {
        byte[] pixels = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        arrays.put("x_test", npy("|u1", "1, 2, 2, 3", pixels));
        arrays.put("x_train", npy("|u1", "3, 2, 2, 3", new byte[36]));
        assertArrayEquals(new byte[] {1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12}, open().test().pixels());
        arrays.put("x_train", npy("<f4", "3, 1, 2, 2", new byte[48]));
        arrays.put("x_test", npy("<f4", "1, 1, 2, 2", floats(1, 2, 3, 4)));
        DataSet set = open();
        assertArrayEquals(new float[] {1, 3, 2, 4}, set.test().features());
        assertEquals(new ImageShape(2, 1, 2), set.test().shape());
    }

    @Test
    void featuresMayBeDoublesOfEitherOrder() throws IOException {
        arrays.put("x_train", npy("<f8", "3, 2", new byte[48]));
        arrays.put("x_test", npy(">f8", "1, 2", new byte[] {
            0x3f, (byte) 0xf0, 0, 0, 0, 0, 0, 0, (byte) 0xc0, 4, 0, 0, 0, 0, 0, 0}));
        DataSet set = open();
        assertEquals(new ImageShape(1, 1, 2), set.train().shape());
        assertArrayEquals(new float[] {1, -2.5f}, set.test().features());
    }

    /** As numpy.asfortranarray leaves them: the first index is the fastest. */
    @Test
    void fortranOrderIsRead() throws IOException {
        arrays.put("x_test", npy("{'descr': '|u1', 'fortran_order': True, 'shape': (1, 2, 3, 2), }",
                new byte[] {0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11}));
        arrays.put("x_train", npy("|u1", "3, 2, 3, 2", new byte[36]));
        assertArrayEquals(new byte[] {0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}, open().test().pixels());
    }

    @Test
    void labelsAreWholeNumbersToTheirLastDigit() throws IOException {
        ByteBuffer labels = ByteBuffer.allocate(24).putLong(-1).putLong((1L << 53) + 1).putLong(1L << 53);
        arrays.put("y_train", npy(">u8", "3,", labels.array()));
        DataSet set = open();
        assertEquals(List.of("9", "9007199254740992", "9007199254740993", "18446744073709551615"), set.classNames());
        assertEquals(3, set.train().label(0));
        assertEquals(1, set.train().label(2));
    }

    private void assertRefused(String name, byte[] content, String message) throws IOException {
        byte[] kept = arrays.get(name);
        arrays.put(name, content);
        String found = assertThrows(DataException.class, this::open).getMessage();
        assertEquals(folder.resolve("set.npz") + " " + message, found);
        arrays.put(name, kept);
    }

    @Test
    void damagedArraysAreRefused() throws IOException {
        byte[] good = arrays.get("x_train");
        assertRefused("x_train", Arrays.copyOf(good, good.length - 1),
                "x_train.npy is truncated: expected 12 bytes, found 11.");
        assertRefused("x_train", Arrays.copyOf(good, good.length + 1),
                "x_train.npy is too long: expected 12 bytes of values, found more.");
        assertRefused("x_train", Arrays.copyOf(good, 40), "x_train.npy is truncated: expected 182 bytes, found 30.");
        assertRefused("x_train", "no array".getBytes(StandardCharsets.US_ASCII),
                "x_train.npy is no NumPy array: expected it to start with \\x93NUMPY and a version.");
        byte[] version = good.clone();
        version[6] = 4;
        assertRefused("x_train", version, "x_train.npy is of version 4 with a header of 662372534 bytes: expected"
                + " version 1, 2 or 3, and at most 65536 bytes.");
        assertRefused("x_train", npy("|O", "3, 4", new byte[48]),
                "x_train.npy has the header \"{'descr': '|O', 'fortran_order': False, 'shape': (3, 4), }\": expected"
                        + " whole numbers (u, i) or floats (f4, f8), with their shape.");
        assertRefused("x_train", npy("<i4", "3, 4", new byte[48]),
                "x_train.npy is of i4 [3, 4]: expected bytes (u1) or floats (f4, f8) of shape [N, f], [N, h, w], or"
                        + " [N, h, w, c] with c up to 4, without a 0.");
        assertRefused("x_train", npy("|u1", "1, 3, 5, 5", new byte[75]),
                "x_train.npy is of shape [1, 3, 5, 5], which is that of images with their channels first: expected"
                        + " channels last, [N, h, w, c].");
        assertRefused("x_train", npy("<f4", "3, 2, 2", new byte[48]),
                "x_test.npy holds examples of u1 1 x 2 x 2: expected those of x_train, f4 1 x 2 x 2.");
        assertRefused("y_train", npy("|u1", "2,", new byte[2]),
                "y_train.npy is of u1 [2]: expected whole numbers of shape [3], one for each example.");
        assertRefused("y_train", npy("<f4", "3,", new byte[12]),
                "y_train.npy is of f4 [3]: expected whole numbers of shape [3], one for each example.");
    }

    @Test
    void headersOfManySizesAreRefused() throws IOException {
        for (int sizes : new int[] {10, 20_000}) {
            arrays.put("x_train", npy("|u1", "1, ".repeat(sizes)));
            String found = assertThrows(DataException.class, this::open).getMessage();
            assertTrue(found.contains(" x_train.npy has the header \"{'descr': '|u1'"), found);
        }
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() throws IOException {
        arrays.put("x_train", npy("<f4", "3, 2", new byte[24]));
        assertRefused("x_test", npy("<f4", "1, 2", floats(1, Float.NaN)),
                "x_test.npy holds NaN in example 0, counted from 0: expected finite numbers of 32 bits.");
    }

    @Test
    void missingArraysAndOtherFilesAreRefused() throws IOException {
        arrays.remove("y_test");
        Path file = folder.resolve("set.npz");
        assertEquals(file + " has no array y_test: expected x_train, y_train, x_test and y_test.",
                assertThrows(DataException.class, this::open).getMessage());
        Files.writeString(file, "no archive");
        String found = assertThrows(DataException.class, () -> DataSets.open(Task.parse("npz:" + file), null, null))
                .getMessage();
        assertEquals(file + " cannot be read (", found.substring(0, found.indexOf('(') + 1));
    }
}
