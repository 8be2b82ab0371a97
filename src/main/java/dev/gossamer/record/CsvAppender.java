package dev.gossamer.record;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Appends rows to a CSV file; each group of rows is there as a whole, or, where writing fails, not at all. */
final class CsvAppender implements Closeable {

    private final Path file;
    private final FileOutputStream stream;

    private CsvAppender(Path file, FileOutputStream stream) {
        this.file = file;
        this.stream = stream;
    }

    /**
     * Opens a new file and writes its header.
     *
     * @throws RecordException if the file exists or cannot be written
     */
    static CsvAppender create(Path file, List<String> header) {
        try {
            Files.createFile(file);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
        CsvAppender appender = at(file);
        appender.append(List.of(header));
        return appender;
    }

    /**
     * Opens a file to append to, after its first so many bytes.
     *
     * @throws RecordException if it cannot be written
     */
    static CsvAppender reopen(Path file, long length) {
        try {
            cut(file, length);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
        return at(file);
    }

    /** Opens whatever is there, without looking at it. */
    static CsvAppender at(Path file) {
        try {
            return new CsvAppender(file, new FileOutputStream(file.toFile(), true));
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    /**
     * Appends rows and hands them to the operating system before it returns.
     *
     * @throws RecordException if the file is gone or cannot be written
     */
    void append(List<List<String>> rows) {
        if (!Files.exists(file)) {
            throw new RecordException("cannot write " + file + ": it has been removed while in use");
        }
        byte[] text = text(rows).getBytes(StandardCharsets.UTF_8);
        long length = file.toFile().length();
        try {
            stream.write(text);
        } catch (IOException e) {
            throw RecordException.writing(file, withoutRemains(length, e));
        }
    }

    /** Removes what a failed write left in the file, so that later rows do not continue a torn line. */
    private IOException withoutRemains(long length, IOException failure) {
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
     * @return length of the file in bytes
     * @throws RecordException if that fails
     */
    long sync() {
        return sync(file, stream);
    }

    /** Hands what was written to a file to the disk; the length in bytes. */
    static long sync(Path file, FileOutputStream stream) {
        try {
            stream.getFD().sync();
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
        return file.toFile().length();
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

    /**
     * Closes the file.
     *
     * @throws RecordException if the last bytes cannot be written
     */
    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }
}
