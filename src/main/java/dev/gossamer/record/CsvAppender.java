package dev.gossamer.record;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Appends rows to a CSV file that nobody else writes to; each group of rows is there as a whole, or, where writing
 * fails, not at all. The file is open only while it is written, so that a program that puts a new one in its place is
 * noticed.
 */
final class CsvAppender {

    private final Path file;
    private final CRC32C checksum = new CRC32C();
    private long length;

    /**
     * For a file that is there.
     *
     * @param content what it holds
     */
    CsvAppender(Path file, byte[] content) {
        this.file = file;
        checksum.update(content);
        length = content.length;
    }

    /**
     * Makes a new file and writes its header.
     *
     * @throws RecordException if the file exists or cannot be written
     */
    static CsvAppender create(Path file, List<String> header) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
        CsvAppender appender = new CsvAppender(file, new byte[0]);
        appender.append(List.of(header));
        return appender;
    }

    /**
     * Takes a file to append to after its first bytes, which are known; the rest is cut off.
     *
     * @param start what it starts with
     * @throws RecordException if it cannot be written
     */
    static CsvAppender reopen(Path file, byte[] start) {
        try {
            cut(file, start.length);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
        return new CsvAppender(file, start);
    }

    /**
     * Appends rows and hands them to the operating system before it returns.
     *
     * @throws RecordException if the file is gone, was changed by another program, or cannot be written
     */
    void append(List<List<String>> rows) {
        requireUnchanged();
        byte[] text = text(rows).getBytes(StandardCharsets.UTF_8);
        try (FileOutputStream stream = new FileOutputStream(file.toFile(), true)) {
            stream.write(text);
        } catch (IOException e) {
            throw RecordException.writing(file, withoutRemains(e));
        }
        checksum.update(text);
        length += text.length;
    }

    private void requireUnchanged() {
        if (!Files.exists(file)) {
            throw new RecordException(
                    "cannot write " + file + ": it has been removed, or its folder renamed, while in use");
        }
        if (file.toFile().length() != length) {
            throw new RecordException("cannot write " + file + ": another program has changed it while in use");
        }
    }

    /** Removes what a failed write left in the file, so that later rows do not continue a torn line. */
    private IOException withoutRemains(IOException failure) {
        try {
            cut(file, length);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    /** Not through a channel: an interrupted thread would close it, and could record nothing more. */
    static void cut(Path file, long length) throws IOException {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.setLength(length);
        }
    }

    /**
     * Hands everything to the disk.
     *
     * @throws RecordException if that fails, or the file is gone or was changed by another program
     */
    void sync() {
        requireUnchanged();
        try (FileOutputStream stream = new FileOutputStream(file.toFile(), true)) {
            stream.getFD().sync();
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    /** Number of bytes written. */
    long length() {
        return length;
    }

    /** CRC-32C of the bytes written. */
    long checksum() {
        return checksum.getValue();
    }

    static String text(List<List<String>> rows) {
        StringWriter text = new StringWriter();
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get())) {
            printer.printRecords(rows);
        } catch (IOException e) {
            throw new AssertionError("a string writer does not fail", e);
        }
        return text.toString();
    }
}
