package dev.gossamer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.topology.MixingMatrix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreparedTest {

    private final List<MixingMatrix> made = new ArrayList<>();
    private final List<MixingMatrix> forgotten = new ArrayList<>();
    private final Prepared<MixingMatrix> prepared = new Prepared<>(mixing -> {
        made.add(mixing);
        return mixing;
    }, forgotten::add);

    @Test
    void theOneThatWasNotUsedForLongestIsForgotten() {
        MixingMatrix first = MixingMatrix.identity(2);
        MixingMatrix second = MixingMatrix.identity(2);
        prepared.of(first);
        prepared.of(second);
        for (int k = 2; k < Prepared.MOST; k++) {
            prepared.of(MixingMatrix.identity(2));
        }
        prepared.of(first);
        assertEquals(List.of(), forgotten);
        prepared.of(MixingMatrix.identity(2));
        assertEquals(List.of(second), forgotten);
        prepared.of(first);
        assertEquals(Prepared.MOST + 1, made.size());
    }

    /** Of 64 MiB each there is room for three; a few are always kept. */
    @Test
    void largeOnesAreFew() {
        List<MixingMatrix> large = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            large.add(MixingMatrix.uniform(2896));
            prepared.of(large.get(k));
        }
        assertEquals(List.of(large.get(0)), forgotten);
    }

    @Test
    void weightsAreWrittenAsCompressedRows() {
        MixingMatrix mixing = MixingMatrix.of(new double[][] {{0.5, 0.5, 0}, {0.5, 0.5, 0}, {0, 0.25, 0.75}});
        ByteBuffer bytes = ByteBuffer.allocate((int) Weights.bytes(mixing)).order(ByteOrder.LITTLE_ENDIAN);
        new Weights(mixing).write(bytes);
        int[] expected = {0, 2, 4, 6, 0, 1, 0, 0, 1, 0, 1, 1, 2};
        for (int k = 0; k < expected.length; k++) {
            assertEquals(expected[k], bytes.getInt(Integer.BYTES * k));
        }
        double[] weights = {0.5, 0.5, 0.5, 0.5, 0.25, 0.75};
        for (int k = 0; k < weights.length; k++) {
            assertEquals(weights[k], bytes.getFloat(Integer.BYTES * (expected.length + k)));
        }
        assertEquals(Integer.BYTES * (expected.length + weights.length), bytes.capacity());
    }
}
