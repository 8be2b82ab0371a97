package dev.gossamer.data;

import java.nio.file.Path;

/**
 * Reads CIFAR-10's binary version ({@code *.bin} files) as DataVec records: an image [1, 3, 32, 32] of pixels 0..255,
 * not normalised, and its class. Files that are no whole number of records, or hold a label out of range, end in a
 * {@link DataException}.
 */
public final class CifarRecordReader extends ImageRecordReader {

    private static final long serialVersionUID = 1;

    /** A reader still to be initialised with an input split of local files. */
    public CifarRecordReader() {
        super(Cifar10.CLASSES);
    }

    @Override
    boolean holdsImages(Path file) {
        return file.toString().endsWith(".bin");
    }

    @Override
    ImageFile open(Path file) {
        return new CifarFile(file, CifarRecord.CIFAR_10);
    }
}
