package dev.gossamer.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkforceTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7})
    void doesEachPieceOnce(int threads) {
        AtomicIntegerArray done = new AtomicIntegerArray(1000);
        AtomicIntegerArray busy = new AtomicIntegerArray(threads);
        AtomicBoolean shared = new AtomicBoolean();
        try (Workforce workforce = new Workforce(threads, () -> {})) {
            workforce.forEach(1000, (thread, index) -> {
                if (busy.incrementAndGet(thread) != 1) {
                    shared.set(true);
                }
                done.incrementAndGet(index);
                busy.decrementAndGet(thread);
            });
        }
        int[] once = IntStream.generate(() -> 1).limit(1000).toArray();
        assertArrayEquals(once, IntStream.range(0, 1000).map(done::get).toArray());
        assertFalse(shared.get(), "two pieces ran in the same slot at the same time");
    }

    @Test
    void passesOnWhatAPieceThrowsAndStaysUsable() {
        AtomicInteger done = new AtomicInteger();
        try (Workforce workforce = new Workforce(2, () -> {})) {
            Workforce.Work failing = (thread, index) -> {
                done.incrementAndGet();
                if (index == 3) {
                    throw new IllegalStateException("piece 3");
                }
            };
            var failure = assertThrows(IllegalStateException.class, () -> workforce.forEach(1_000_000, failing));
            assertEquals("piece 3", failure.getMessage());
            assertTrue(done.get() < 1_000_000, "work goes on after a failure");
            assertThrows(OutOfMemoryError.class, () -> workforce.forEach(1, (thread, index) -> {
                throw new OutOfMemoryError("native");
            }));
            workforce.forEach(5, (thread, index) -> done.set(index));
        }
    }

    @Test
    void passesOnWhatTheStartOfAThreadThrows() {
        try (Workforce workforce = new Workforce(1, () -> {
            throw new IllegalStateException("no library");
        })) {
            var failure = assertThrows(IllegalStateException.class, () -> workforce.forEach(1, (thread, index) -> {}));
            assertEquals("no library", failure.getMessage());
        }
    }

    /** Of whoever asks, in slot 0, and of another one, which both take part at the same time. */
    private static Set<Thread> threadsOf(Workforce two) {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Thread asking = Thread.currentThread();
        CountDownLatch both = new CountDownLatch(2);
        two.forEach(2, (thread, index) -> {
            assertEquals(thread == 0, Thread.currentThread() == asking);
            threads.add(Thread.currentThread());
            both.countDown();
            await(both);
        });
        return threads;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS), "no other thread takes part");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void threadsThatOutliveTheirUserAreGivenToOneAtATime() {
        List<Workforce> idle = new ArrayList<>();
        Workforce workforce = new Workforce(2, () -> {}, idle::add);
        Set<Thread> threads = threadsOf(workforce);
        workforce.close();
        workforce.close();
        assertEquals(List.of(workforce), idle);
        Workforce again = idle.remove(0).again();
        assertEquals(threads, threadsOf(again));
        workforce.close();
        assertEquals(List.of(), idle, "it is somebody else's by now");
        again.close();
        assertEquals(1, idle.size());
    }
}
