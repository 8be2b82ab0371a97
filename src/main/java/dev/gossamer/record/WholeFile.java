package dev.gossamer.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that appears as a whole or not at all, and replaces an older one only then. */
public final class WholeFile {

    private WholeFile() {}

    /**
     * Writes text, in UTF-8, to a file beside its place, and moves that there when it is complete. A link, a pipe or a
     * device stays what it is: it is written to.
     *
     * @throws RecordException if that is not possible; what was written of it is removed
     */
    public static void write(Path file, String text) {
        if (Files.exists(file) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            writeInPlace(file, text);
            return;
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.writeString(unfinished, text);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw RecordException.writing(file, withoutRemains(unfinished, e));
        }
    }

    private static void writeInPlace(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    private static IOException withoutRemains(Path unfinished, IOException failure) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }
}
