package dev.gossamer.data;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Says in words why a file could not be read or written; many an exception has the file's name for its message. */
public final class FileFailure {

    private FileFailure() {}

    /** The reason alone, for a sentence that names the file. */
    public static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "a file of this name is in the way";
        }
        if (failure instanceof EOFException) {
            return "it ends too early";
        }
        if (failure instanceof CharacterCodingException) {
            return "it must be a text in UTF-8";
        }
        if (failure instanceof NotDirectoryException) {
            return "it is no folder";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "the folder is not empty";
        }
        String reason = failure instanceof FileSystemException inFileSystem
                ? inFileSystem.getReason()
                : failure.getMessage();
        if (reason == null) {
            return "the system gave no reason";
        }
        return failure instanceof FileNotFoundException ? ofSystem(reason) : reason;
    }

    /** The system's words out of {@code file (words)}, as above where they say the same. */
    private static String ofSystem(String message) {
        String words = message.replaceFirst("(?s)^.* \\((.*)\\)$", "$1");
        return switch (words) {
            case "No such file or directory" -> "no such file or folder";
            case "Permission denied" -> "permission denied";
            default -> words;
        };
    }

    /** The file, where the failure knows it, and the reason: {@code runs/tiny: permission denied}. */
    public static String fileAndReason(IOException failure) {
        return failure instanceof FileSystemException inFileSystem
                ? inFileSystem.getFile() + ": " + reason(failure)
                : reason(failure);
    }
}
