package dev.gossamer.record;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
        Path file = folder.resolve(START + now / 1000 + ENDING);
        try {
            EventFile events = new EventFile(file, new FileOutputStream(file.toFile()));
            events.write(Event.newBuilder().setWallTime(now / 1e3).setFileVersion(FORMAT_VERSION).build());
            return events;
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    /** The event file in the folder of a run; empty where there is none. */
    static Optional<Path> in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(START)
                            && file.getFileName().toString().endsWith(ENDING))
                    .findFirst();
        } catch (IOException e) {
            throw RecordException.reading(folder, e);
        }
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
        return CsvAppender.sync(file, stream);
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
        ByteBuffer framed = ByteBuffer.allocate(data.length + Long.BYTES + 2 * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length)
                .putInt(maskedChecksum(length))
                .put(data)
                .putInt(maskedChecksum(data));
        stream.write(framed.array());
    }

    private static int maskedChecksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
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
