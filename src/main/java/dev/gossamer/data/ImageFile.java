package dev.gossamer.data;

import java.io.Closeable;

/** A file of labelled images, read one after another into arrays of the caller. */
interface ImageFile extends Closeable {

    /** Shape of each image. */
    ImageShape shape();

    /** Number of images in the file. */
    int size();

    /**
     * Reads the next image; to be called at most {@link #size} times.
     *
     * @param pixels receives the image [c, h, w]
     * @param offset where in {@code pixels} it starts
     * @return the image's class
     * @throws DataException if the file ends too early, is damaged, or the class is out of range
     */
    int read(byte[] pixels, int offset);

    /** Checks, after the last image, that the file ends here. */
    void checkEnd();
}
