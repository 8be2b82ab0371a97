package dev.gossamer.data;

import java.nio.file.Path;
import java.util.List;

/**
 * Reads grey images in the IDX format of the MNIST family, gzipped or not, as DataVec records: an image [1, 1, h, w] of
 * pixels 0..255, not normalised, and its class. The input split names files {@code *-images-idx3-ubyte[.gz]}; the
 * labels are found beside them. Damaged files, counts that disagree and labels out of range end in a {@link
 * DataException}.
 */
public final class IdxRecordReader extends ImageRecordReader {

    private static final long serialVersionUID = 1;

    /** A reader of Fashion-MNIST, still to be initialised with an input split of local files. */
    public IdxRecordReader() {
        this(FashionMnist.CLASSES);
    }

    /** @param classNames name of each class; labels must be below their number */
    public IdxRecordReader(List<String> classNames) {
        super(classNames);
    }

    @Override
    boolean holdsImages(Path file) {
        return IdxPair.isImages(file);
    }

    @Override
    ImageFile open(Path file) {
        return new IdxPair(file, IdxPair.labelsOf(file), getLabels().size());
    }
}
