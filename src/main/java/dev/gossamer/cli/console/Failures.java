package dev.gossamer.cli.console;

import dev.gossamer.bench.peer.PeerException;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.data.DataException;
import dev.gossamer.data.FileFailure;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.experiment.MemoryException;
import dev.gossamer.record.RecordException;
import dev.gossamer.report.chart.ChartException;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** Says in one sentence what went wrong; stack traces go to the log file. */
public final class Failures {

    /** What HotSpot says where it is the heap that is full. */
    private static final Set<String> HEAP = Set.of("Java heap space", "GC overhead limit exceeded");

    private Failures() {}

    /** Writes a failure with its stack trace to the log file. */
    public static void log(String what, Throwable failure) {
        LoggerFactory.getLogger("dev.gossamer").error(Shown.line(what), failure);
    }

    /** The sentence for the user. */
    public static String sentence(Throwable failure) {
        if (failure instanceof UncheckedIOException wrapped) {
            return sentence(wrapped.getCause());
        }
        if (failure instanceof ExceptionInInitializerError wrapped && wrapped.getCause() != null) {
            return sentence(wrapped.getCause());
        }
        if (failure instanceof IOException inFile) {
            return FileFailure.fileAndReason(inFile);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return outOfMemory(cause);
            }
        }
        if (failure instanceof DataException
                || failure instanceof RecordException
                || failure instanceof MemoryException
                || failure instanceof PeerException
                || failure instanceof ChartException
                || failure instanceof CudaException
                || failure instanceof ConfigurationException
                || failure instanceof IllegalArgumentException) {
            return failure.getMessage();
        }
        return failure.toString().lines().findFirst().orElseThrow();
    }

    /** Whether Java's heap is full, which takes no memory to find out. */
    public static boolean isFullHeap(Throwable failure) {
        return failure instanceof OutOfMemoryError && failure.getMessage() != null
                && HEAP.contains(failure.getMessage());
    }

    /** Java's heap is one thing, the memory of replicas another. */
    private static String outOfMemory(Throwable failure) {
        return isFullHeap(failure)
                ? LastResort.heapTooSmall()
                : "out of memory (" + failure.getMessage()
                + "); fewer workers, a smaller width or batch-size need less";
    }
}
