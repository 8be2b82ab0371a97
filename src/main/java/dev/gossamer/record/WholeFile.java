package dev.gossamer.record;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears as a whole or not at all, and replaces an older one only then; also where the machine loses its
 * power.
 */
public final class WholeFile {

    /** The ending of a file that is not complete yet. */
    static final String UNFINISHED = ".part";

    private WholeFile() {}

    /** Writes what belongs into a file. */
    @FunctionalInterface
    interface Content {
        void writeTo(FileOutputStream out) throws IOException;
    }

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
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes any content in the same way. */
    static void write(Path file, Content content) {
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try {
            try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
                content.writeTo(out);
                out.getFD().sync();
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncFolder(file);
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

    /** Makes the new name durable; a system that cannot open folders has to see to that itself. */
    private static void syncFolder(Path file) {
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            // The file is complete under either name.
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
