package dev.gossamer.cli;

import dev.gossamer.data.DataException;
import dev.gossamer.record.RecordException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.slf4j.LoggerFactory;

/** Says in one sentence what went wrong; stack traces go to the log file. */
final class Failures {

    private Failures() {}

    /** Writes a failure with its stack trace to the log file. */
    static void log(String what, Throwable failure) {
        LoggerFactory.getLogger("dev.gossamer").error(what, failure);
    }

    /** The sentence for the user. */
    static String sentence(Throwable failure) {
        if (failure instanceof UncheckedIOException wrapped) {
            return sentence(wrapped.getCause());
        }
        if (failure instanceof FileSystemException inFile) {
            return inFile.getFile() + ": " + reason(inFile);
        }
        if (failure instanceof OutOfMemoryError) {
            return "out of memory (" + failure.getMessage()
                    + "); fewer workers, a smaller width or batch-size need less";
        }
        if (failure instanceof DataException
                || failure instanceof RecordException
                || failure instanceof IllegalArgumentException) {
            return failure.getMessage();
        }
        return failure.toString().lines().findFirst().orElseThrow();
    }

    private static String reason(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "a file is in the way where a folder is needed";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        return failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
    }
}
