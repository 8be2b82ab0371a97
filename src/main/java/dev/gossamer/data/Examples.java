package dev.gossamer.data;

import java.util.Arrays;

/**
 * Examples with features, while they are read: rows of values, most of which may be 0, and the number of each row's
 * class.
 */
final class Examples {

    private static final int FIRST = 1 << 10;
    private static final long HEAP = Runtime.getRuntime().maxMemory();

    private final Object file;
    private int[] starts = new int[FIRST];
    private int[] classes = new int[FIRST];
    private int[] groups = new int[FIRST];
    private int[] columns = new int[FIRST];
    private float[] values = new float[FIRST];
    private int size;
    private int stored;
    private int width;

    /** @param file where they are from, for messages */
    Examples(Object file) {
        this.file = file;
    }

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

    /** Ends an example that is in no group. */
    void end(int classNumber) {
        end(classNumber, 0);
    }

    /** Ends an example. */
    void end(int classNumber, int group) {
        if (size + 1 == starts.length) {
            starts = Arrays.copyOf(starts, grown(size));
            classes = Arrays.copyOf(classes, grown(size));
            groups = Arrays.copyOf(groups, grown(size));
        }
        groups[size] = group;
        classes[size++] = classNumber;
        starts[size] = stored;
    }

    /** @throws DataException if Java's heap cannot hold the arrays before and after they have grown */
    private int grown(int length) {
        int next = (int) Math.min(Integer.MAX_VALUE - 8, length + (long) (length >> 1) + 1);
        if (next == length || held() + (long) next * Float.BYTES > HEAP) {
            throw DataException.of("%s holds more than %,d values that are not 0, or %,d examples, which Java's heap of"
                    + " %,d MiB cannot hold; GOSSAMER_JAVA_OPTIONS=-Xmx8g makes it larger.", file, stored, size,
                    HEAP >> 20);
        }
        return next;
    }

    private long held() {
        return (3L * starts.length + 2L * values.length) * Float.BYTES;
    }

    /** Numbers of the classes [N]. */
    int[] classes() {
        return Arrays.copyOf(classes, size);
    }

    /** Numbers of the groups [N]. */
    int[] groups() {
        return Arrays.copyOf(groups, size);
    }

    /**
     * All features [N, f].
     *
     * @throws DataException if Java's heap cannot hold them, a copy of them in parts, and what was read
     */
    float[] dense(int features) {
        float[] dense = new float[checked(size, features, Float.BYTES, 2, held(), file)];
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
        return checked(examples, features, bytes, 1, 0, file);
    }

    private static int checked(long examples, long features, int bytes, int copies, long held, Object file) {
        long count = examples * features;
        long needed = count * bytes * copies + held;
        if (count > Integer.MAX_VALUE - 8 || needed > HEAP) {
            throw DataException.of("%s holds %,d examples of %,d values, which take %,d MiB: expected at most 2^31 - 9"
                    + " values, and no more than Java's heap of %,d MiB, which GOSSAMER_JAVA_OPTIONS=-Xmx8g makes"
                    + " larger.", file, examples, features, needed >> 20, HEAP >> 20);
        }
        return (int) count;
    }
}
