package dev.gossamer.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of CIFAR-10's binary version: records of 3,073 bytes, one for the class and 3,072 for the image [3, 32, 32]
 * (https://www.cs.toronto.edu/~kriz/cifar.html).
 */
final class CifarFile implements ImageFile {

    private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
    private static final int RECORD = 1 + SHAPE.size();
    private static final int CLASSES = 10;

    private final Path path;
    private final int size;
    private final DataInputStream in;
    private int next;

    /**
     * Opens a file with any number of images.
     *
     * @throws DataException if it cannot be read, or does not consist of whole records
     */
    CifarFile(Path path) {
        this.path = path;
        long bytes = sizeOf(path);
        if (bytes == 0 || bytes % RECORD != 0) {
            throw DataException.of(
                    "%s is truncated or no file of CIFAR-10's binary version: expected a multiple of %,d bytes,"
                            + " found %,d (the last whole record ends at offset %,d).",
                    path, RECORD, bytes, bytes - bytes % RECORD);
        }
        size = Math.toIntExact(bytes / RECORD);
        in = open(path);
    }

    /**
     * Opens a file that must have a certain number of images.
     *
     * @throws DataException if it cannot be read, or has another size
     */
    static CifarFile ofSize(Path path, int images) {
        long expected = (long) images * RECORD;
        long found = sizeOf(path);
        if (found != expected) {
            throw DataException.of(
                    "%s is %s: expected %,d bytes (%,d records of %,d), found %,d"
                            + " (the last whole record ends at offset %,d).",
                    path, found < expected ? "truncated" : "too long", expected, images, RECORD, found,
                    found - found % RECORD);
        }
        return new CifarFile(path);
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
        return SHAPE;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int read(byte[] pixels, int offset) {
        long start = (long) next * RECORD;
        int label;
        try {
            label = in.readUnsignedByte();
            in.readFully(pixels, offset, SHAPE.size());
        } catch (IOException e) {
            throw DataException.of(
                    e, "%s cannot be read in the record at offset %,d (%s).", path, start, FileFailure.reason(e));
        }
        next++;
        return ImageFile.checkLabel(label, CLASSES, path, start);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
