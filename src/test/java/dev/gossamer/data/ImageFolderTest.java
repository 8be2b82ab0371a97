package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of images, one for each class. */
class ImageFolderTest {

    @TempDir
    Path folder;

    private Path write(String name, int width, int height, int... rgb) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int k = 0; k < width * height; k++) {
            image.setRGB(k % width, k / width, rgb[k % rgb.length]);
        }
        return save(name, image);
    }

    private Path save(String name, BufferedImage image) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        assertTrue(ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile()));
        return file;
    }

    private DataSet open(String options) {
        return DataSets.open(Task.parse("folder:" + folder + options), null, null);
    }

    private static int[] unsigned(byte[] pixels) {
        int[] values = new int[pixels.length];
        Arrays.setAll(values, k -> pixels[k] & 0xFF);
        return values;
    }

    @Test
    void classesAreFoldersAndPartsAreFoldersOfThem() throws IOException {
        write("train/dog/1.png", 2, 2, 0xFF0000);
        write("train/cat/1.png", 2, 2, 0x00FF00);
        write("test/dog/1.PNG", 2, 2, 0x0000FF);
        Files.writeString(folder.resolve("train/cat/.hidden"), "passed over");
        DataSet set = open("+size=2");
        assertEquals(List.of("cat", "dog"), set.classNames());
        assertEquals(new ImageShape(3, 2, 2), set.train().shape());
        assertArrayEquals(new int[] {0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0,
            0, 0}, unsigned(set.train().pixels()));
        assertEquals(1, set.test().label(0));
        assertEquals(255, set.test().pixels()[8] & 0xFF);
    }

    /** From 4 x 2 the middle 2 x 2 remains, of which each pixel is a mean: of 3 x 3, 2 1/4 pixels of nine. */
    @Test
    void theMiddleSquareIsScaledByAreaOrLinearly() throws IOException {
        write("train/a/1.png", 4, 2, 0x0, 0x404040, 0x808080, 0x0, 0x0, 0xC0C0C0, 0xFFFFFF, 0x0);
        write("train/b/1.png", 3, 3, 0x0, 0x0, 0x0, 0x0, 0xFFFFFF, 0x0, 0x0, 0x0, 0x0);
        write("test/a/1.png", 1, 1, 0x123456);
        int[] middle = unsigned(open("+size=2+colour=grey").train().pixels());
        assertArrayEquals(new int[] {0x40, 0x80, 0xC0, 0xFF, 28, 28, 28, 28}, middle);
        int[] one = unsigned(open("+size=1+colour=grey").train().pixels());
        assertArrayEquals(new int[] {160, 28}, one);
        int[] four = unsigned(open("+size=4+colour=grey").train().pixels());
        assertArrayEquals(new int[] {64, 80, 112, 128, 96, 112, 144, 160}, Arrays.copyOf(four, 8));
    }

    @Test
    void greyIsThatOfTheRecommendationAndGreyFilesAreAsTheyAre() throws IOException {
        write("train/a/1.png", 1, 1, 0xFF0000);
        write("train/b/1.png", 1, 1, 0x0000FF);
        BufferedImage grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(0, 0, 0, 77);
        save("test/a/1.png", grey);
        BufferedImage fine = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        fine.getRaster().setSample(0, 0, 0, 77 * 257);
        save("test/a/2.png", fine);
        DataSet set = open("+size=1+colour=grey");
        assertArrayEquals(new int[] {76, 29}, unsigned(set.train().pixels()));
        assertArrayEquals(new int[] {77, 77}, unsigned(set.test().pixels()));
        assertArrayEquals(new int[] {77, 77, 77, 77, 77, 77}, unsigned(open("+size=1").test().pixels()));
    }

    @Test
    void aFifthIsTheTestPartWhereFoldersDoNotSay() throws IOException {
        for (int i = 0; i < 15; i++) {
            write((i % 2 == 0 ? "a/" : "b/") + i + ".png", 3, 5, 0x111111 * i);
        }
        DataSet set = open("+size=3");
        assertEquals(12, set.train().size());
        assertEquals(3, set.test().size());
        assertEquals(set.fingerprint(), open("+size=3").fingerprint());
        save("b/16.jpg", new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB));
        assertEquals(13, open("+size=3").train().size());
    }

    private void assertRefused(String message) {
        String found = assertThrows(DataException.class, () -> open("")).getMessage();
        assertTrue(found.startsWith(folder + message), found);
    }

    @Test
    void whatIsNoFolderOfImagesIsRefused() throws IOException {
        assertRefused(" holds no images: expected folders of PNG or JPEG files, one for each class.");
        Path image = write("a/1.png", 4, 4, 0xFF);
        assertRefused(" holds 1 examples: expected at least 2");
        write("a/2.png", 4, 4, 0xFF);
        assertRefused(" has examples of 1 class: expected at least 2.");
        write("b/1.png", 4, 4, 0xFF);
        Files.writeString(folder.resolve("b/notes.txt"), "x");
        assertRefused("/b/notes.txt must be an image, with a name that ends in .png, .jpg or .jpeg.");
        Files.delete(folder.resolve("b/notes.txt"));
        byte[] bytes = Files.readAllBytes(image);
        Files.write(image, "no image".getBytes());
        assertRefused("/a/1.png is no PNG or JPEG image.");
        Files.write(image, Arrays.copyOf(bytes, bytes.length - 30));
        assertRefused("/a/1.png ");
        Files.write(image, bytes);
        Files.writeString(folder.resolve("c.png"), "x");
        assertRefused("/c.png must be a folder with the images of a class, found a file.");
        Files.delete(folder.resolve("c.png"));
        Files.createDirectories(folder.resolve("a/x.png"));
        assertRefused("/a/x.png must be an image, found a folder.");
        Files.delete(folder.resolve("a/x.png"));
        Files.createDirectories(folder.resolve("train/a"));
        assertRefused("/train holds folders of classes: expected a folder test or val beside it.");
        Files.createDirectories(folder.resolve("val"));
        assertRefused("/train holds no images");
    }

    @Test
    void aClassMayBeNamedTrain() throws IOException {
        write("train/1.png", 1, 1, 0);
        write("bus/1.png", 1, 1, 0);
        write("01/1.png", 1, 1, 0);
        write("1/1.png", 1, 1, 0);
        assertEquals(List.of("01", "1", "bus", "train"), open("").classNames());
    }

    @Test
    void foldersThatAreNumbersKeepTheirNames() throws IOException {
        for (String name : List.of("10", "9", "09", "9.0")) {
            write(name + "/1.png", 1, 1, 0);
        }
        assertEquals(List.of("09", "9", "9.0", "10"), open("").classNames());
    }

    /** 4000 x 100 pixels take 1.1 MiB, of which the square in the middle takes 30 KiB. */
    @Test
    void onlyTheSquareInTheMiddleTakesMemory() throws IOException {
        BufferedImage wide = new BufferedImage(4000, 100, BufferedImage.TYPE_INT_RGB);
        for (int x = 1950; x < 2050; x++) {
            for (int y = 0; y < 100; y++) {
                wide.setRGB(x, y, 0x336699);
            }
        }
        for (String kind : List.of("png", "jpg")) {
            Path file = folder.resolve("wide." + kind);
            ImageIO.write(wide, kind, file.toFile());
            byte[] pixels = new byte[3];
            new ImageScaling(new ImageShape(3, 1, 1), 64 << 10).read(file, pixels, 0);
            for (int c = 0; c < 3; c++) {
                assertEquals(0x33 * (c + 1), pixels[c] & 0xFF, 3, kind);
            }
        }
    }

    /** An image of 512 x 512 pixels takes 768 KiB, so that of eight threads seven wait. */
    @Test
    void imagesAreReadWithinTheirMemoryOrRefused() throws IOException {
        Path file = write("a/1.png", 512, 512, 0x336699);
        byte[] pixels = new byte[24];
        ImageScaling scaling = new ImageScaling(new ImageShape(3, 1, 1), 800 << 10);
        IntStream.range(0, 8).parallel().forEach(i -> scaling.read(file, pixels, 3 * i));
        for (int i = 0; i < 8; i++) {
            assertArrayEquals(new int[] {0x33, 0x66, 0x99}, unsigned(Arrays.copyOfRange(pixels, 3 * i, 3 * i + 3)));
        }
        ImageScaling narrow = new ImageScaling(new ImageShape(3, 1, 1), 700 << 10);
        assertTrue(assertThrows(DataException.class, () -> narrow.read(file, pixels, 0)).getMessage()
                .startsWith(file + " has 512 x 512 pixels, too many for Java's heap of "));
        Path bits = save("a/2.png", new BufferedImage(2000, 2000, BufferedImage.TYPE_BYTE_BINARY));
        narrow.read(bits, pixels, 0);
        assertEquals(0, pixels[0]);
    }

    /** The header alone: 100,000 x 100,000 pixels. */
    @Test
    void anImageOfTooManyPixelsIsNotDecoded() throws IOException {
        Path image = write("a/1.png", 4, 4, 0xFF);
        write("b/1.png", 4, 4, 0xFF);
        byte[] bytes = Files.readAllBytes(image);
        for (int at : new int[] {16, 20}) {
            System.arraycopy(new byte[] {0, 1, (byte) 0x86, (byte) 0xA0}, 0, bytes, at, 4);
        }
        Files.write(image, bytes);
        assertRefused("/a/1.png has 10,000,000,000 pixels: expected at most 134,217,728.");
    }
}
