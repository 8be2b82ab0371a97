package dev.gossamer.cli;

import dev.gossamer.bench.PeerException;
import dev.gossamer.data.DataException;
import dev.gossamer.data.FileFailure;
import dev.gossamer.engine.stacked.cuda.CudaException;
import dev.gossamer.experiment.ConfigurationException;
import dev.gossamer.experiment.MemoryException;
import dev.gossamer.record.RecordException;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.LoggerFactory;

/** Says in one sentence what went wrong; stack traces go to the log file. */
final class Failures {

    private static final String HEAP = "Java heap space";

    private Failures() {}

    /** Writes a failure with its stack trace to the log file. */
    static void log(String what, Throwable failure) {
        LoggerFactory.getLogger("dev.gossamer").error(Shown.line(what), failure);
    }

    /** The sentence for the user. */
    static String sentence(Throwable failure) {
        if (failure instanceof UncheckedIOException wrapped) {
            return sentence(wrapped.getCause());
        }
        if (failure instanceof IOException inFile) {
            return FileFailure.fileAndReason(inFile);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return outOfMemory(cause.getMessage());
            }
        }
        if (failure instanceof DataException
                || failure instanceof RecordException
                || failure instanceof MemoryException
                || failure instanceof PeerException
                || failure instanceof CudaException
                || failure instanceof ConfigurationException
                || failure instanceof IllegalArgumentException) {
            return failure.getMessage();
        }
        return failure.toString().lines().findFirst().orElseThrow();
    }

    /** Java's heap is one thing, the memory of replicas another. */
    private static String outOfMemory(String reason) {
        return HEAP.equals(reason)
                ? LastResort.heapTooSmall()
                : "out of memory (" + reason + "); fewer workers, a smaller width or batch-size need less";
    }
}
