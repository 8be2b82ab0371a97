package dev.gossamer.data;

/** Is told how far a download is, and what is odd about it. */
@FunctionalInterface
public interface ProgressListener {

    /** Nobody wants to know. */
    ProgressListener NONE = (file, done, total) -> {};

    /**
     * Called several times per second, and at the end of each file.
     *
     * @param file name of the file
     * @param done bytes of it on disk, those of an earlier attempt included
     * @param total bytes of the whole file; -1 where the server does not say
     */
    void progress(String file, long done, long total);

    /**
     * Called where something is done that its user may not expect.
     *
     * @param sentence one sentence for the user
     */
    default void warn(String sentence) {}
}
