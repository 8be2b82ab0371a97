package dev.gossamer.record;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/**
 * The event file that TensorBoard reads: a sequence of records, each a serialized {@code Event} between its length
 * and checksums. Tags: {@code test/accuracy/mean}, {@code train/loss/0} (split, metric, worker), {@code
 * consensus_distance} and {@code learning_rate}.
 *
 * @see <a href="https://www.tensorflow.org/tutorials/load_data/tfrecord">TFRecord format</a>
 */
final class EventFile implements Closeable {

    private static final String START = "events.out.tfevents.";
    private static final String ENDING = ".gossamer";
    private static final int FRAME = Long.BYTES + 2 * Integer.BYTES;
    private static final String FORMAT_VERSION = "brain.Event:2";
    private static final int CHECKSUM_MASK = 0xa282ead8;

    private final Path file;
    private final FileOutputStream stream;
    private long lastStep = -1;

    private EventFile(Path file, FileOutputStream stream) {
        this.file = file;
        this.stream = stream;
    }

    /** A new event file in a folder, with the record that every event file starts with. */
    static EventFile create(Path folder) {
        long now = System.currentTimeMillis();
        long second = now / 1000;
        while (Files.exists(folder.resolve(START + second + ENDING), LinkOption.NOFOLLOW_LINKS)) {
            second++;
        }
        Path file = folder.resolve(START + second + ENDING);
        try {
            Files.createFile(file);
            EventFile events = new EventFile(file, new FileOutputStream(file.toFile(), true));
            events.write(Event.newBuilder().setWallTime(now / 1e3).setFileVersion(FORMAT_VERSION).build());
            return events;
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    /** A new event file in a folder, with the evaluations that a run has recorded so far. */
    static EventFile create(Path folder, List<MetricsRow> rows) {
        EventFile events = create(folder);
        int start = 0;
        for (int end = 1; end <= rows.size(); end++) {
            if (end == rows.size() || rows.get(end).step() != rows.get(start).step()) {
                events.append(rows.subList(start, end));
                start = end;
            }
        }
        return events;
    }

    /** The event file in the folder of a run; empty where there is none. */
    static Optional<Path> in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(START)
                            && file.getFileName().toString().endsWith(ENDING))
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .min(Comparator.naturalOrder());
        } catch (IOException e) {
            throw RecordException.reading(folder, e);
        }
    }

    /**
     * Whether a file starts with so many bytes of whole records, as a checkpoint of a run leaves them.
     *
     * @throws RecordException if it cannot be read
     */
    static boolean startsWithRecords(Path file, long length) {
        return ends(file).contains(length);
    }

    /** Whether a file begins as a run writes it; one that was killed may have made it only. */
    static boolean isWritten(Path file) {
        return file.toFile().length() == 0 || records(file) > 0;
    }

    /**
     * Number of the whole records that a file starts with.
     *
     * @throws RecordException if it cannot be read
     */
    static int records(Path file) {
        return ends(file).size();
    }

    /** Where the records end that a file starts with. */
    private static Set<Long> ends(Path file) {
        byte[] content = RecordBytes.read(file, RecordBytes.MOST_OF_ROWS);
        Set<Long> ends = new LinkedHashSet<>();
        for (int end = endOfRecord(content, 0); end >= 0; end = endOfRecord(content, end)) {
            ends.add((long) end);
        }
        return ends;
    }

    /** Where a record ends; -1 where there is none with the right checksums. */
    private static int endOfRecord(byte[] content, int start) {
        if (content.length - start < FRAME) {
            return -1;
        }
        ByteBuffer framed = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        long length = framed.getLong(start);
        int data = start + Long.BYTES + Integer.BYTES;
        if (length < 0
                || length > content.length - start - FRAME
                || framed.getInt(start + Long.BYTES) != maskedChecksum(content, start, Long.BYTES)
                || framed.getInt(data + (int) length) != maskedChecksum(content, data, (int) length)) {
            return -1;
        }
        return data + (int) length + Integer.BYTES;
    }

    /** An event file that is continued after its first so many bytes. */
    static EventFile reopen(Path file, long length) {
        try {
            CsvAppender.cut(file, length);
            return new EventFile(file, new FileOutputStream(file.toFile(), true));
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    /** Hands everything to the disk; the length in bytes. */
    long sync() {
        try {
            stream.getFD().sync();
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
        return file.toFile().length();
    }

    /** Appends the rows of an evaluation, which are of one step, as one event. */
    void append(List<MetricsRow> rows) {
        Summary.Builder summary = Summary.newBuilder();
        for (MetricsRow row : rows) {
            if (row.step() != lastStep) {
                add(summary, "consensus_distance", row.consensusDistance());
                add(summary, "learning_rate", row.learningRate());
                lastStep = row.step();
            }
            add(summary, row.split() + "/accuracy/" + row.worker(), row.accuracy());
            add(summary, row.split() + "/loss/" + row.worker(), row.loss());
        }
        Event event = Event.newBuilder()
                .setWallTime(System.currentTimeMillis() / 1e3)
                .setStep(lastStep)
                .setSummary(summary)
                .build();
        try {
            write(event);
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    private static void add(Summary.Builder summary, String tag, double value) {
        summary.addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
    }

    private void write(Event event) throws IOException {
        byte[] data = event.toByteArray();
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        ByteBuffer framed = ByteBuffer.allocate(data.length + FRAME)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length)
                .putInt(maskedChecksum(length, 0, length.length))
                .put(data)
                .putInt(maskedChecksum(data, 0, data.length));
        stream.write(framed.array());
    }

    private static int maskedChecksum(byte[] bytes, int from, int count) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, from, count);
        return Integer.rotateRight((int) checksum.getValue(), 15) + CHECKSUM_MASK;
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }
}
