package dev.gossamer.algorithm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compressions and their random bits, as theory has them. */
class CompressionTest {

    private static final int LENGTH = 40;

    private static double[] compressed(Compression compression, double[] values, Clock clock, int worker) {
        double[] left = values.clone();
        compression.compress(left, 0, compression.bits().row(clock, worker));
        return left;
    }

    private static Clock clock(long step, long seed) {
        return new Clock(step, 0.1, null, seed);
    }

    private static double[] random(long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, LENGTH).mapToDouble(k -> Math.pow(random.nextGaussian(), 3)).toArray();
    }

    private static double square(double[] values) {
        return Arrays.stream(values).map(x -> x * x).sum();
    }

    private static double error(double[] values, double[] left) {
        return square(IntStream.range(0, values.length).mapToDouble(k -> values[k] - left[k]).toArray());
    }

    private static int kept(double[] left) {
        return (int) Arrays.stream(left).filter(x -> x != 0).count();
    }

    /** {@code |Q(x) - x|^2 <= (1 - delta) |x|^2}: top-k and signs for each x, others in the mean. */
    @Test
    void allAreContractions() {
        Compression top = new Compression.TopK(0.25, false);
        Compression sign = new Compression.ScaledSign(false);
        Compression some = new Compression.RandomK(0.25, 1, false, RandomBits.counted(0));
        Compression levels = new Compression.Qsgd(4, true, false, RandomBits.counted(0));
        double variance = Math.min(LENGTH / 16.0, Math.sqrt(LENGTH) / 4);
        for (int seed = 0; seed < 50; seed++) {
            double[] x = random(seed);
            assertTrue(error(x, compressed(top, x, clock(seed, 1), 0)) <= 0.75 * square(x));
            double sum = Arrays.stream(x).map(Math::abs).sum();
            assertEquals(square(x) - sum * sum / LENGTH, error(x, compressed(sign, x, clock(0, 1), 0)),
                    1e-9 * square(x));
            double ofSome = 0;
            double ofLevels = 0;
            for (int t = 0; t < 400; t++) {
                ofSome += error(x, compressed(some, x, clock(t, seed), 3)) / 400;
                ofLevels += error(x, compressed(levels, x, clock(t, seed), 3)) / 400;
            }
            assertEquals(0.75, ofSome / square(x), 0.1);
            assertTrue(ofLevels / square(x) <= 1.05 * (1 - 1 / (1 + variance)));
        }
    }

    @Test
    void scaledOnesHaveTheVectorAsTheirExpectation() {
        double[] x = random(5);
        for (Compression compression : List.of(new Compression.Qsgd(3, false, false, RandomBits.counted(2)),
                new Compression.RandomK(0.25, 4, false, RandomBits.counted(2)))) {
            double[] mean = new double[LENGTH];
            int times = 20_000;
            for (int t = 0; t < times; t++) {
                double[] left = compressed(compression, x, clock(t, 9), 1);
                Arrays.setAll(mean, k -> mean[k] + left[k] / times);
            }
            assertTrue(error(x, mean) < 3e-3 * square(x), compression + " " + error(x, mean) / square(x));
        }
    }

    /** Chi-square with 39 degrees of freedom: 72 is exceeded with probability 0.001, or less without replacement. */
    @Test
    void randomKTakesAllColumnsAlike() {
        double[] ones = new double[LENGTH];
        Arrays.fill(ones, 1);
        Compression some = new Compression.RandomK(0.2, 1, false, RandomBits.counted(0));
        int times = 5000;
        int[] counts = new int[LENGTH];
        for (int t = 0; t < times; t++) {
            double[] left = compressed(some, ones, clock(t / 10, 4), t % 10);
            assertEquals(8, kept(left));
            IntStream.range(0, LENGTH).filter(k -> left[k] != 0).forEach(k -> counts[k]++);
        }
        double expected = times * 0.2;
        double chi = Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
        assertTrue(chi < 72 && chi > 5, "chi-square " + chi);
    }

    /** Of two choices of 8 of 40, 1.6 are the same in the mean. */
    @Test
    void streamsStepsWorkersAndSeedsChooseApart() {
        double[] ones = new double[LENGTH];
        Arrays.fill(ones, 1);
        Compression some = new Compression.RandomK(0.2, 1, false, RandomBits.counted(0));
        Compression other = new Compression.RandomK(0.2, 1, false, RandomBits.counted(1));
        double[] same = new double[4];
        int times = 2000;
        for (int t = 0; t < times; t++) {
            double[] first = compressed(some, ones, clock(t, 4), 2);
            assertArrayEquals(first, compressed(some, ones, clock(t, 4), 2));
            double[][] others = {compressed(other, ones, clock(t, 4), 2), compressed(some, ones, clock(t + 1, 4), 2),
                compressed(some, ones, clock(t, 4), 3), compressed(some, ones, clock(t, 5), 2)};
            for (int o = 0; o < others.length; o++) {
                double[] left = others[o];
                same[o] += IntStream.range(0, LENGTH).filter(k -> first[k] != 0 && left[k] != 0).count();
            }
        }
        for (double number : same) {
            assertEquals(1.6, number / times, 0.1);
        }
    }

    @Test
    void noTwoColumnsOfARowHaveTheSameBits() {
        RandomBits.Row row = RandomBits.counted(0).row(clock(3, 7), 5);
        Set<Integer> bits = new HashSet<>();
        IntStream.range(0, 100_000).forEach(k -> bits.add(row.at(k)));
        assertEquals(100_000, bits.size());
    }

    @Test
    void tiesZerosAndSmallRatios() {
        double[] ties = {1, -2, 2, 0, -2};
        assertArrayEquals(new double[] {0, -2, 2, 0, 0},
                compressed(new Compression.TopK(0.4, false), ties, clock(0, 0), 0));
        assertArrayEquals(new double[] {0, -2, 0, 0, 0},
                compressed(new Compression.TopK(0.01, false), ties, clock(0, 0), 0));
        assertArrayEquals(ties, compressed(new Compression.TopK(1, false), ties, clock(0, 0), 0));
        assertArrayEquals(new double[] {1.4, -1.4, 1.4, 0, -1.4},
                compressed(new Compression.ScaledSign(false), ties, clock(0, 0), 0), 1e-15);
        double[] zeros = new double[3];
        for (Compression compression : List.of(new Compression.None(), new Compression.TopK(0.5, false),
                new Compression.ScaledSign(false), new Compression.Qsgd(4, true, false, RandomBits.counted(0)))) {
            double[] left = compressed(compression, zeros, clock(0, 0), 0);
            assertTrue(Arrays.stream(left).allMatch(x -> x == 0), compression.toString());
        }
    }

    /** The columns of a tensor have the bits of their place in the row. */
    @Test
    void aTensorIsAVectorOfItsOwn() {
        Compression some = new Compression.RandomK(0.5, 1, true, RandomBits.counted(0));
        RandomBits.Row row = some.bits().row(clock(0, 1), 0);
        double[] ones = {1, 1, 1, 1};
        some.compress(ones, 10, row);
        int[] bits = IntStream.range(10, 14).map(row::at).toArray();
        int[] sorted = IntStream.range(0, 4).boxed().sorted((a, b) -> Integer.compareUnsigned(bits[b], bits[a]))
                .mapToInt(Integer::intValue).toArray();
        assertEquals(2, kept(ones));
        assertTrue(ones[sorted[0]] == 1 && ones[sorted[1]] == 1);
    }

    @Test
    void whatIsSentIsCounted() {
        assertEquals(400, new Compression.None().bytes(100));
        assertEquals(10 * 8, new Compression.TopK(0.1, false).bytes(100));
        assertEquals(8, new Compression.TopK(0.001, false).bytes(100));
        assertEquals(10 * 4, new Compression.RandomK(0.1, 1, false, RandomBits.counted(0)).bytes(100));
        assertEquals(4 + 100 / 8.0, new Compression.ScaledSign(false).bytes(100));
        assertEquals(4 + 100 * 6 / 8.0, new Compression.Qsgd(16, true, false, RandomBits.counted(0)).bytes(100));
        assertEquals(4 + 100 * 2 / 8.0, new Compression.Qsgd(1, true, false, RandomBits.counted(0)).bytes(100));
    }
}
