package dev.gossamer.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import us.hebi.matlab.mat.format.BufferAllocator;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Array;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;

/**
 * Reads a file of SVHN: MATLAB's level 5 with the images X, bytes [h, w, c, N] in the order of columns, and their
 * digits y [N, 1], which are 10 for 0 (http://ufldl.stanford.edu/housenumbers/).
 */
final class SvhnFile {

    /** What a variable may take; the training images take 225 million. */
    private static final int MOST_BYTES = 1 << 28;

    private static final String IMAGES = "X";
    private static final String DIGITS = "y";

    /** Makes buffers of that size, whatever a damaged file says. */
    private static final BufferAllocator BOUNDED = new BufferAllocator() {
        @Override
        public ByteBuffer allocate(int bytes) {
            if (bytes < 0 || bytes > MOST_BYTES) {
                throw new IllegalArgumentException("a variable of " + bytes + " bytes");
            }
            return ByteBuffer.allocate(bytes);
        }

        @Override
        public void release(ByteBuffer buffer) {}
    };

    private SvhnFile() {}

    /**
     * Reads all images.
     *
     * @throws DataException if it cannot be read, is damaged, or holds something else
     */
    static ImageSet read(Path path, Svhn task) {
        if (!Files.isReadable(path)) {
            throw new DataException(path + " cannot be read (no such file, or permission denied).");
        }
        try (Source source = Sources.openFile(path.toFile());
                MatFile file = Mat5.newReader(source).setBufferAllocator(BOUNDED).disableSubsystemProcessing()
                        .setEntryFilter(entry -> entry.getName().equals(IMAGES) || entry.getName().equals(DIGITS))
                        .readMat()) {
            Matrix images = matrix(file, IMAGES, path);
            Matrix digits = matrix(file, DIGITS, path);
            int count = count(images, digits, task, path);
            return new ImageSet(task.shape(), pixels(images, count, task.shape()), labels(digits, count, path),
                    task.normalization());
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // a length in the file that is none
            throw new DataException(path + " is damaged, or no file of MATLAB's level 5 ("
                    + (e.getMessage() == null ? "it ends too early" : e.getMessage().lines().findFirst().orElse(""))
                    + ").", e);
        }
    }

    private static Matrix matrix(MatFile file, String name, Path path) {
        for (MatFile.Entry entry : file.getEntries()) {
            Array value = entry.getValue();
            if (entry.getName().equals(name) && value instanceof Matrix matrix && !matrix.isComplex()) {
                return matrix;
            }
        }
        throw new DataException(path + " has no matrix " + name + ": expected the images as " + IMAGES
                + " and their digits as " + DIGITS + ".");
    }

    private static int count(Matrix images, Matrix digits, Svhn task, Path path) {
        int[] shape = images.getDimensions();
        int count = shape.length == 4 ? shape[3] : shape.length == 3 ? 1 : 0;
        ImageShape image = task.shape();
        int[] expected = {image.height(), image.width(), image.channels(), count};
        if (images.getType() != MatlabType.UInt8 || shape.length < 3
                || !Arrays.equals(Arrays.copyOf(shape, 3), Arrays.copyOf(expected, 3))
                || count < 1) {
            throw new DataException(path + " holds images " + Arrays.toString(shape) + " of " + images.getType()
                    + ": expected [32, 32, 3, N] of uint8.");
        }
        if (digits.getNumElements() != count) {
            throw DataException.of("%s holds %,d images and %,d digits: expected a digit for each image.", path, count,
                    digits.getNumElements());
        }
        return count;
    }

    private static byte[] pixels(Matrix images, int count, ImageShape shape) {
        byte[] pixels = new byte[count * shape.size()];
        int next = 0;
        for (int plane = 0; plane < count * shape.channels(); plane++) {
            int start = next;
            for (int y = 0; y < shape.height(); y++) {
                for (int x = 0; x < shape.width(); x++) {
                    pixels[next++] = images.getByte(start + x * shape.height() + y);
                }
            }
        }
        return pixels;
    }

    private static byte[] labels(Matrix digits, int count, Path path) {
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            double digit = digits.getDouble(i);
            if (digit != Math.rint(digit) || digit < 1 || digit > 10) {
                throw DataException.of("%s holds the digit %s for image %,d; digits are 1 to 9, and 10 for 0.", path,
                        digit, i);
            }
            labels[i] = (byte) (digit % 10);
        }
        return labels;
    }
}
