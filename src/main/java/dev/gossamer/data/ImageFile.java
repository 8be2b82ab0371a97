package dev.gossamer.data;

import java.io.Closeable;
import java.nio.file.Path;

/** A file of labelled images, read one after another into arrays of the caller. */
interface ImageFile extends Closeable {

    /** Where the images are. */
    Path path();

    /** Shape of each image. */
    ImageShape shape();

    /** Number of images in the file. */
    int size();

    /**
     * Reads the next image; to be called at most {@link #size} times. With the last one, it checks that the file ends
     * there.
     *
     * @param pixels receives the image [c, h, w]
     * @param offset where in {@code pixels} it starts
     * @return the image's class
     * @throws DataException if the file ends too early or too late, is damaged, or the class is out of range
     */
    int read(byte[] pixels, int offset);

    /**
     * Checks a label.
     *
     * @param first the label of the first class
     * @param path the file it was read from
     * @param offset where it lies in the file, in bytes
     * @return the class
     */
    static int checkLabel(int label, int first, int classes, Path path, long offset) {
        if (label < first || label >= first + classes) {
            throw DataException.of("%s holds the label %d at offset %,d; labels are in %d..%d.", path, label, offset,
                    first, first + classes - 1);
        }
        return label - first;
    }
}
