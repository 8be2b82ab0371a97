package dev.gossamer.record;

import dev.gossamer.data.FreeName;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file that appears as a whole or not at all, and replaces an older one only then; also where the machine loses its
 * power. Until then it has the name {@code NAME.PROCESS.part}, which nothing else has.
 */
public final class WholeFile {

    private static final String UNFINISHED = "\\.\\d+(-\\d+)?\\.part";

    private WholeFile() {}

    /** Writes what belongs into a file. */
    @FunctionalInterface
    interface Content {
        void writeTo(FileOutputStream out) throws IOException;
    }

    /**
     * Writes text, in UTF-8, to a file that the user has named: to one beside its place, which moves there when it is
     * complete. A link, a pipe or a device stays what it is: it is written to.
     *
     * @throws RecordException if that is not possible; what was written of it is removed
     */
    public static void write(Path file, String text) {
        if (Files.exists(file) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            writeInPlace(file, text);
            return;
        }
        replace(file, text);
    }

    private static void writeInPlace(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    /**
     * Writes text in the same way to a file that the program has named: a link is replaced, and what it leads to stays.
     *
     * @throws RecordException if that is not possible; what was written of it is removed
     */
    public static void replace(Path file, String text) {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes any content in the same way, but puts it in the place of a link. */
    static void write(Path file, Content content) {
        try {
            Path unfinished = create(file);
            try {
                try (FileOutputStream out = new FileOutputStream(unfinished.toFile())) {
                    content.writeTo(out);
                    out.getFD().sync();
                }
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(unfinished);
            }
            syncFolder(file);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    /** A new file: never one that is there, nor what a link leads to. */
    private static Path create(Path file) throws IOException {
        String name = file.getFileName() + "." + ProcessHandle.current().pid();
        for (int i = 1; ; i++) {
            try {
                return Files.createFile(file.resolveSibling(name + (i == 1 ? "" : "-" + i) + ".part"));
            } catch (FileAlreadyExistsException e) {
                // Of a process before that had the same number.
            }
        }
    }

    /**
     * Removes what processes that were killed have left of files in a folder that no process writes to now.
     *
     * @param names the names of the files as a regular expression
     * @throws RecordException if that is not possible
     */
    static void clear(Path folder, String names) {
        clear(folder, names, file -> true);
    }

    /** The same for those of them that hold what is expected. */
    static void clear(Path folder, String names, Predicate<Path> isOwn) {
        Pattern unfinished = Pattern.compile("(" + names + ")" + UNFINISHED);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (unfinished.matcher(file.getFileName().toString()).matches()
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && isOwn.test(file)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw RecordException.writing(folder, e);
        }
    }

    /**
     * Gives a file that cannot be used another name, so that its content is kept: that with {@code .damaged} behind it,
     * or else the first free of {@code .damaged-2}, {@code .damaged-3}, ...
     *
     * @param name the name without that ending
     * @return the new place
     * @throws RecordException if that is not possible
     */
    static Path putAside(Path file, String name) {
        try {
            return Files.move(file, FreeName.beside(file.resolveSibling(name), "damaged"));
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
}
