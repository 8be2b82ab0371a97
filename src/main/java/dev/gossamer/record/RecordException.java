package dev.gossamer.record;

import dev.gossamer.data.FileFailure;
import java.io.IOException;
import java.nio.file.Path;

/** A record that cannot be written or read. The message is one sentence for the user, with the file and the reason. */
public final class RecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A failure that this sentence describes. */
    public RecordException(String sentence) {
        super(sentence);
    }

    private RecordException(String sentence, IOException cause) {
        super(sentence, cause);
    }

    /** A file that cannot be written, and why. */
    public static RecordException writing(Path file, IOException cause) {
        return new RecordException("cannot write " + file + ": " + FileFailure.reason(cause), cause);
    }

    /** A file or folder that cannot be read, and why. */
    public static RecordException reading(Path file, IOException cause) {
        return new RecordException("cannot read " + file + ": " + FileFailure.reason(cause), cause);
    }
}
