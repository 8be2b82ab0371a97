package dev.gossamer.cli.option;

import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.report.analysis.ReportedRuns;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds folders of results by what the user types.
 *
 * @param runs the folder that experiments are recorded in
 */
public record ResultFolders(Path runs) {

    /**
     * The folder of a path, or of a name in {@link #runs}.
     *
     * @throws UsageException if there is none
     */
    public Path get(String word) {
        return Stream.of(Path.of(word), runs.resolve(word))
                .filter(Files::isDirectory)
                .findFirst()
                .map(folder -> folder.toAbsolutePath().normalize())
                .orElseThrow(() -> new UsageException("FOLDER must be a folder of results, or the name of one in "
                        + runs + ", got " + Shown.value(word)));
    }

    /**
     * The experiment that wrote a result last.
     *
     * @throws UsageException if there is none
     */
    public Path latest() throws IOException {
        if (!Files.isDirectory(runs)) {
            throw none();
        }
        try (Stream<Path> folders = Files.list(runs)) {
            Optional<Path> latest = folders.filter(folder -> Files.exists(csv(folder)))
                    .max(Comparator.comparing(folder -> csv(folder).toFile().lastModified()));
            return latest.orElseThrow(this::none).toAbsolutePath().normalize();
        }
    }

    private static Path csv(Path folder) {
        return folder.resolve(LearningRateAccuracy.FILE_NAME);
    }

    private UsageException none() {
        return new UsageException("there are no results in " + runs + " yet; give the FOLDER of an experiment");
    }

    /**
     * Whether there is a run to report.
     *
     * @throws UsageException if there is none, with what was left out
     */
    public static void requireRuns(ReportedRuns runs, Object folders) {
        if (runs.metrics().isEmpty()) {
            String why = runs.leftOut().isEmpty() ? "" : ": " + String.join("; ", runs.leftOut());
            throw new UsageException("no run has ended in " + folders + why);
        }
    }
}
