package dev.gossamer.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The content of records, which somebody may have replaced by something without an end. */
final class RecordBytes {

    /** More than names and values take. */
    static final long MOST_OF_VALUES = 1 << 24;

    /** More than rows take, and less than Java's heap as a rule. */
    static final long MOST_OF_ROWS = 1 << 30;

    private RecordBytes() {}

    /**
     * Reads a file whole.
     *
     * @param most number of bytes that it may have
     * @throws RecordException if it is no regular file, has more bytes, or cannot be read
     */
    static byte[] read(Path file, long most) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new RecordException("cannot read " + file + ": it is "
                        + (attributes.isDirectory() ? "a folder" : "a pipe or a device") + ", not a file");
            }
            if (attributes.size() > most) {
                throw new RecordException("cannot read " + file + ": it has " + attributes.size()
                        + " bytes, and a record of its kind has at most " + most);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw RecordException.reading(file, e);
        }
    }
}
