package dev.gossamer.record;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A file with the state of a run: a line of JSON, the {@link CheckpointHeader}; the matrices, row after row, as
 * little-endian float32; what was measured, as little-endian float64; {@code metrics.csv} as it was; and the CRC-32C of
 * all that, four bytes little-endian. Beside the buffer for one row, neither writing nor reading takes memory.
 */
public final class Checkpoint {

    private static final int LONGEST_HEADER = 1 << 16;

    private final Path file;
    private final CheckpointHeader header;
    private final long bodyStart;

    private Checkpoint(Path file, CheckpointHeader header, long bodyStart) {
        this.file = file;
        this.header = header;
        this.bodyStart = bodyStart;
    }

    /**
     * What a run has measured.
     *
     * @param stepTimes durations of the steps in seconds
     * @param repetitions what the covariance between workers is made of, so far; empty where there is nothing yet
     */
    public record Measured(double[] stepTimes, double[] repetitions) {}

    /** Gives or takes the rows of the matrices. */
    @FunctionalInterface
    public interface Rows {

        /**
         * Copies one row.
         *
         * @param matrix number of the matrix among those in the header
         * @param worker number of the row
         * @param values where d values are put, or taken from, from the buffer's position
         */
        void copy(int matrix, int worker, FloatBuffer values);
    }

