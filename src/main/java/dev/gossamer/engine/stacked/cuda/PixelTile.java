package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.driver.Divisor.quotientUp;

import java.util.Optional;

/**
 * How the pixels of a tile of an own convolution lie: in some images, 2^logRows times 2^logColumns of each; all powers
 * of two, so that a tile may reach beyond what there is. The same pixel of 2^logInner images comes first, then columns,
 * rows, and other images.
 *
 * @param logImages binary logarithm of the number of images
 * @param logRows binary logarithm of the number of rows
 * @param logColumns binary logarithm of the number of columns
 * @param logInner binary logarithm of the number of images that come first
 * @param count tiles that cover all pixels of a replica
 * @param places pixels of the source that a tile is computed from
 */
record PixelTile(int logImages, int logRows, int logColumns, int logInner, int count, int places) {

    /** Pixels that a line of memory takes the time of, where it begins and ends in the midst of a sector. */
    private static final int LINE = 8;

    /**
     * The cheapest tile.
     *
     * @param pixels number of pixels, a power of two
     * @param batch number of images
     * @param rows rows of the result
     * @param columns columns of the result
     * @param step source pixels between those of neighbouring results
     * @param taps source pixels of a result, in each direction
     */
    static PixelTile of(int pixels, int batch, int rows, int columns, int step, int taps) {
        int log = Integer.numberOfTrailingZeros(pixels);
        PixelTile best = null;
        long least = Long.MAX_VALUE;
        for (int logColumns = 0; logColumns <= log; logColumns++) {
            for (int logRows = 0; logColumns + logRows <= log; logRows++) {
                int logImages = log - logColumns - logRows;
                int lines = (((1 << logRows) - 1) * step + taps) * Math.min(batch, 1 << logImages);
                int line = ((1 << logColumns) - 1) * step + taps;
                int count = quotientUp(batch, 1 << logImages) * quotientUp(rows, 1 << logRows)
                        * quotientUp(columns, 1 << logColumns);
                long cost = (long) count * (pixels + lines * (line + LINE));
                if (cost < least) {
                    least = cost;
                    best = new PixelTile(logImages, logRows, logColumns, 0, count, lines * line);
                }
            }
        }
        return best;
    }

    /**
     * A tile of eights of pixels whose places follow one another, so that a group of warps can multiply by several
     * eights at equal distances: eights of columns, or of images, where rows are shorter.
     *
     * @param pixels number of pixels, a power of two
     * @param batch number of images
     * @param rows rows of the result
     * @param columns columns of the result
     * @param taps source pixels of a result, in each direction
     * @return none where there are not enough columns or images
     */
    static Optional<PixelTile> ofEights(int pixels, int batch, int rows, int columns, int taps) {
        int log = Integer.numberOfTrailingZeros(pixels);
        int logInner = columns >= 8 ? 0 : Math.min(4, Integer.numberOfTrailingZeros(batch));
        int logColumns = columns >= 8 ? 3 : logUp(columns);
        int logRows = Math.min(logUp(rows), log - logInner - logColumns);
        int logImages = log - logColumns - logRows;
        if (logInner + logColumns < 3 || logRows < 0 || logInner > logImages || 1 << logImages > batch) {
            return Optional.empty();
        }
        int count = quotientUp(batch, 1 << logImages) * quotientUp(rows, 1 << logRows)
                * quotientUp(columns, 1 << logColumns);
        int places = ((1 << logRows) - 1 + taps) * ((1 << logColumns) - 1 + taps) << logImages;
        return Optional.of(new PixelTile(logImages, logRows, logColumns, logInner, count, places));
    }

    private static int logUp(int value) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(value - 1);
    }

    /** Eights of pixels at equal distances from the first one on. */
    int run() {
        return logInner == 0 ? 1 << logRows : 1 << logInner + logColumns - 3;
    }

    /**
     * The least size from {@link #places} on that is first modulo step, as {@code spaced} in {@code convolution.cu}.
     */
    int pitch(int first, int step) {
        return quotientUp(places - first + step, step) * step - step + first;
    }
}
