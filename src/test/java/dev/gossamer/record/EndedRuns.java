package dev.gossamer.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Reads back the runs of an experiment that have ended. */
public final class EndedRuns {

    private EndedRuns() {}

    /**
     * Those that {@code lr-accuracy.csv} has a row of, in its order.
     *
     * @param experimentFolder holds that file and the folders of the runs
     */
    public static List<RecordedRun> in(Path experimentFolder) throws IOException {
        List<RunResult> rows = LearningRateAccuracy.read(experimentFolder.resolve(LearningRateAccuracy.FILE_NAME));
        try (Stream<Path> folders = Files.list(experimentFolder)) {
            return folders.filter(folder -> Files.exists(folder.resolve(RunFolder.SUMMARY)))
                    .map(RecordedRun::read)
                    .filter(run -> rows.contains(run.result()))
                    .sorted(Comparator.comparingInt(run -> rows.indexOf(run.result())))
                    .toList();
        }
    }
}
