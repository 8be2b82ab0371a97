package dev.gossamer.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the binary version of CIFAR-10 or CIFAR-100: one {@link CifarRecord record} after another. */
final class CifarFile implements ImageFile {

    private final Path path;
    private final CifarRecord record;
    private final int size;
    private final DataInputStream in;
    private int next;

    /**
     * Opens a file with any number of images.
     *
     * @throws DataException if it cannot be read, or does not consist of whole records
     */
    CifarFile(Path path, CifarRecord record) {
        this.path = path;
        this.record = record;
        long bytes = sizeOf(path);
        if (bytes == 0 || bytes % record.size() != 0) {
            throw DataException.of(
                    "%s is truncated or no file of %s's binary version: expected a multiple of %,d bytes,"
                            + " found %,d (the last whole record ends at offset %,d).",
                    path, record.set(), record.size(), bytes, bytes - bytes % record.size());
        }
        size = Math.toIntExact(bytes / record.size());
        in = open(path);
    }

    /**
     * Opens a file that must have a certain number of images.
     *
     * @throws DataException if it cannot be read, or has another size
     */
    static CifarFile ofSize(Path path, CifarRecord record, int images) {
        long expected = (long) images * record.size();
        long found = sizeOf(path);
        if (found != expected) {
            throw DataException.of(
                    "%s is %s: expected %,d bytes (%,d records of %,d), found %,d"
                            + " (the last whole record ends at offset %,d).",
                    path, found < expected ? "truncated" : "too long", expected, images, record.size(),
                    found, found - found % record.size());
        }
        return new CifarFile(path, record);
    }

    private static long sizeOf(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw DataException.unreadable(path, e);
        }
    }

    private static DataInputStream open(Path path) {
        try {
            return new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16));
        } catch (IOException e) {
            throw DataException.unreadable(path, e);
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public ImageShape shape() {
        return CifarRecord.SHAPE;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int read(byte[] pixels, int offset) {
        long start = (long) next * record.size();
        byte[] labels = new byte[record.classes().size()];
        try {
            in.readFully(labels);
            in.readFully(pixels, offset, CifarRecord.SHAPE.size());
        } catch (IOException e) {
            throw DataException.of(
                    e, "%s cannot be read in the record at offset %,d (%s).", path, start, FileFailure.reason(e));
        }
        next++;
        for (int i = 0; i < labels.length; i++) {
            ImageFile.checkLabel(labels[i] & 0xFF, 0, record.classes().get(i), path, start + i);
        }
        return labels[record.used()];
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
