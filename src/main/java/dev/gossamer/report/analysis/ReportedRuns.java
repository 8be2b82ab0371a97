package dev.gossamer.report.analysis;

import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.MetricsFile;
import dev.gossamer.record.MetricsRow;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The runs of some folders, as far as they can be read. A damaged file or a run that has not ended takes nothing else
 * with it.
 *
 * @param metrics the runs that have ended, with the rows of their {@code metrics.csv}; none where that cannot be read
 * @param leftOut what could not be read, a sentence each
 */
public record ReportedRuns(Map<RecordedRun, List<MetricsRow>> metrics, List<String> leftOut) {

    /** The key that tells the runs of several folders apart. */
    private static final String FOLDER = "folder";

    /** The runs, those of an experiment in the order of {@code lr-accuracy.csv}. */
    public List<RecordedRun> runs() {
        return List.copyOf(metrics.keySet());
    }

    /**
     * Reads folders of experiments or of single runs. Where they are several, the runs have the key {@code folder};
     * where one topology has several graphs, {@code graph}.
     *
     * @throws RecordException if a folder cannot be listed
     */
    public static ReportedRuns read(List<Path> folders) {
        ReportedRuns read = new ReportedRuns(new LinkedHashMap<>(), new ArrayList<>());
        List<RecordedRun> all = new ArrayList<>();
        for (Path folder : folders) {
            List<Path> runs = isRun(folder) ? List.of(folder) : runFolders(folder);
            List<RecordedRun> ended = new ArrayList<>();
            runs.forEach(run -> read.addRun(run, ended));
            read.sort(ended, folder);
            for (RecordedRun run : ended) {
                all.add(folders.size() == 1 ? run : withFolder(run, name(folder, folders)));
            }
        }
        RunGraphs.toldApart(all).forEach(run -> read.metrics.put(run, read.rows(run)));
        return read;
    }

    /** Whether a folder is that of a run, or was meant to be one. */
    public static boolean isRun(Path folder) {
        return Stream.of(RunFolder.CONFIGURATION, RunFolder.SUMMARY, RunFolder.METRICS)
                .anyMatch(file -> Files.exists(folder.resolve(file)));
    }

    /** The last part of the path of a folder, or all of it where another has the same. */
    private static String name(Path folder, List<Path> folders) {
        Path name = folder.getFileName();
        long same = folders.stream().filter(other -> other.getFileName().equals(name)).count();
        return same == 1 ? name.toString() : folder.toString();
    }

    /** The name of a run, with that of its folder where the runs are of several. */
    public static String name(RecordedRun run) {
        String folder = run.configuration().get(FOLDER);
        return folder == null ? run.name() : folder + "/" + run.name();
    }

    private static List<Path> runFolders(Path folder) {
        try (Stream<Path> content = Files.list(folder)) {
            return content.filter(ReportedRuns::isRun).sorted().toList();
        } catch (IOException e) {
            throw RecordException.reading(folder, e);
        }
    }

    private void addRun(Path folder, List<RecordedRun> ended) {
        if (!Files.exists(folder.resolve(RunFolder.SUMMARY))) {
            leftOut.add(folder.getFileName() + ": has not ended, there is no " + RunFolder.SUMMARY);
            return;
        }
        try {
            ended.add(RecordedRun.read(folder));
        } catch (RecordException e) {
            leftOut.add(folder.getFileName() + ": " + e.getMessage());
        }
    }

    private void sort(List<RecordedRun> ended, Path folder) {
        Path csv = folder.resolve(LearningRateAccuracy.FILE_NAME);
        if (Files.exists(csv)) {
            try {
                List<RunResult> rows = LearningRateAccuracy.read(csv);
                ended.sort(Comparator.comparingInt(run -> place(rows.indexOf(run.result()))));
            } catch (RecordException e) {
                leftOut.add("the order of the runs: " + e.getMessage());
            }
        }
    }

    /** A run without a row comes last. */
    private static int place(int row) {
        return row < 0 ? Integer.MAX_VALUE : row;
    }

    private static RecordedRun withFolder(RecordedRun run, String name) {
        Map<String, String> configuration = new LinkedHashMap<>(run.configuration());
        configuration.put(FOLDER, name);
        return new RecordedRun(run.folder(), run.result(), configuration);
    }

    private List<MetricsRow> rows(RecordedRun run) {
        try {
            return MetricsFile.read(run.folder().resolve(RunFolder.METRICS));
        } catch (RecordException e) {
            leftOut.add(run.name() + ": no curves, " + e.getMessage());
            return List.of();
        }
    }
}
