package dev.gossamer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

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

    private void ofTwice(MixingMatrix mixing) {
        prepared.of(mixing);
        prepared.of(mixing);
    }

    @Test
    void theOneThatWasNotUsedForLongestIsForgotten() {
        MixingMatrix first = MixingMatrix.identity(2);
        MixingMatrix second = MixingMatrix.identity(2);
        ofTwice(first);
        ofTwice(second);
        for (int k = 2; k < Prepared.MOST; k++) {
            ofTwice(MixingMatrix.identity(2));
        }
        prepared.of(first);
        assertEquals(List.of(), forgotten);
        ofTwice(MixingMatrix.identity(2));
        assertEquals(List.of(second), forgotten);
        prepared.of(first);
        assertEquals(Prepared.MOST + 1, made.size());
    }

    /** As with a scheme without a period. */
    @Test
    void oneThatIsUsedOnceDoesNotStay() {
        MixingMatrix often = MixingMatrix.identity(2);
        ofTwice(often);
        for (int k = 0; k < 10; k++) {
            prepared.of(MixingMatrix.identity(2));
            assertEquals(made.subList(1, k + 1), forgotten);
        }
        prepared.of(often);
        assertEquals(11, made.size());
    }

    /** A period is prepared twice: in its first round nobody knows that there is another one. */
    @Test
    void aPeriodStaysFromItsSecondRoundOn() {
        List<MixingMatrix> period = List.of(
                MixingMatrix.identity(2), MixingMatrix.identity(2), MixingMatrix.identity(2));
        for (int round = 0; round < 5; round++) {
            period.forEach(mixing -> assertSame(mixing, prepared.of(mixing)));
        }
        assertEquals(6, made.size());
        assertEquals(period, forgotten);
    }

    /** Of 64 MiB each, 20 bytes for each entry, there is room for three; a few are always kept. */
    @Test
    void largeOnesAreFew() {
        List<MixingMatrix> large = new ArrayList<>();
        for (int k = 0; k < 4; k++) {
            large.add(MixingMatrix.uniform(1832));
            ofTwice(large.get(k));
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
