package dev.gossamer.engine.stacked.cuda;

import static dev.gossamer.engine.stacked.cuda.Divisor.quotientUp;

/**
 * How the pixels of a tile of an own convolution lie: in some images, 2^logRows times 2^logColumns of each; all powers
 * of two, so that a tile may reach beyond what there is.
 *
 * @param logImages binary logarithm of the number of images
 * @param logRows binary logarithm of the number of rows
 * @param logColumns binary logarithm of the number of columns
 * @param count tiles that cover all pixels of a replica
 * @param places pixels of the source that a tile is computed from
 */
record PixelTile(int logImages, int logRows, int logColumns, int count, int places) {

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
                    best = new PixelTile(logImages, logRows, logColumns, count, lines * line);
                }
            }
        }
        return best;
    }

    /**
     * The least size from {@link #places} on that is first modulo step, as {@code spaced} in {@code convolution.cu}.
     */
    int pitch(int first, int step) {
        return quotientUp(places - first + step, step) * step - step + first;
    }
}
