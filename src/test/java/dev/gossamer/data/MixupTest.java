package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MixupTest {

    private static final ImageShape SHAPE = new ImageShape(1, 6, 6);
    private static final int WORKERS = 3;
    private static final int SIZE = 8;
    private static final int DRAWS = 20_000;

    private static BatchSampler sampler(double alpha, long seed) {
        return new BatchSampler(Fixtures.images(SHAPE, 30, 2), Augmentation.CROP_AND_FLIP, alpha, Partition.SHARED,
                WORKERS, SIZE, seed);
    }

    private static double[] shares(double alpha) {
        BatchSampler sampler = sampler(alpha, 4);
        return IntStream.range(0, DRAWS).mapToDouble(step -> sampler.at(step).draws().mixup().share(SIZE)).toArray();
    }

    /** Largest distance between the distribution of values and a function, as Kolmogorov and Smirnov have it. */
    private static double distance(double[] values, DoubleUnaryOperator distribution) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        return IntStream.range(0, sorted.length)
                .mapToDouble(i -> Math.abs((i + 0.5) / sorted.length - distribution.applyAsDouble(sorted[i])))
                .max().getAsDouble();
    }

    /** The arcsine distribution, the even one, and the cubic one; the bound is passed once in 1,000,000 times. */
    @Test
    void sharesHaveTheBetaDistribution() {
        double bound = Math.sqrt(Math.log(2e6) / 2 / DRAWS);
        assertTrue(distance(shares(0.5), x -> 2 / Math.PI * Math.asin(Math.sqrt(x))) < bound);
        assertTrue(distance(shares(1), x -> x) < bound);
        assertTrue(distance(shares(2), x -> x * x * (3 - 2 * x)) < bound);
        assertTrue(distance(shares(2), x -> x) > bound);
    }

    @Test
    void sharesAreNumbersWhateverTheAlpha() {
        for (double alpha : new double[] {0.001, 1000}) {
            double[] shares = shares(alpha);
            assertTrue(Arrays.stream(shares).allMatch(share -> share >= 0 && share <= 1));
            double mean = Arrays.stream(shares).average().getAsDouble();
            double variance = Arrays.stream(shares).map(share -> (share - mean) * (share - mean)).average()
                    .getAsDouble();
            assertEquals(0.5, mean, 0.02);
            assertEquals(1 / (4 * (2 * alpha + 1)), variance, 0.05 * variance);
        }
    }

    @Test
    void partnersAreTheImagesOfTheSameWorkerInAnotherOrder() {
        BatchSampler sampler = sampler(0.2, 4);
        int[] counts = new int[SIZE];
        for (int step = 0; step < 4000; step++) {
            Mixup mixup = sampler.at(step).draws().mixup();
            for (int worker = 0; worker < WORKERS; worker++) {
                int[] partners = Arrays.copyOfRange(mixup.partners(), worker * SIZE, (worker + 1) * SIZE);
                counts[partners[2] - worker * SIZE]++;
                Arrays.sort(partners);
                assertArrayEquals(IntStream.range(worker * SIZE, (worker + 1) * SIZE).toArray(), partners);
                for (int i = 0; i < SIZE; i++) {
                    assertEquals(mixup.share(worker * SIZE), mixup.share(worker * SIZE + i));
                }
            }
        }
        double even = 4000.0 * WORKERS / SIZE;
        assertTrue(Arrays.stream(counts).allMatch(count -> Math.abs(count - even) < 5 * Math.sqrt(even)));
    }

    /** Whatever was drawn before; and the same images as without mixup. */
    @Test
    void drawsAreAFunctionOfSeedStepAndWorker() {
        BatchSampler sampler = sampler(0.2, 4);
        sampler.at(3);
        Draws draws = sampler.at(7).draws();
        Draws again = sampler(0.2, 4).at(7).draws();
        assertArrayEquals(draws.mixup().partners(), again.mixup().partners());
        assertArrayEquals(draws.mixup().shares(), again.mixup().shares());
        assertArrayEquals(draws.places(), sampler(0, 4).at(7).draws().places());
        assertFalse(draws.mixup().share(0) == draws.mixup().share(SIZE));
        assertFalse(draws.mixup().share(0) == sampler(0.2, 5).at(7).draws().mixup().share(0));
        assertFalse(again.mixup().share(0) == sampler.at(8).draws().mixup().share(0));
    }

    @Test
    void imagesAreMixedOneByOneAndFromWhereverOneStarts() {
        Draws draws = sampler(0.8, 4).at(7).draws();
        Draws alone = new Draws(draws.source(), draws.places());
        FloatBuffer expected = FloatBuffer.allocate(WORKERS * SIZE * SHAPE.size());
        alone.render(0, WORKERS * SIZE, expected);
        FloatBuffer actual = FloatBuffer.allocate(3 * SHAPE.size() + 2).position(2);
        draws.render(SIZE + 2, 3, actual);
        assertEquals(actual.capacity(), actual.position());
        for (int i = 0; i < 3; i++) {
            double share = draws.mixup().shares()[SIZE];
            int partner = draws.mixup().partners()[SIZE + 2 + i];
            for (int k = 0; k < SHAPE.size(); k++) {
                assertEquals(share * expected.get((SIZE + 2 + i) * SHAPE.size() + k)
                        + (1 - share) * expected.get(partner * SHAPE.size() + k),
                        actual.get(2 + i * SHAPE.size() + k), 1e-6);
            }
        }
    }
}
