package dev.gossamer.record;

import java.nio.file.Path;
import java.util.Map;

/** {@code environment.json} of a run: software, machine and data. */
public final class EnvironmentFile {

    private EnvironmentFile() {}

    /**
     * Its values by their names, as they are written.
     *
     * @param runFolder folder of the run
     * @throws RecordException if it cannot be read or has another form
     */
    public static Map<String, String> read(Path runFolder) {
        return Mappers.jsonTexts(runFolder.resolve(RunFolder.ENVIRONMENT));
    }
}
