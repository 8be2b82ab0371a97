package dev.gossamer.cli.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process with a sentence and {@link ExitCode#FAILED} when a thread dies of something that nobody caught, and
 * when Java's heap is so nearly full that nothing but collecting garbage goes on. What it then needs is made before, as
 * there may be no memory left. Runs go on from what was recorded, as after a kill.
 */
public final class LastResort implements Thread.UncaughtExceptionHandler {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Seconds of nearly nothing but collections after which there is no more hope. */
    private static final int PATIENCE = 5;

    /** Share of the time in collections, in percent, that counts as nearly nothing else; healthy runs stay below 25. */
    private static final int MOST = 90;

    /** MiB of a heap that is larger than what is advised as a rule. */
    private static final int ONE_GIB = 1024;

    /** Bytes that are free again for the last sentence. */
    private static final int RESERVE = 1 << 18;

    private byte[] outOfMemory;
    private final byte[] elsewhere = ("error: out of memory, but not of Java's heap: of room for classes, threads or"
            + " buffers, which options of Java or a limit of this machine keep too small\n")
            .getBytes(StandardCharsets.UTF_8);
    private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);
    private byte[] reserve;

    private LastResort() {
        outOfMemory = "error: out of memory: Java's heap is too small\n".getBytes(StandardCharsets.US_ASCII);
    }

    /** Makes it what happens when a thread of this process dies. */
    public static void install() {
        LastResort lastResort = new LastResort();
        Thread.setDefaultUncaughtExceptionHandler(lastResort);
        lastResort.prepare();
        Thread watch = new Thread(lastResort::watch, "memory");
        watch.setDaemon(true);
        watch.start();
    }

    /** Loads what the end needs, which is of no use once memory is gone. */
    private void prepare() {
        try {
            Class.forName("java.lang.Shutdown");
            Failures.isFullHeap(new OutOfMemoryError());
            err.write(outOfMemory, 0, 0);
        } catch (ReflectiveOperationException | IOException e) {
            // Then it is loaded when it is needed.
        }
        outOfMemory = "error: ".concat(heapTooSmall()).concat("\n").getBytes(StandardCharsets.UTF_8);
        reserve = new byte[RESERVE];
    }

    /** The sentence for a heap that is full, joined in a way that takes hardly any memory. */
    public static String heapTooSmall() {
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        return "out of memory: Java's heap of "
                .concat(Long.toString(heap))
                .concat(" MiB is too small; GOSSAMER_JAVA_OPTIONS=-Xmx")
                .concat(heap < ONE_GIB ? "1g" : Long.toString(2 * heap).concat("m"))
                .concat(" makes it larger, and a run goes on with --resume");
    }

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        reserve = null;
        byte[] message = outOfMemory;
        try {
            if (!Failures.isFullHeap(failure)) {
                message = elsewhere;
                Failures.log("thread " + thread.getName(), failure);
                message = ("error: " + Failures.sentence(failure) + System.lineSeparator())
                        .getBytes(StandardCharsets.UTF_8);
            }
        } catch (RuntimeException | Error e) {
            // There is no memory even for that.
        } finally {
            end(message);
        }
    }

    private void end(byte[] message) {
        try {
            err.write(message);
        } catch (IOException e) {
            // There is nobody left to tell.
        } finally {
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }
    }

    private void watch() {
        GarbageCollectorMXBean[] collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> stopsThreads(collector.getName()))
                .toArray(GarbageCollectorMXBean[]::new);
        long time = System.nanoTime();
        long collecting = collecting(collectors);
        int full = 0;
        while (full < PATIENCE) {
            if (!sleep()) {
                return;
            }
            long now = System.nanoTime();
            long collected = collecting(collectors);
            boolean isFull = TimeUnit.MILLISECONDS.toNanos(collected - collecting) > MOST / 100.0 * (now - time);
            full = isFull ? full + 1 : 0;
            time = now;
            collecting = collected;
        }
        reserve = null;
        end(outOfMemory);
    }

    /** Whether all threads wait for a collector of that name; the cycles of ZGC and Shenandoah go on beside them. */
    public static boolean stopsThreads(String collector) {
        return !collector.endsWith("Cycles");
    }

    /** Milliseconds in collections since the process started. */
    private static long collecting(GarbageCollectorMXBean[] collectors) {
        long sum = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            sum += collector.getCollectionTime();
        }
        return sum;
    }

    private static boolean sleep() {
        try {
            TimeUnit.NANOSECONDS.sleep(SECOND);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
