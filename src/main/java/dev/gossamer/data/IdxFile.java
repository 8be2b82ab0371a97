package dev.gossamer.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * One file of the IDX format of the MNIST family, gzipped or not: a big-endian magic number whose last byte is the
 * number of dimensions, each dimension, then unsigned bytes (http://yann.lecun.com/exdb/mnist/).
 */
final class IdxFile implements AutoCloseable {

    /** Magic number of a file of images [N, h, w]. */
    static final int IMAGES = 0x00000803;
    /** Magic number of a file of labels [N]. */
    static final int LABELS = 0x00000801;

    private static final int GZIP_MAGIC = 0x1F8B;

    private final Path path;
    private final DataInputStream in;
    private final int[] dimensions;
    /** Bytes of the whole (uncompressed) file, by its header. */
    private long size;
    private long offset;

    /**
     * Opens a file and reads its header.
     *
     * @param path the file
     * @param magic the magic number it must start with
     * @throws DataException if it cannot be read, starts with another magic number, or has another size than it says
     */
    IdxFile(Path path, int magic) {
        this.path = path;
        boolean gzipped;
        try {
            gzipped = startsWithGzipMagic();
            in = open(gzipped);
        } catch (IOException e) {
            throw DataException.unreadable(path, e);
        }
        try {
            dimensions = readHeader(magic);
            if (!gzipped) {
                checkSize(Files.size(path));
            }
        } catch (IOException e) {
            throw closeAfter(DataException.unreadable(path, e));
        } catch (DataException e) {
            throw closeAfter(e);
        }
    }

    /** Closes the file after a failure, which is returned. */
    DataException closeAfter(DataException failure) {
        try {
            in.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private boolean startsWithGzipMagic() throws IOException {
        try (InputStream start = Files.newInputStream(path)) {
            return (start.read() << 8 | start.read()) == GZIP_MAGIC;
        }
    }

    private DataInputStream open(boolean gzipped) throws IOException {
        InputStream file = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        return new DataInputStream(gzipped ? unzipped(file) : file);
    }

    /** Java's own stream passes over what follows the gzipped data. Several in a row are one, as for gunzip. */
    private static InputStream unzipped(InputStream file) throws IOException {
        return GzipCompressorInputStream.builder().setInputStream(file).setDecompressConcatenated(true).get();
    }

    private int[] readHeader(int magic) throws IOException {
        int[] sizes = new int[magic & 0xFF];
        int length = 4 + 4 * sizes.length;
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw DataException.of(
                    "%s is truncated: its header takes %d bytes, found %d.", path, length, bytes.length);
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        int found = header.getInt();
        if (found != magic) {
            throw DataException.of(
                    "%s is no IDX file of %s: expected the magic number 0x%08X at offset 0, found 0x%08X.",
                    path, magic == IMAGES ? "images" : "labels", magic, found);
        }
        long values = 1;
        for (int i = 0; i < sizes.length; i++) {
            offset = header.position();
            sizes[i] = header.getInt();
            values *= sizes[i];
            if (sizes[i] <= 0 || values > Integer.MAX_VALUE) {
                throw DataException.of(
                        "%s has a damaged header: expected a positive size, and at most 2^31 - 1 values, at offset %d,"
                                + " found %d.",
                        path, offset, sizes[i]);
            }
        }
        offset = length;
        size = length + values;
        return sizes;
    }

    private void checkSize(long found) {
        if (found != size) {
            throw DataException.of(
                    "%s is %s: its header asks for %,d bytes, found %,d.",
                    path, found < size ? "truncated" : "too long", size, found);
        }
    }

    /** The file. */
    Path path() {
        return path;
    }

    /** Where the next value lies in the (uncompressed) file, in bytes from its start. */
    long offset() {
        return offset;
    }

    /** Size of dimension i: number of items, rows, columns. */
    int dimension(int i) {
        return dimensions[i];
    }

    /** Reads the next {@code length} values. */
    void read(byte[] destination, int from, int length) {
        try {
            in.readFully(destination, from, length);
        } catch (EOFException e) {
            throw DataException.of(
                    e,
                    "%s is truncated: it ends within the %,d bytes at offset %,d; expected %,d bytes uncompressed.",
                    path, length, offset, size);
        } catch (IOException e) {
            if (offset + length == size) { // with the last value, the checksum is compared, and what follows looked at
                offset = size;
                throw damagedEnd(e);
            }
            throw DataException.of(e, "%s cannot be read at offset %,d (%s).", path, offset, FileFailure.reason(e));
        }
        offset += length;
    }

    /** Checks that the file ends here; also makes gzip compare its checksum. */
    void checkEnd() {
        try {
            if (in.read() >= 0) {
                throw DataException.of(
                        "%s is too long: expected its end at offset %,d (uncompressed), found more.", path, offset);
            }
        } catch (IOException e) {
            throw damagedEnd(e);
        }
    }

    private DataException damagedEnd(IOException cause) {
        String reason = FileFailure.reason(cause).replaceFirst("\\.$", "");
        return DataException.of(cause, "%s is damaged at its end, offset %,d (%s).", path, offset, reason);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
