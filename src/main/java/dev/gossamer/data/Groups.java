package dev.gossamer.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Which examples belong together, such as those of one user.
 *
 * @param column what the groups are known by: the name of the column of a table
 * @param numbers the group of each example [N], from 0 in the order in which they are found; not to be written to
 */
record Groups(String column, int[] numbers) {

    /** Those of some examples. */
    Groups only(int[] examples) {
        return new Groups(column, Arrays.stream(examples).map(i -> numbers[i]).toArray());
    }

    /**
     * Number of examples of each group [g], 0 where a number has none.
     *
     * @param examples how many examples are counted, those that come first
     */
    int[] counts(int examples) {
        int[] counts = new int[1 + Arrays.stream(numbers, 0, examples).max().orElse(-1)];
        for (int i = 0; i < examples; i++) {
            counts[numbers[i]]++;
        }
        return counts;
    }

    void addTo(MessageDigest digest) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES);
        bytes.asIntBuffer().put(numbers);
        digest.update(bytes.array());
    }
}
