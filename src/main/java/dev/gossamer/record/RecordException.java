package dev.gossamer.record;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A record that cannot be written or read. The message is one sentence for the user, with the file and the reason. */
public final class RecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A failure that this sentence describes. */
    public RecordException(String sentence) {
        super(sentence);
    }

    private RecordException(String sentence, IOException cause) {
        super(sentence, cause);
    }

    /** A file that cannot be written, and why. */
    public static RecordException writing(Path file, IOException cause) {
        return new RecordException("cannot write " + file + ": " + reason(file, cause), cause);
    }

    static RecordException reading(Path file, IOException cause) {
        return new RecordException("cannot read " + file + ": " + reason(file, cause), cause);
    }

    private static String reason(Path file, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + " exists already";
        }
        if (cause instanceof FileSystemException inFileSystem && inFileSystem.getReason() != null) {
            return inFileSystem.getReason();
        }
        String message = cause.getMessage();
        if (cause instanceof FileNotFoundException && message.startsWith(file + " (")) {
            return message.substring((file + " (").length(), message.length() - 1);
        }
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
