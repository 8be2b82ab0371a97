package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Sink;
import us.hebi.matlab.mat.types.Sinks;

/** SVHN's files, as this library and as SciPy writes them ({@code svhn/svhn.py}). */
class SvhnTest {

    private static final Path SCIPY = Path.of("src/test/resources/svhn");

    @TempDir
    Path folder;

    /** Pixel at row y and column x of channel c of image n, in svhn.py, too. */
    private static int pixel(int n, int c, int y, int x) {
        return (5 * y + 3 * x + 40 * c + 11 * n) % 256;
    }

    private static Matrix images(int count) {
        Matrix images = Mat5.newMatrix(new int[] {32, 32, 3, count}, MatlabType.UInt8);
        for (int n = 0; n < count; n++) {
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < 32; y++) {
                    for (int x = 0; x < 32; x++) {
                        images.setByte(new int[] {y, x, c, n}, (byte) pixel(n, c, y, x));
                    }
                }
            }
        }
        return images;
    }

    private static Matrix digits(int... digits) {
        Matrix matrix = Mat5.newMatrix(new int[] {digits.length, 1}, MatlabType.Double);
        for (int i = 0; i < digits.length; i++) {
            matrix.setDouble(i, digits[i]);
        }
        return matrix;
    }

    private Path write(String name, Matrix images, Matrix digits) throws IOException {
        Path file = folder.resolve(name);
        try (MatFile mat = Mat5.newMatFile(); Sink sink = Sinks.newStreamingFile(file.toFile())) {
            mat.addArray("X", images).addArray("y", digits);
            Mat5.newWriter(sink).setDeflateLevel(Deflater.BEST_SPEED).writeMat(mat);
        }
        return file;
    }

    private static void assertPixels(ImageSet set, int n) {
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < 32; y++) {
                for (int x = 0; x < 32; x++) {
                    assertEquals(pixel(n, c, y, x), set.pixels()[((n * 3 + c) * 32 + y) * 32 + x] & 0xFF);
                }
            }
        }
    }

    @Test
    void imagesAreTurnedIntoRowsAndTenIsZero() throws IOException {
        write("train_32x32.mat", images(4), digits(10, 1, 9, 2));
        write("test_32x32.mat", images(2), digits(3, 10));
        DataSet set = DataSets.open(Task.parse("svhn"), folder, null);
        for (int n = 0; n < 4; n++) {
            assertPixels(set.train(), n);
        }
        assertArrayEquals(new int[] {0, 1, 9, 2}, new int[] {set.train().label(0), set.train().label(1),
            set.train().label(2), set.train().label(3)});
        assertEquals(0, set.test().label(1));
        assertEquals(new ImageShape(3, 32, 32), set.train().shape());
    }

    /** Compressed and not, with digits as bytes and as doubles. */
    @Test
    void whatScipyWroteIsRead() {
        for (String name : List.of("compressed.mat", "plain.mat")) {
            ImageSet set = SvhnFile.read(SCIPY.resolve(name), new Svhn());
            assertEquals(2, set.size());
            assertPixels(set, 0);
            assertPixels(set, 1);
            assertEquals(7, set.label(0));
            assertEquals(0, set.label(1));
        }
    }

    private static String failure(Path file) {
        return assertThrows(DataException.class, () -> SvhnFile.read(file, new Svhn())).getMessage();
    }

    @Test
    void otherContentIsRefused() throws IOException {
        Path file = write("a.mat", images(2), digits(1));
        assertEquals(file + " holds 2 images and 1 digits: expected a digit for each image.", failure(file));
        write("a.mat", images(2), digits(1, 11));
        assertEquals(file + " holds the digit 11.0 for image 1; digits are 1 to 9, and 10 for 0.", failure(file));
        write("a.mat", Mat5.newMatrix(new int[] {3, 32, 32, 2}, MatlabType.UInt8), digits(1, 2));
        assertEquals(file + " holds images [3, 32, 32, 2] of uint8: expected [32, 32, 3, N] of uint8.", failure(file));
        write("a.mat", Mat5.newMatrix(new int[] {32, 32, 3, 2}, MatlabType.Double), digits(1, 2));
        assertEquals(file + " holds images [32, 32, 3, 2] of double: expected [32, 32, 3, N] of uint8.", failure(file));
        try (MatFile mat = Mat5.newMatFile()) {
            Mat5.writeToFile(mat.addArray("X", images(2)), file.toFile());
        }
        assertEquals(file + " has no matrix y: expected the images as X and their digits as y.", failure(file));
        write("train_32x32.mat", images(1), digits(1));
        write("test_32x32.mat", images(2), digits(1, 2));
        assertTrue(assertThrows(DataException.class, () -> DataSets.open(new Svhn(), folder, null)).getMessage()
                .endsWith("train_32x32.mat holds 1 images and " + folder
                        + "/test_32x32.mat 2: training and test files are mixed up."));
    }

    @Test
    void damagedFilesAreReadOrRefused() throws IOException {
        Random random = new Random(4);
        int refused = 0;
        for (int i = 0; i < 600; i++) {
            byte[] whole = Files.readAllBytes(SCIPY.resolve(i % 2 == 0 ? "compressed.mat" : "plain.mat"));
            byte[] bytes = random.nextInt(5) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole;
            for (int k = random.nextInt(3); k >= 0 && bytes.length > 0; k--) {
                int at = random.nextInt(bytes.length);
                bytes[random.nextBoolean() ? at : at % Math.min(bytes.length, 260)] = (byte) random.nextInt(256);
            }
            Path file = Files.write(folder.resolve("damaged.mat"), bytes);
            try {
                SvhnFile.read(file, new Svhn());
            } catch (DataException e) {
                assertTrue(e.getMessage().startsWith(file + " ") && e.getMessage().endsWith("."), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 100, "" + refused);
        Path file = Files.write(folder.resolve("damaged.mat"), "no MATLAB".getBytes());
        assertTrue(failure(file).startsWith(file + " is damaged, or no file of MATLAB's level 5 ("), failure(file));
        assertEquals(folder + "/none.mat cannot be read (no such file, or permission denied).",
                failure(folder.resolve("none.mat")));
    }
}