    /** A buffer for one row of d values; it can be used for any number of checkpoints. */
    static ByteBuffer rowBuffer(long parameters) {
        int bytes = Math.toIntExact(Math.max(LONGEST_HEADER, parameters * Float.BYTES));
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Writes a checkpoint to a stream.
     *
     * @param metrics the {@code metrics.csv} of the run
     * @throws RecordException if that is not what the header says
     */
    static void write(CheckpointHeader header, Rows rows, Measured measured, Path metrics, ByteBuffer buffer,
            FileOutputStream out) throws IOException {
        FileChannel channel = out.getChannel();
        CRC32C checksum = new CRC32C();
        put(buffer.clear().put((header.toJson() + "\n").getBytes(StandardCharsets.UTF_8)), checksum, channel);
        for (int m = 0; m < header.matrices().size(); m++) {
            for (int i = 0; i < header.workers(); i++) {
                rows.copy(m, i, buffer.clear().asFloatBuffer());
                put(buffer.position(Math.toIntExact(header.parameters() * Float.BYTES)), checksum, channel);
            }
        }
        put(measured.stepTimes, buffer, checksum, channel);
        put(measured.repetitions, buffer, checksum, channel);
        put(metrics, header, buffer, checksum, channel);
        put(buffer.clear().putInt((int) checksum.getValue()), checksum, channel);
    }

    private static void put(
            Path metrics, CheckpointHeader header, ByteBuffer buffer, CRC32C checksum, FileChannel channel)
            throws IOException {
        CRC32C ofMetrics = new CRC32C();
        try (FileInputStream csv = new FileInputStream(metrics.toFile())) {
            long end = Math.min(header.metricsBytes(), csv.getChannel().size());
            for (long position = 0; position < end; position += buffer.limit()) {
                int count = (int) Math.min(buffer.capacity(), end - position);
                fill(buffer.clear().limit(count), csv.getChannel(), position);
                ofMetrics.update(buffer.duplicate().flip());
                put(buffer, checksum, channel);
            }
        }
        if (ofMetrics.getValue() != header.metricsChecksum()) {
            throw new RecordException(metrics + " has been changed by another program while in use");
        }
    }

    private static void put(double[] values, ByteBuffer buffer, CRC32C checksum, FileChannel channel)
            throws IOException {
        buffer.clear();
        for (double value : values) {
            if (buffer.remaining() < Double.BYTES) {
                put(buffer, checksum, channel);
                buffer.clear();
            }
            buffer.putDouble(value);
        }
        put(buffer, checksum, channel);
    }

    private static void put(ByteBuffer filled, CRC32C checksum, FileChannel channel) throws IOException {
        filled.flip();
        checksum.update(filled.duplicate());
        while (filled.hasRemaining()) {
            channel.write(filled);
        }
    }

    /**
     * Reads a whole file to see whether it is as it was written.
     *
     * @throws RecordException if it is not; the message is the reason alone
     */
    static Checkpoint verify(Path file) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Checkpoint checkpoint = header(file, channel, buffer);
            checkSum(channel, buffer);
            return checkpoint;
        } catch (IOException e) {
            throw RecordException.reading(file, e);
        }
    }

    /**
     * Reads the first line and the length alone, whatever the size of the file.
     *
     * @throws RecordException if they are not those of a checkpoint; the message is the reason alone
     */
    static Checkpoint glance(Path file) {
        ByteBuffer buffer = ByteBuffer.allocate(LONGEST_HEADER);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return header(file, channel, buffer);
        } catch (IOException e) {
            throw RecordException.reading(file, e);
        }
    }

    private static Checkpoint header(Path file, FileChannel channel, ByteBuffer buffer) throws IOException {
        fill(buffer.clear().limit((int) Math.min(LONGEST_HEADER, channel.size())), channel, 0);
        String start = StandardCharsets.UTF_8.decode(buffer.flip()).toString();
        int end = start.indexOf('\n');
        String line = end < 0 ? "" : start.substring(0, end);
        if (CheckpointHeader.isOfOtherVersion(line)) {
            throw new IOException("it is of another version of Gossamer");
        }
        CheckpointHeader header = CheckpointHeader.parse(line)
                .orElseThrow(() -> new RecordException("it does not start with the line of a checkpoint"));
        Checkpoint checkpoint = new Checkpoint(file, header, line.getBytes(StandardCharsets.UTF_8).length + 1);
        if (channel.size() != checkpoint.bodyStart + header.bodyBytes()) {
            throw new RecordException("its length is " + channel.size() + " bytes and not "
                    + (checkpoint.bodyStart + header.bodyBytes()));
        }
        return checkpoint;
    }

    private static void checkSum(FileChannel channel, ByteBuffer buffer) throws IOException {
        CRC32C checksum = new CRC32C();
        long end = channel.size() - Integer.BYTES;
        for (long position = 0; position < end; position += buffer.limit()) {
            fill(buffer.clear().limit((int) Math.min(buffer.capacity(), end - position)), channel, position);
            checksum.update(buffer.flip());
        }
        fill(buffer.clear().limit(Integer.BYTES), channel, end);
        if (buffer.getInt(0) != (int) checksum.getValue()) {
            throw new RecordException("its checksum is wrong");
        }
    }

    /** Reads up to the buffer's limit. */
    private static void fill(ByteBuffer buffer, FileChannel channel, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException();
            }
        }
    }

    /** What the checkpoint holds. */
    public CheckpointHeader header() {
        return header;
    }

    /**
     * Gives the rows of the matrices, in their order.
     *
     * @return what was measured
     * @throws RecordException if the file cannot be read any more
     */
    public Measured restore(Rows rows) {
        ByteBuffer buffer = rowBuffer(header.parameters());
        int rowBytes = Math.toIntExact(header.parameters() * Float.BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long position = bodyStart;
            for (int m = 0; m < header.matrices().size(); m++) {
                for (int i = 0; i < header.workers(); i++) {
                    fill(buffer.clear().limit(rowBytes), channel, position);
                    rows.copy(m, i, buffer.flip().asFloatBuffer());
                    position += rowBytes;
                }
            }
            double[] stepTimes = values(header.stepTimes(), channel, position, buffer);
            position += (long) Double.BYTES * stepTimes.length;
            return new Measured(stepTimes, values(header.repetitions(), channel, position, buffer));
        } catch (IOException e) {
            throw RecordException.reading(file, e);
        }
    }

    /**
     * The content of {@code metrics.csv} at the checkpoint.
     *
     * @return empty where it is not here, or not as it was written
     * @throws RecordException if the file cannot be read
     */
    Optional<byte[]> metrics() {
        if (!header.holdsMetrics()) {
            return Optional.empty();
        }
        try (InputStream content = new FileInputStream(file.toFile())) {
            content.skipNBytes(bodyStart + header.stateBytes());
            byte[] metrics = content.readNBytes(Math.toIntExact(header.metricsBytes()));
            CRC32C checksum = new CRC32C();
            checksum.update(metrics);
            return Optional.of(metrics).filter(found -> checksum.getValue() == header.metricsChecksum());
        } catch (IOException e) {
            throw RecordException.reading(file, e);
        }
    }

    private static double[] values(int length, FileChannel channel, long start, ByteBuffer buffer)
            throws IOException {
        double[] values = new double[length];
        int atOnce = buffer.capacity() / Double.BYTES;
        for (int from = 0; from < values.length; from += atOnce) {
            int count = Math.min(atOnce, values.length - from);
            fill(buffer.clear().limit(count * Double.BYTES), channel, start + (long) from * Double.BYTES);
            buffer.flip().asDoubleBuffer().get(values, from, count);
        }
        return values;
    }
}
