package dev.gossamer.engine.host;

import dev.gossamer.engine.Workforce;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.versioncheck.VersionCheck;

/** The ND4J backend, and the threads that call native libraries. */
public final class NativeBackend {

    /**
     * Threads that no engine has, by their number and that of the threads within an operation. They are kept for the
     * life of the process: what ND4J and its libraries hold for a thread stays when it ends.
     */
    private static final Map<List<Integer>, Queue<Workforce>> IDLE = new ConcurrentHashMap<>();

    private static final String CPU_BACKEND = "org/nd4j/linalg/cpu/nativecpu/CpuBackend.class";

    private NativeBackend() {}

    /**
     * Threads for a number of replicas, to be closed: engines side by side share none, and one after another the same.
     * They may call ND4J, which is not loaded for them.
     *
     * @param workers number of workers; one alone has native operations share their work among the threads instead,
     *     products of OpenBLAS only while there is no engine of several workers
     * @param threads number of threads wanted, at least 1; there are never more than workers, nor than twice the
     *     processors, since native libraries fail when called by thousands
     * @throws LinkageError if OpenBLAS cannot be loaded
     */
    public static Workforce workforce(int workers, int threads) {
        int replicasAtOnce = replicasAtOnce(workers, threads);
        int operationThreads = workers == 1 ? sensible(threads) : 1;
        OpenBlas.join(operationThreads);
        return idle(replicasAtOnce, operationThreads, () -> OpenMp.limit(operationThreads),
                () -> OpenBlas.leave(operationThreads));
    }

    /**
     * Threads that each call native operations of their own, whatever the number of replicas; everything else as for
     * {@link #workforce(int, int)}.
     *
     * @throws LinkageError if OpenBLAS cannot be loaded
     */
    public static Workforce workforce(int threads) {
        return workforce(Integer.MAX_VALUE, threads);
    }

    /** Runs what the current thread of a workforce shares with other threads within each operation. */
    public static void withOperationThreads(int threads, Runnable operations) {
        OpenMp.limit(threads);
        try {
            operations.run();
        } finally {
            OpenMp.limit(1);
        }
    }

    /**
     * Loads what {@link #workforce(int, int)} calls.
     *
     * @throws LinkageError if that is not possible
     */
    public static void loadLibraries() {
        OpenBlas.load();
    }

    private static Workforce idle(int replicasAtOnce, int operationThreads, Runnable atStart, Runnable atEnd) {
        Queue<Workforce> idle = IDLE.computeIfAbsent(
                List.of(replicasAtOnce, operationThreads), missing -> new ConcurrentLinkedQueue<>());
        Workforce known = idle.poll();
        return known != null ? known.again() : new Workforce(replicasAtOnce, atStart, closed -> {
            atEnd.run();
            idle.add(closed);
        });
    }

    /** Whether ND4J's CPU backend is on the class path. A package for GPUs has none. */
    public static boolean isPresent() {
        return NativeBackend.class.getClassLoader().getResource(CPU_BACKEND) != null;
    }

    /** Whether the memory of ND4J's arrays is that of the host. */
    public static boolean isHost() {
        return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
    }

    /**
     * Threads for a number of replicas that call no native libraries, of which none is loaded; everything else as for
     * {@link #workforce(int, int)}.
     */
    public static Workforce workforceWithout(int workers, int threads) {
        int replicasAtOnce = replicasAtOnce(workers, threads);
        return idle(replicasAtOnce, 0, () -> {}, () -> {});
    }

    /** How many replicas are at work at the same time, each in a thread of its own. */
    static int replicasAtOnce(int workers, int threads) {
        return Math.min(sensible(threads), workers);
    }

    /** As many threads as wanted, but at most twice as many as processors. */
    public static int sensible(int threads) {
        return Math.min(threads, 2 * Runtime.getRuntime().availableProcessors());
    }

    /** Backend and version, for example {@code ND4J CpuBackend 1.0.0-M2.1}. */
    public static String description() {
        String version = VersionCheck.getVersionInfos().stream()
                .filter(info -> info.getArtifactId().equals("nd4j-api"))
                .map(info -> " " + info.getBuildVersion())
                .findFirst()
                .orElse("");
        return "ND4J " + Nd4j.getBackend().getClass().getSimpleName() + version;
    }
}
