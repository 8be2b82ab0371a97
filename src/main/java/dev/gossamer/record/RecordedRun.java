package dev.gossamer.record;

import java.nio.file.Path;
import java.util.Map;

/**
 * A run that has ended: its folder, its result and what it was.
 *
 * @param folder folder of the run, whose name is that of the run
 * @param result how it ended
 * @param configuration every effective value by its key, in the words of {@code config.yaml}
 */
public record RecordedRun(Path folder, RunResult result, Map<String, String> configuration) {

    /** A run whose values are as {@link RunFolder#create} takes them, none of them a list or map. */
    public static RecordedRun of(Path folder, RunResult result, Map<String, ?> configuration) {
        return new RecordedRun(folder, result, RunFolder.texts(configuration));
    }

    /**
     * Reads back a run that has ended.
     *
     * @param folder folder of the run
     * @throws RecordException if its configuration or summary cannot be read or has another form
     */
    public static RecordedRun read(Path folder) {
        return new RecordedRun(folder, RunFolder.result(folder).orElseThrow(), RunFolder.configuration(folder));
    }

    /** The name of the run. */
    public String name() {
        return folder.getFileName().toString();
    }
}
