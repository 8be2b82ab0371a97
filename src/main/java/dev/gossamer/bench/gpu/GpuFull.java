package dev.gossamer.bench.gpu;

import dev.gossamer.bench.TimeEstimate;
import dev.gossamer.bench.gpu.GpuReport.Entry;
import dev.gossamer.bench.gpu.GpuReport.State;
import dev.gossamer.bench.gpu.PartProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** Carries out parts one after another, each in a process of its own, as far as the time allows. */
public final class GpuFull {

    /** Makes the command that carries out a part. */
    public interface Commands {

        /**
         * The command.
         *
         * @param file takes the result
         * @param seconds after which it will be killed
         */
        List<String> of(GpuPart part, Path file, double seconds);
    }

    /** Seconds in which a process is killed, and the report written. */
    private static final double RESERVE = 3;

    private final GpuReport report;
    private final Map<String, Object> environment;
    private final Path folder;
    private final List<GpuPart> later;
    private final Commands commands;
    private final Function<List<GpuPart>, String> goOn;
    private final Consumer<String> progress;
    private final BooleanSupplier stop;
    private final long begin;

    /**
     * @param report takes the results
     * @param environment machine and program
     * @param folder holds what the processes print, and their results until they are in the report
     * @param later parts that are to be done another time
     * @param commands how parts are carried out
     * @param goOn the user's command for some parts
     * @param progress is told of each part
     * @param stop whether the user wants to stop
     * @param begin when the time begins that all may take, as {@link System#nanoTime}
     * @throws IOException if the folder cannot be made
     */
    public GpuFull(GpuReport report, Map<String, Object> environment, Path folder, List<GpuPart> later,
            Commands commands,
            Function<List<GpuPart>, String> goOn, Consumer<String> progress, BooleanSupplier stop, long begin)
            throws IOException {
        this.report = report;
        this.environment = environment;
        this.folder = Files.createDirectories(folder);
        this.later = List.copyOf(later);
        this.commands = commands;
        this.goOn = goOn;
        this.progress = progress;
        this.stop = stop;
        this.begin = begin;
    }

    /**
     * Carries out parts.
     *
     * @param parts the most important first
     * @param seconds how long all may take
     * @return whether none failed
     * @throws IOException if files cannot be written
     */
    public boolean run(List<GpuPart> parts, double seconds) throws IOException {
        List<GpuPart> rest = new ArrayList<>(parts);
        boolean fine = true;
        for (GpuPart part : parts) {
            sayWhatIsLeft(rest);
            double left = seconds - elapsed() - RESERVE;
            if (left < part.least() || stop.getAsBoolean()) {
                continue;
            }
            double limit = limit(part, left);
            progress.accept("[" + (parts.indexOf(part) + 1) + "/" + parts.size() + "] " + part.title() + ": at most "
                    + TimeEstimate.text(limit)
                    + (Double.isInfinite(left) ? "" : ", " + TimeEstimate.text(left) + " left"));
            Entry entry = carryOut(part, limit);
            // What would have been allowed more time is not wrong, and stays to be done.
            boolean cutShort = entry.state() == State.TOO_LATE && limit < part.limit();
            fine &= cutShort || entry.state() != State.FAILED && entry.state() != State.TOO_LATE;
            if (entry.state() != State.INTERRUPTED && !cutShort) {
                rest.remove(part);
                report.put(entry);
            }
            progress.accept("    " + (cutShort ? "cut short" : entry.state()) + " in "
                    + TimeEstimate.text(entry.seconds())
                    + (entry.state() == State.DONE ? "" : ": " + entry.text().lines().findFirst().orElse("")));
        }
        sayWhatIsLeft(rest);
        rest.forEach(part -> progress.accept("not done: " + part.title()));
        if (!rest.isEmpty()) {
            progress.accept("To go on: " + goOn.apply(rest));
        }
        return fine;
    }

    /** One part is not to take the time of all that follow: no more than half, where that is enough. */
    private static double limit(GpuPart part, double left) {
        return Math.min(Math.min(part.limit(), left), Math.max(3 * part.least(), left / 2));
    }

    private void sayWhatIsLeft(List<GpuPart> rest) {
        List<GpuPart> all = Stream.concat(rest.stream(), later.stream()).toList();
        report.notDone(all.stream().map(GpuPart::title).toList(), all.isEmpty() ? "" : goOn.apply(all));
    }

    private double elapsed() {
        return (System.nanoTime() - begin) * 1e-9;
    }

    private Entry carryOut(GpuPart part, double limit) throws IOException {
        double start = elapsed();
        Path file = folder.resolve(part.id() + ".json").toAbsolutePath();
        Path log = folder.resolve(part.id() + ".log").toAbsolutePath();
        Result result = PartProcess.run(commands.of(part, file, limit), Map.of(), file, log, limit, stop);
        return new Entry(part.title(), result.state(), elapsed() - start, GpuReport.commit(environment),
                GpuReport.device(environment), result.text(), result.values());
    }
}
