package dev.gossamer.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Brings the files of a run, which no process writes to now, to what they were. Nothing is removed but what a run has
 * written and will write again; what is not as it was written gets another name.
 *
 * @param folder the folder of the run
 * @param warnings takes a sentence about each file that is gone or damaged
 */
record RunRepair(Path folder, Consumer<String> warnings) {

    private static final String FILES =
            "(config|environment|graph|metrics|summary|covariance|confusion)\\.(csv|json|yaml|svg)";

    /** Without the word by which TensorBoard knows its files. */
    private static final String EVENTS = "events";

    /** Removes, or puts aside, what a run had recorded that has no checkpoint to go on from. */
    void clear() {
        clearUnfinished();
        Path csv = folder.resolve(RunFolder.METRICS);
        Path summary = folder.resolve(RunFolder.SUMMARY);
        boolean begun = Files.exists(csv);
        boolean keep = new CheckpointFolder(folder).hasDamaged();
        List<Path> kept = new ArrayList<>();
        discard(summary, RunFolder.SUMMARY, !keep && isRead(() -> RunFolder.result(folder))).ifPresent(kept::add);
        discard(csv, RunFolder.METRICS, !keep && isRead(() -> MetricsFile.read(csv))).ifPresent(kept::add);
        discard(folder.resolve(ConfusionMatrix.CSV), ConfusionMatrix.CSV,
                !keep && isRead(() -> ConfusionMatrix.read(folder))).ifPresent(kept::add);
        EventFile.in(folder).ifPresent(events ->
                discard(events, EVENTS, !keep && EventFile.isWritten(events)).ifPresent(kept::add));
        if (begun) {
            String names = kept.stream().map(file -> file.getFileName().toString()).collect(Collectors.joining(", "));
            warnings.accept(folder.getFileName() + " begins anew, because it has no checkpoint to go on from"
                    + (kept.isEmpty() ? "" : "; what it had recorded is in " + names));
        }
    }

    private void clearUnfinished() {
        WholeFile.clear(folder, FILES);
        new CheckpointFolder(folder).clear();
    }

    private static boolean isRead(Supplier<?> reading) {
        try {
            reading.get();
            return true;
        } catch (RecordException e) {
            return false;
        }
    }

    /** Removes a file, or puts it aside where it is not one that a run has written; where it is then. */
    private static Optional<Path> discard(Path file, String name, boolean isWritten) {
        if (!isWritten || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return putAside(file, name);
        }
        try {
            Files.delete(file);
            return Optional.empty();
        } catch (IOException e) {
            throw RecordException.writing(file, e);
        }
    }

    private static Optional<Path> putAside(Path file, String name) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of(WholeFile.putAside(file, name))
                : Optional.empty();
    }

    /** Makes {@code metrics.csv} start with what was recorded until a checkpoint, which is returned. */
    byte[] metrics(Checkpoint checkpoint) {
        clearUnfinished();
        Path csv = folder.resolve(RunFolder.METRICS);
        long length = checkpoint.header().metricsBytes();
        byte[] start = checkpoint.metrics().orElseGet(() -> MetricsFile.start(csv, length));
        if (!isRegular(csv) || !Arrays.equals(MetricsFile.start(csv, length), start)) {
            makeAgain(csv, start);
        }
        return start;
    }

    private void makeAgain(Path csv, byte[] content) {
        warn(csv.toString(), putAside(csv, RunFolder.METRICS));
        WholeFile.write(csv, out -> out.write(content));
    }

    private void warn(String what, Optional<Path> aside) {
        warnings.accept(aside
                .map(place -> what + " is not as it was written and is made again; what was there is in " + place)
                .orElse(what + " is gone and is made again"));
    }

    private static boolean isRegular(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * The event file, to be continued after so many bytes; made again from {@code metrics.csv} where it is not whole.
     */
    EventFile events(long length) {
        Optional<Path> file = EventFile.in(folder);
        return file.isPresent() && EventFile.startsWithRecords(file.get(), length)
                ? EventFile.reopen(file.get(), length)
                : makeEventsAgain(MetricsFile.read(folder.resolve(RunFolder.METRICS)));
    }

    private EventFile makeEventsAgain(List<MetricsRow> rows) {
        warn("the event file of " + folder, EventFile.in(folder).map(file -> WholeFile.putAside(file, EVENTS)));
        return EventFile.create(folder, rows);
    }

    /** Looks over the files of a run that has ended; see {@link RunFolder#check}. */
    boolean check(RunResult result) {
        clearUnfinished();
        read(() -> EnvironmentFile.read(folder));
        Path csv = folder.resolve(RunFolder.METRICS);
        new CheckpointFolder(folder).glance()
                .filter(checkpoint -> checkpoint.header().step() == result.steps())
                .flatMap(Checkpoint::metrics)
                .filter(written -> !isContent(csv, written))
                .ifPresent(written -> makeAgain(csv, written));
        read(() -> MetricsFile.read(csv)).ifPresent(this::checkEvents);
        read(() -> ConfusionMatrix.read(folder));
        return hasCovariance(result);
    }

    static boolean isContent(Path file, byte[] written) {
        return isRegular(file)
                && file.toFile().length() == written.length
                && Arrays.equals(MetricsFile.start(file, written.length), written);
    }

    /** Records an environment where there is none, and the graph's fingerprint where a version before did not. */
    void environment(Map<String, ?> environment) {
        Path file = folder.resolve(RunFolder.ENVIRONMENT);
        String graph = RunFolder.TOPOLOGY_FINGERPRINT;
        if (!Files.exists(file)) {
            warn(file.toString(), Optional.empty());
            WholeFile.replace(file, Mappers.json(environment));
        } else if (environment.containsKey(graph) && RunFolder.environment(folder, graph).isEmpty()) {
            Map<String, Object> known = new LinkedHashMap<>(Mappers.jsonTexts(file));
            known.put(graph, environment.get(graph));
            WholeFile.replace(file, Mappers.json(known));
        }
    }

    /** Makes a file hold what it has to. */
    void keep(String name, byte[] content) {
        Path file = folder.resolve(name);
        if (!isContent(file, content)) {
            putAside(file, name).ifPresent(place -> warn(file.toString(), Optional.of(place)));
            WholeFile.write(file, out -> out.write(content));
        }
    }

    /** What is read; empty where it cannot be, which the user is told. */
    private <T> Optional<T> read(Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (RecordException e) {
            warnings.accept(folder.getFileName() + " has ended, but " + e.getMessage());
            return Optional.empty();
        }
    }

    private void checkEvents(List<MetricsRow> rows) {
        Optional<Path> file = EventFile.in(folder);
        long evaluations = rows.stream().mapToLong(MetricsRow::step).distinct().count();
        if (file.isEmpty()
                || EventFile.records(file.get()) <= evaluations
                || !EventFile.startsWithRecords(file.get(), file.get().toFile().length())) {
            makeEventsAgain(rows).close();
        }
    }

    /** Whether there is the covariance between workers where it was measured. */
    private boolean hasCovariance(RunResult result) {
        String repetitions = RunFolder.configuration(folder).getOrDefault("repetitions", "0");
        if (repetitions.equals("0") || result.status() != RunStatus.FINISHED) {
            return true;
        }
        boolean isThere = Stream.of(WorkerCovariance.JSON, WorkerCovariance.CSV)
                .allMatch(name -> isRegular(folder.resolve(name)));
        return isThere && read(() -> WorkerCovariance.read(folder)).isPresent();
    }
}
