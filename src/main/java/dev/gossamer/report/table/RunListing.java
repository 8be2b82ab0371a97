package dev.gossamer.report.table;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunResults;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Runs for other programs: every value of their configuration and of their result. */
public final class RunListing {

    private RunListing() {}

    /**
     * A column for the folder and the name of a run, for each field of its result as in {@code lr-accuracy.csv}, and
     * for each key of its configuration that is none of these.
     */
    public static Listing<RecordedRun> of(List<RecordedRun> runs) {
        Listing<RecordedRun> listing = new Listing<RecordedRun>()
                .text("path", "path", run -> run.folder().toString())
                .text("run", "run", RecordedRun::name);
        Set<String> fields = new LinkedHashSet<>();
        runs.forEach(run -> fields.addAll(RunResults.fields(run.result()).keySet()));
        fields.forEach(field -> listing.text(field, field, run -> RunResults.fields(run.result()).get(field)));
        Set<String> keys = new LinkedHashSet<>();
        runs.forEach(run -> keys.addAll(run.configuration().keySet()));
        keys.stream()
                .filter(key -> !fields.contains(key.replace('-', '_')))
                .forEach(key -> listing.text(key.replace('-', '_'), key, run -> run.configuration().get(key)));
        return listing;
    }
}
