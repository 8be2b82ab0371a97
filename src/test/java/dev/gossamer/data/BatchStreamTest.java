package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BatchStreamTest {

    private static final ImageShape SHAPE = new ImageShape(3, 8, 8);

    private final ImageSet images = Fixtures.images(SHAPE, 300, 10);

    private BatchStream stream(Partition partition, long seed, long firstStep) {
        return new BatchStream(images, Augmentation.CROP_AND_FLIP, partition, 4, 5, seed, firstStep);
    }

    @Test
    void stepsComeInOrderAsTheSamplerMakesThem() {
        int[][] parts = Partition.SHARED.assign(images, 4, 3);
        BatchSampler sampler = new BatchSampler(images, Augmentation.CROP_AND_FLIP, parts, 5, 3);
        FloatBuffer expected = FloatBuffer.allocate(20 * SHAPE.size());
        int[] labels = new int[20];
        try (BatchStream stream = stream(Partition.SHARED, 3, 0)) {
            for (int step = 0; step < 50; step++) {
                Batch batch = stream.next();
                Draws draws = sampler.draws();
                sampler.draw(step, draws, labels);
                sampler.render(draws, expected);
                assertEquals(expected, batch.images());
                assertArrayEquals(labels, batch.labels());
                assertTrue(batch.images().isDirect());
                assertEquals(ByteOrder.nativeOrder(), batch.images().order());
                batch.images().position(17);
            }
        }
    }

    @Test
    void batchesWithoutImagesHaveTheSameDraws() {
        try (BatchStream rendered = stream(Partition.RANDOM, 3, 2);
                BatchStream drawn = new BatchStream(
                        images, Augmentation.CROP_AND_FLIP, Partition.RANDOM, 4, 5, 3, 2, false)) {
            for (int step = 0; step < 10; step++) {
                Batch expected = rendered.next();
                Batch batch = drawn.next();
                assertNull(batch.images());
                assertSame(images, batch.draws().source());
                assertArrayEquals(expected.draws().places(), batch.draws().places());
                assertArrayEquals(expected.labels(), batch.labels());
            }
        }
    }

    @Test
    void batchStaysValidWhileTheNextIsPrepared() throws InterruptedException {
        try (BatchStream stream = stream(Partition.SHARED, 3, 0)) {
            for (int step = 0; step < 5; step++) {
                Batch batch = stream.next();
                float[] before = copy(batch);
                int[] labels = batch.labels().clone();
                Thread.sleep(20);
                assertArrayEquals(before, copy(batch));
                assertArrayEquals(labels, batch.labels());
            }
        }
    }

    private static float[] copy(Batch batch) {
        float[] values = new float[batch.images().capacity()];
        batch.images().get(0, values);
        return values;
    }

    @Test
    void continuedStreamEqualsTheWhole() {
        try (BatchStream whole = stream(Partition.RANDOM, 8, 0);
                BatchStream continued = stream(Partition.RANDOM, 8, 6)) {
            for (int step = 0; step < 6; step++) {
                whole.next();
            }
            for (int step = 6; step < 10; step++) {
                assertArrayEquals(copy(whole.next()), copy(continued.next()));
            }
        }
    }

    @Test
    void otherSeedsGiveOtherImages() {
        try (BatchStream one = stream(Partition.SHARED, 1, 0); BatchStream two = stream(Partition.SHARED, 2, 0)) {
            assertFalse(Arrays.equals(copy(one.next()), copy(two.next())));
        }
    }

    @Test
    void twoBuffersTakeTurns() {
        try (BatchStream stream = stream(Partition.SHARED, 1, 0)) {
            Batch first = stream.next();
            Batch second = stream.next();
            assertNotSame(first, second);
            for (int i = 0; i < 10; i++) {
                assertSame(first, stream.next());
                assertSame(second, stream.next());
            }
        }
    }

    @Test
    void workersDrawFromTheirParts() {
        int[][] parts = Partition.dirichlet(0.05).assign(images, 4, 2);
        try (BatchStream stream = stream(Partition.dirichlet(0.05), 2, 0)) {
            for (int step = 0; step < 30; step++) {
                int[] labels = stream.next().labels();
                for (int i = 0; i < labels.length; i++) {
                    int label = labels[i];
                    int[] part = parts[i / 5];
                    assertTrue(Arrays.stream(part).anyMatch(image -> images.label(image) == label));
                }
            }
        }
    }

    @Test
    void failureInTheBackgroundSurfacesInNext() {
        int[][] partsWithMissingImage = {{0, 300}};
        BatchSampler broken = new BatchSampler(images, Augmentation.NONE, partsWithMissingImage, 64, 1);
        try (BatchStream stream = new BatchStream(broken, SHAPE, 1, 64, 0, true)) {
            for (int attempt = 0; attempt < 2; attempt++) {
                IllegalStateException failure = assertThrows(IllegalStateException.class, stream::next);
                assertEquals(ArrayIndexOutOfBoundsException.class, failure.getCause().getClass());
            }
        }
    }

    /** As when there is no memory to report a failure with: the thread is gone, and there is nothing to wait for. */
    @Test
    void aThreadThatEndedWithoutAWordIsNotWaitedForWithoutEnd() {
        BatchSampler slow = new BatchSampler(images, Augmentation.NONE, new int[][] {{0}}, 1, 1);
        try (BatchStream stream = new BatchStream(slow, SHAPE, 1, 1, 0, true)) {
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().equals("batches")) {
                    thread.interrupt();
                }
            }
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertThrows(IllegalStateException.class, () -> {
                while (true) {
                    stream.next();
                }
            }));
        }
    }

    @Test
    void closeEndsTheThreadAndTheStream() {
        int before = batchThreads();
        BatchStream stream = stream(Partition.SHARED, 1, 0);
        stream.next();
        assertEquals(before + 1, batchThreads());
        stream.close();
        assertEquals(before, batchThreads());
        assertThrows(IllegalStateException.class, stream::next);
        stream.close();
    }

    private static int batchThreads() {
        int count = 0;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            count += thread.getName().equals("batches") && thread.isDaemon() ? 1 : 0;
        }
        return count;
    }

    @Test
    void impossibleSizesAreRefused() {
        assertRefused(0, 5, 0, "workers and batch size must be at least 1, got 0 workers and 5 images");
        assertRefused(4, 0, 0, "workers and batch size must be at least 1, got 4 workers and 0 images");
        assertRefused(4, 5, -1, "first step must be at least 0, got -1");
        assertRefused(1000, 3000, 0, "1000 workers with batches of 3000 images of 192 values take 2304000000 bytes");
    }

    private void assertRefused(int workers, int batch, long firstStep, String message) {
        IllegalArgumentException failure = assertThrows(IllegalArgumentException.class, () -> new BatchStream(
                images, Augmentation.NONE, Partition.SHARED, workers, batch, 1, firstStep).close());
        assertTrue(failure.getMessage().startsWith(message), failure.getMessage());
    }
}
