package dev.gossamer.record;

import dev.gossamer.algorithm.Sent;
import java.util.List;
import java.util.Optional;

/** The last two columns of tables: what was sent, empty where an earlier version began the run. */
final class SentFields {

    private static final String MESSAGES = "messages";
    private static final String BYTES = "bytes_sent";

    /** Their names, in order. */
    static final List<String> NAMES = List.of(MESSAGES, BYTES);

    private SentFields() {}

    static Optional<Sent> read(Fields row) {
        return row.isThere(MESSAGES) || row.isThere(BYTES)
                ? Optional.of(new Sent(row.longInteger(MESSAGES), row.longInteger(BYTES)))
                : Optional.empty();
    }
}
