package dev.gossamer.cli;

import dev.gossamer.experiment.ExperimentFile;
import dev.gossamer.experiment.Nearest;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The experiments there are: the files of a folder, by name. */
final class Experiments {

    private final Path folder;

    Experiments(Path folder) {
        this.folder = folder;
    }

    /** The names of all experiments. */
    List<String> names() throws IOException {
        return ExperimentFile.in(folder).stream().map(ExperimentFile::nameOf).toList();
    }

    /**
     * Finds an experiment by its name, or by the path of a file of the user's own, which ends in {@code .yaml}.
     *
     * @throws UsageException if there is none, naming the nearest one
     */
    ExperimentFile get(String name) throws IOException {
        if (name.endsWith(".yml")) {
            throw new UsageException("experiment files end in .yaml, got " + Shown.shortened(name));
        }
        Path file = name.endsWith(".yaml") ? Path.of(name) : folder.resolve(name + ".yaml");
        if (!Files.isRegularFile(file)) {
            boolean path = name.endsWith(".yaml");
            String what = path
                    ? "no such experiment file: " + Shown.shortened(name)
                    : "unknown experiment " + Shown.value(name);
            throw new UsageException(what + Nearest.hint(name, names()));
        }
        return ExperimentFile.read(file);
    }
}
