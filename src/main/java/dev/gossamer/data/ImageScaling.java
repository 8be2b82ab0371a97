package dev.gossamer.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads images of any size as images of one size, the largest square in the middle of each: an output pixel is the mean
 * of the area that it covers where the square is larger, and interpolated linearly where it is smaller. Transparency is
 * left out. Grey of a colour is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601), as all channels of a grey image are alike.
 *
 * @param shape what images become: 1 or 3 channels, height equal to width
 */
record ImageScaling(ImageShape shape) {

    private static final long MOST_PIXELS = 1L << 27;
    private static final double[] GREY = {0.299, 0.587, 0.114};

    /**
     * Reads an image.
     *
     * @param pixels receives it [c, h, w]
     * @param offset where it starts
     * @throws DataException if it cannot be read, or has more than 2^27 pixels
     */
    void read(Path file, byte[] pixels, int offset) {
        BufferedImage image = decode(file);
        int side = Math.min(image.getWidth(), image.getHeight());
        int left = (image.getWidth() - side) / 2;
        int top = (image.getHeight() - side) / 2;
        int size = shape.height();
        for (int c = 0; c < shape.channels(); c++) {
            double[] square = channel(image, c, left, top, side);
            double[] columns = scaledRows(square, side, side, size);
            double[] scaled = scaledRows(columns, size, side, size);
            for (int k = 0; k < scaled.length; k++) {
                pixels[offset + c * size * size + k] = (byte) Math.min(255, (int) (scaled[k] + 0.5));
            }
        }
    }

    private static BufferedImage decode(Path file) {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = in == null ? null : ImageIO.getImageReaders(in);
            if (readers == null || !readers.hasNext()) {
                throw new DataException(file + " is no PNG or JPEG image.");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MOST_PIXELS) {
                    throw DataException.of("%s has %,d pixels: expected at most %,d.", file, pixels, MOST_PIXELS);
                }
                return reader.read(0);
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

    /** Values 0..255 of a channel of a square [side, side]. */
    private double[] channel(BufferedImage image, int channel, int left, int top, int side) {
        double[] values = new double[side * side];
        Raster raster = image.getRaster();
        boolean isGrey = raster.getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
        double white = isGrey ? (1L << image.getSampleModel().getSampleSize(0)) - 1 : 255;
        for (int k = 0; k < values.length; k++) {
            int x = left + k % side;
            int y = top + k / side;
            values[k] = isGrey ? raster.getSample(x, y, 0) * 255 / white : ofColour(image.getRGB(x, y), channel);
        }
        return values;
    }

    private double ofColour(int rgb, int channel) {
        if (shape.channels() == 1) {
            return GREY[0] * (rgb >> 16 & 0xFF) + GREY[1] * (rgb >> 8 & 0xFF) + GREY[2] * (rgb & 0xFF);
        }
        return rgb >> 16 - 8 * channel & 0xFF;
    }

    /**
     * Scales columns and interchanges rows and columns, so that twice of it scales both.
     *
     * @param values [rows, columns]
     * @return [size, rows]
     */
    private static double[] scaledRows(double[] values, int rows, int columns, int size) {
        double[] scaled = new double[size * rows];
        double factor = (double) columns / size;
        for (int x = 0; x < size; x++) {
            double centre = (x + 0.5) * factor;
            double reach = Math.max(1, factor) / 2;
            for (int y = 0; y < rows; y++) {
                scaled[x * rows + y] = factor >= 1
                        ? area(values, y * columns, columns, centre - reach, centre + reach)
                        : linear(values, y * columns, columns, centre - 0.5);
            }
        }
        return scaled;
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
