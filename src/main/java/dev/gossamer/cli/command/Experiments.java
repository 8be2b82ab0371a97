package dev.gossamer.cli.command;

import dev.gossamer.cli.option.UsageException;
import dev.gossamer.configuration.ExperimentFile;
import dev.gossamer.text.Nearest;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The experiments there are: the files of a folder, by name. */
public final class Experiments {

    /** Those to begin with; the others are the paper's, under their own names. */
    private static final List<String> MAIN = List.of("cifar-ring-32", "cifar-resnet-ring-32", "fashion-ring-64",
            "cifar-topologies-32", "cifar-lr-grid-32", "fashion-topologies-64", "cifar-algorithms-16",
            "fashion-heterogeneity-16");

    private final Path folder;

    public Experiments(Path folder) {
        this.folder = folder;
    }

    /** The names of all experiments, the main ones first. */
    public List<String> names() throws IOException {
        return ExperimentFile.in(folder).stream()
                .map(ExperimentFile::nameOf)
                .sorted(Comparator.comparingInt(name -> MAIN.contains(name) ? MAIN.indexOf(name) : MAIN.size()))
                .toList();
    }

    /** The main experiments for the overview of all commands, and where the others are found. */
    public String overview() throws IOException {
        List<String> names = names();
        int shown = Math.min(names.size(), MAIN.size());
        String first = String.join(", ", names.subList(0, shown));
        int others = names.size() - shown;
        return first + (others == 0 ? "" : ", and " + others + " more that ./run.sh list shows");
    }

    /** All names in a sentence, or where they are found if they are many. */
    String known() throws IOException {
        List<String> names = names();
        return names.size() <= MAIN.size() ? String.join(", ", names) : "those that ./run.sh list shows";
    }

    /** The end of a sentence about a name that none has: the nearest one, also of other words, or what there is. */
    public String hint(String name, List<String> otherWords) throws IOException {
        List<String> words = new ArrayList<>(names());
        words.addAll(otherWords);
        Optional<String> near = Nearest.to(name, words);
        return near.isPresent() ? "; did you mean \"" + near.get() + "\"?" : "; known are " + known();
    }

    /**
     * Finds an experiment by its name, or by the path of a file of the user's own, which ends in {@code .yaml}.
     *
     * @throws UsageException if there is none, naming the nearest one
     */
    public ExperimentFile get(String name) throws IOException {
        if (name.endsWith(".yml")) {
            throw new UsageException("experiment files end in .yaml, got " + Shown.shortened(name));
        }
        Path file = name.endsWith(".yaml") ? Path.of(name) : folder.resolve(name + ".yaml");
        if (!Files.isRegularFile(file)) {
            boolean path = name.endsWith(".yaml");
            String what = path
                    ? "no such experiment file: " + Shown.shortened(name)
                    : "unknown experiment " + Shown.value(name);
            throw new UsageException(what + hint(name, List.of()));
        }
        return ExperimentFile.read(file);
    }
}
