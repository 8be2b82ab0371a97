package dev.gossamer.data;

import java.util.Arrays;

/**
 * Examples with features, while they are read: rows of values, most of which may be 0, and the number of each row's
 * class.
 */
final class Examples {

    private static final int FIRST = 1 << 10;

    private int[] starts = new int[FIRST];
    private int[] classes = new int[FIRST];
    private int[] columns = new int[FIRST];
    private float[] values = new float[FIRST];
    private int size;
    private int stored;
    private int width;

    /** Number of examples. */
    int size() {
        return size;
    }

    /** Number of features, as far as they have been told. */
    int width() {
        return width;
    }

    /** Tells a value of the example that is under way; the same column must not come twice. */
    void put(int column, float value) {
        width = Math.max(width, column + 1);
        if (value == 0) {
            return;
        }
        if (stored == values.length) {
            columns = Arrays.copyOf(columns, grown(stored));
            values = Arrays.copyOf(values, grown(stored));
        }
        columns[stored] = column;
        values[stored++] = value;
    }

    /** Ends an example. */
    void end(int classNumber) {
        if (size + 1 == starts.length) {
            starts = Arrays.copyOf(starts, grown(size));
            classes = Arrays.copyOf(classes, grown(size));
        }
        classes[size++] = classNumber;
        starts[size] = stored;
    }

    private static int grown(int length) {
        if (length >= Integer.MAX_VALUE - 8) {
            throw new DataException("a data file holds more than 2^31 - 9 values that are not 0, the most there may be.");
        }
        return (int) Math.min(Integer.MAX_VALUE - 8, length + (long) (length >> 1) + 1);
    }

    /** Numbers of the classes [N]. */
    int[] classes() {
        return Arrays.copyOf(classes, size);
    }

    /**
     * All features [N, f].
     *
     * @param file where they are from, for a message
     * @throws DataException if Java's heap cannot hold them
     */
    float[] dense(int features, Object file) {
        float[] dense = new float[checked(size, features, Float.BYTES, file)];
        for (int i = 0; i < size; i++) {
            for (int k = starts[i]; k < starts[i + 1]; k++) {
                dense[i * features + columns[k]] = values[k];
            }
        }
        return dense;
    }

    /**
     * Number of values of a set.
     *
     * @param bytes that each takes
     * @throws DataException if they are more than an array, or Java's heap, can hold
     */
    static int checked(long examples, long features, int bytes, Object file) {
        long count = examples * features;
        long free = Runtime.getRuntime().maxMemory();
        if (count > Integer.MAX_VALUE - 8 || count * bytes > free) {
            throw DataException.of("%s holds %,d examples of %,d values, which take %,d MiB: expected at most 2^31 - 9"
                    + " values, and no more than Java's heap of %,d MiB, which GOSSAMER_JAVA_OPTIONS=-Xmx8g makes"
                    + " larger.", file, examples, features, count * bytes >> 20, free >> 20);
        }
        return (int) count;
    }
}
