package dev.gossamer.engine;

/**
 * How much of a matrix is worked on at a time.
 *
 * @param rows rows that have places at the same time, a power of two or all
 * @param columns columns of a block
 */
record BlockShape(int rows, int columns) {

    /** Values of one block of all rows: a quarter MiB, which leaves room in a second-level cache of 512 KiB and up. */
    private static final int CACHED_VALUES = 1 << 16;

    /** Columns of a block where rows are many: shorter pieces of so many rows cost more than leaving the cache. */
    private static final int MANY_ROWS_BLOCK = 8192;

    /** Most values of one block, of each thread on Java's heap. */
    private static final int MOST_VALUES = 1 << 20;

    /** Blocks that threads share out, where they have enough columns. */
    private static final int BLOCKS = 16;

    /** Columns that are enough: shorter pieces of rows cost more to turn to. */
    private static final int LEAST_COLUMNS = 2048;

    /** Values of all rows of a block that are enough: fewer take less time than another thread does to begin. */
    private static final int LEAST_VALUES = 1 << 14;

    private static final int CACHE_LINE = 16;

    /** That of blocks of so many rows. */
    static BlockShape of(int rows) {
        return new BlockShape(rows,
                Math.max(CACHED_VALUES / rows, Math.min(MANY_ROWS_BLOCK, MOST_VALUES / rows)));
    }

    /**
     * That of rows the next ones of which take the places of those that are done.
     *
     * @param places rows that need places at the same time
     * @param rows number of rows n
     * @param all number of columns d
     */
    static BlockShape rolling(int places, int rows, int all) {
        int rounded = Math.min(rows, Integer.highestOneBit(2 * places - 1));
        int widest = of(rounded).columns();
        int least = Math.max(LEAST_COLUMNS, LEAST_VALUES / rows);
        int blocks = Math.max((all + widest - 1) / widest, Math.min(BLOCKS, all / least));
        return new BlockShape(rounded, (all / Math.max(1, blocks) | CACHE_LINE - 1) + 1);
    }

    /** Number of blocks that so many columns are. */
    int blocks(int all) {
        return (all + columns - 1) / columns;
    }
}
