package dev.gossamer.cli.command;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.cli.option.PathOption;
import dev.gossamer.engine.stacked.cuda.OperationTime;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.WholeFile;
import dev.gossamer.report.table.Listing;
import dev.gossamer.text.Shown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The times of a GPU's operations, as a table in a file, which is whole at all times. */
public final class ProfileFile implements Consumer<List<OperationTime>> {

    private final Path file;
    private final Map<String, List<OperationTime>> programs = new LinkedHashMap<>();

    /**
     * Writes a table without rows.
     *
     * @param variable names the file
     * @param name of the file, which is replaced where it exists
     * @throws ConfigurationException if it cannot be written
     */
    public ProfileFile(String variable, String name) {
        file = PathOption.of(variable, name);
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new ConfigurationException(
                    variable + " must be a file, got " + Shown.value(name) + ", which is something else");
        }
        try {
            write();
        } catch (RecordException e) {
            throw new ConfigurationException(variable + ": " + e.getMessage());
        }
    }

    /** Takes the times of one program, in place of those that it had before. */
    @Override
    public synchronized void accept(List<OperationTime> times) {
        programs.put(times.get(0).program(), times);
        write();
    }

    private void write() {
        List<OperationTime> all = programs.values().stream().flatMap(Collection::stream).toList();
        WholeFile.write(file, listing().csv(all));
    }

    private static Listing<OperationTime> listing() {
        return new Listing<OperationTime>()
                .text("program", "program", OperationTime::program)
                .text("operation", "operation", OperationTime::operation)
                .text("way", "way", OperationTime::way)
                .number("milliseconds", "ms", OperationTime::milliseconds, Object::toString);
    }
}
