package dev.gossamer.data;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.MultiPixelPackedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads images of any size as images of one size, the largest square in the middle of each: an output pixel is the mean
 * of the area that it covers where the square is larger, and interpolated linearly where it is smaller. Transparency is
 * left out. Grey of a colour is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), as all channels of a grey image are alike.
 * Threads may share it; together they take no more memory than it says.
 */
final class ImageScaling {

    private static final long MOST_PIXELS = 1L << 27;
    private static final double[] GREY = {0.299, 0.587, 0.114};

    private final ImageShape shape;
    private final int mostKib;
    private final Semaphore freeKib;

    /**
     * @param shape what images become: 1 or 3 channels, height equal to width
     * @param bytes what those that are being read may take together
     */
    ImageScaling(ImageShape shape, long bytes) {
        this.shape = shape;
        mostKib = (int) Math.min(Integer.MAX_VALUE, bytes >> 10);
        freeKib = new Semaphore(mostKib, true);
    }

    /**
     * Reads an image.
     *
     * @param pixels receives it [c, h, w]
     * @param offset where it starts
     * @throws DataException if it cannot be read, has more than 2^27 pixels, or takes too much memory
     */
    void read(Path file, byte[] pixels, int offset) {
        try (ImageInputStream in = new FileImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DataException(file + " is no PNG or JPEG image.");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                read(file, reader, pixels, offset);
            } finally {
                reader.dispose();
            }
        } catch (IOException e) {
            throw DataException.unreadable(file, e);
        } catch (DataException e) {
            throw e;
        } catch (RuntimeException e) { // decoders fail so on some damaged files
            throw new DataException(file + " is a damaged image (" + e.getMessage() + ").", e);
        }
    }

    private void read(Path file, ImageReader reader, byte[] pixels, int offset) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        if ((long) width * height > MOST_PIXELS) {
            throw DataException.of("%s has %,d pixels: expected at most %,d.", file, (long) width * height,
                    MOST_PIXELS);
        }
        int side = Math.min(width, height);
        int taken = kib(side, reader.getImageTypes(0).next().getSampleModel());
        if (taken > mostKib) {
            throw tooLarge(file, width, height);
        }
        freeKib.acquireUninterruptibly(taken);
        try {
            ImageReadParam middle = reader.getDefaultReadParam();
            middle.setSourceRegion(new Rectangle((width - side) / 2, (height - side) / 2, side, side));
            scale(reader.read(0, middle), pixels, offset);
        } catch (OutOfMemoryError e) {
            throw tooLarge(file, width, height);
        } finally {
            freeKib.release(taken);
        }
    }

    /** What the square of an image takes while it is read, with its scaled rows. */
    private int kib(int side, SampleModel model) {
        long bits = model instanceof MultiPixelPackedSampleModel packed
                ? packed.getPixelBitStride()
                : (long) model.getNumDataElements() * DataBuffer.getDataTypeSize(model.getDataType());
        long rows = (long) shape.channels() * shape.width() * side * Double.BYTES;
        return (int) ((side * bits * side / Byte.SIZE + rows >> 10) + 1);
    }

    private static DataException tooLarge(Path file, int width, int height) {
        return DataException.of("%s has %,d x %,d pixels, too many for Java's heap of %,d MiB, which"
                + " GOSSAMER_JAVA_OPTIONS=-Xmx8g makes larger.", file, width, height,
                Runtime.getRuntime().maxMemory() >> 20);
    }

    private void scale(BufferedImage image, byte[] pixels, int offset) {
        int side = image.getWidth();
        int size = shape.height();
        double[][] columns = columns(image, side);
        for (int c = 0; c < shape.channels(); c++) {
            for (int x = 0; x < size; x++) {
                for (int y = 0; y < size; y++) {
                    double value = scaled(columns[c], x * side, side, y, size);
                    pixels[offset + (c * size + y) * size + x] = (byte) Math.min(255, (int) (value + 0.5));
                }
            }
        }
    }

    /** A square with its rows scaled, [c][w, side]. */
    private double[][] columns(BufferedImage image, int side) {
        int size = shape.width();
        double[][] columns = new double[shape.channels()][size * side];
        double[] row = new double[side];
        int[] samples = new int[side];
        Raster raster = image.getRaster();
        boolean isGrey = raster.getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
        double white = isGrey ? (1L << image.getSampleModel().getSampleSize(0)) - 1 : 255;
        for (int y = 0; y < side; y++) {
            if (isGrey) {
                raster.getSamples(0, y, side, 1, 0, samples);
            } else {
                image.getRGB(0, y, side, 1, samples, 0, side);
            }
            for (int c = 0; c < columns.length; c++) {
                for (int x = 0; x < side; x++) {
                    row[x] = isGrey ? samples[x] * 255 / white : ofColour(samples[x], c);
                }
                for (int x = 0; x < size; x++) {
                    columns[c][x * side + y] = scaled(row, 0, side, x, size);
                }
            }
        }
        return columns;
    }

    private double ofColour(int rgb, int channel) {
        if (shape.channels() == 1) {
            return GREY[0] * (rgb >> 16 & 0xFF) + GREY[1] * (rgb >> 8 & 0xFF) + GREY[2] * (rgb & 0xFF);
        }
        return rgb >> 16 - 8 * channel & 0xFF;
    }

    /**
     * A pixel of a scaled row.
     *
     * @param row where its values start
     * @param place which pixel, of {@code size}
     */
    private static double scaled(double[] values, int row, int columns, int place, int size) {
        double factor = (double) columns / size;
        double centre = (place + 0.5) * factor;
        double reach = Math.max(1, factor) / 2;
        return factor >= 1
                ? area(values, row, columns, centre - reach, centre + reach)
                : linear(values, row, columns, centre - 0.5);
    }

    /** Mean over the places from..to of a row, of which a value covers those from its index to the next. */
    private static double area(double[] values, int row, int columns, double from, double to) {
        double sum = 0;
        for (int k = (int) from; k < Math.min(columns, to); k++) {
            sum += values[row + k] * (Math.min(k + 1, to) - Math.max(k, from));
        }
        return sum / (to - from);
    }

    /** Between the two nearest values, which stand at their indices. */
    private static double linear(double[] values, int row, int columns, double place) {
        double inside = Math.max(0, Math.min(columns - 1, place));
        int k = (int) inside;
        int next = Math.min(k + 1, columns - 1);
        return values[row + k] + (inside - k) * (values[row + next] - values[row + k]);
    }
}
