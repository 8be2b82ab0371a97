package dev.gossamer.bench.gpu;

import dev.gossamer.bench.Sample;
import dev.gossamer.bench.TimeEstimate;
import dev.gossamer.bench.gpu.GpuReport.LeftOut;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Task;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.Switch;
import dev.gossamer.engine.stacked.cuda.Switches;
import dev.gossamer.record.WholeFile;
import dev.gossamer.report.table.Listing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Times every value of the CUDA device's switches that can matter for a model beside the values of the environment, the
 * baseline, which is timed first, last and in between: what lies within its own spread is no difference.
 */
public final class GpuVariants {

    /** Variants from one baseline to the next. */
    private static final int BETWEEN = 5;
    /** Seconds that a variant may take, and without which it is not begun. */
    private static final double LIMIT = 90;
    private static final double LEAST = 10;
    private static final String BASELINE = "baseline";
    private static final String NOT_BEGUN = "not begun";
    private static final String NO_DIFFERENCE = "no difference";
    private static final String FASTER = "faster";

    /** Times a training step with some values of the switches. */
    public interface Timer {

        /**
         * Does it.
         *
         * @param seconds how long it may take
         * @throws LeftOut if it fails, with the reason
         * @throws IOException if files cannot be written
         */
        Timed time(String model, Switches switches, double seconds) throws LeftOut, IOException;
    }

    /**
     * Durations in seconds, a value for each round.
     *
     * @param step of a whole step
     * @param gradients of its forward and backward pass
     * @param update of its update
     */
    public record Timed(List<Double> step, List<Double> gradients, List<Double> update) {

        static Timed none() {
            return new Timed(List.of(), List.of(), List.of());
        }
    }

    /**
     * What was timed.
     *
     * @param model name of the model
     * @param name of the switch, or baseline
     * @param value of the switch, or that of all where it is the baseline
     * @param timed durations, empty where it failed
     * @param ratio to the median of the baselines, or null
     * @param verdict in words
     */
    public record Row(String model, String name, String value, Timed timed, Double ratio, String verdict) {

        boolean isBaseline() {
            return name.equals(BASELINE);
        }

        boolean isTimed() {
            return !timed.step.isEmpty();
        }
    }

    private final Switches switches;
    private final Timer timer;
    private final Path file;
    private final Consumer<String> progress;
    private final BooleanSupplier stop;
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param switches the baseline
     * @param timer how variants are timed
     * @param file without {@code .json} and {@code .csv}: both are replaced after each
     * @param progress is told of each
     * @param stop whether the user wants to stop
     */
    public GpuVariants(Switches switches, Timer timer, Path file, Consumer<String> progress, BooleanSupplier stop) {
        this.switches = switches;
        this.timer = timer;
        this.file = file;
        this.progress = progress;
        this.stop = stop;
    }

    /** Everything timed so far, the winners marked. */
    public List<Row> rows() {
        return judged(rows);
    }

    /** Whether one could not be timed. */
    public boolean hasFailures() {
        return rows.stream().anyMatch(row -> !row.isTimed() && !row.verdict.equals(NOT_BEGUN));
    }

    /**
     * Times the variants of a model.
     *
     * @param run a training of it
     * @param seconds how long all of them may take
     * @throws IOException if files cannot be written
     */
    public void measure(RunConfiguration run, double seconds) throws IOException {
        long begin = System.nanoTime();
        double longest = LEAST;
        List<Switches> variants = variants(run);
        for (int i = 0; i <= variants.size(); i++) {
            boolean last = i == variants.size();
            if (last && stop.getAsBoolean()) {
                return;
            }
            double left = seconds - (System.nanoTime() - begin) * 1e-9;
            if (last || i % BETWEEN == 0) {
                longest = Math.max(longest, add(run.network().model().form(), switches, left));
            }
            left = seconds - (System.nanoTime() - begin) * 1e-9;
            if (!last && (left < 2 * longest || stop.getAsBoolean())) { // the last baseline is worth more
                variants.subList(i, variants.size()).forEach(variant ->
                put(row(run.network().model().form(), variant, NOT_BEGUN)));
                if (i % BETWEEN != 0 && !stop.getAsBoolean()) {
                    add(run.network().model().form(), switches, left);
                }
                return;
            }
            if (!last) {
                longest = Math.max(longest, add(run.network().model().form(), variants.get(i), left - longest));
            }
        }
    }

    /** Those of the values that can matter for a run: not for convolutions where there are none. */
    private List<Switches> variants(RunConfiguration run) {
        Task task = run.task();
        Program program = Compiler.compile(run.network().configuration(task.shape(),
                task.classes(), run.seed(), DataType.FLOAT), task.shape(), true);
        return switches.variants().stream().filter(variant -> matters(changed(variant), program)).toList();
    }

    private static boolean matters(Switch key, Program program) {
        return switch (key) {
            case ROUTES, WORKSPACE -> program.operations().stream().anyMatch(Forward.Convolve.class::isInstance);
            case GRAPH -> true;
        };
    }

    /** The switch in which a variant differs. */
    private Switch changed(Switches variant) {
        return Stream.of(Switch.values())
                .filter(key -> !variant.value(key).equals(switches.value(key)))
                .findFirst()
                .orElseThrow();
    }

    private Row row(String model, Switches variant, String verdict) {
        return row(model, variant, Timed.none(), verdict);
    }

    private Row row(String model, Switches variant, Timed timed, String verdict) {
        if (variant.equals(switches)) {
            return new Row(model, BASELINE, switches.toString(), timed, null, verdict);
        }
        Switch key = changed(variant);
        return new Row(model, key.variable(), variant.value(key), timed, null, verdict);
    }

    /** Times one, and returns how long that took in seconds. */
    private double add(String model, Switches variant, double left) throws IOException {
        long begin = System.nanoTime();
        Row row;
        try {
            row = row(model, variant, timer.time(model, variant, Math.min(LIMIT, left)), "");
        } catch (GpuReport.TooLate e) {
            row = row(model, variant, left < LIMIT ? NOT_BEGUN : e.getMessage());
        } catch (LeftOut e) {
            row = row(model, variant, e.getMessage());
        }
        put(row);
        double seconds = (System.nanoTime() - begin) * 1e-9;
        progress.accept(row.model + ", " + row.name + " " + row.value + ": " + (row.isTimed()
                ? String.format(Locale.ROOT, "%.3f ms", 1e3 * new Sample(row.timed.step).median())
                : row.verdict) + " (" + TimeEstimate.text(seconds) + ")");
        return seconds;
    }

    private void put(Row row) {
        rows.add(row);
        List<Row> judged = rows();
        WholeFile.replace(file.resolveSibling(file.getFileName() + ".json"), listing().json(judged));
        WholeFile.replace(file.resolveSibling(file.getFileName() + ".csv"), listing().csv(judged));
    }

    private static List<Row> judged(List<Row> rows) {
        List<Row> compared = rows.stream().map(row -> compared(row, rows)).toList();
        return compared.stream().map(row -> row.verdict.equals(FASTER) && isBest(row, compared)
                ? with(row, row.ratio, "winner") : row).toList();
    }

    private static Row compared(Row row, List<Row> rows) {
        List<Double> baselines = rows.stream()
                .filter(other -> other.isBaseline() && other.model.equals(row.model))
                .flatMap(other -> other.timed.step.stream())
                .toList();
        if (baselines.isEmpty() || !row.isTimed()) {
            return row;
        }
        Sample baseline = new Sample(baselines);
        double median = new Sample(row.timed.step).median();
        String verdict = row.isBaseline() ? "" : median < baseline.least() ? FASTER
                : median > baseline.most() ? "slower" : NO_DIFFERENCE;
        return with(row, median / baseline.median(), verdict);
    }

    private static Row with(Row row, Double ratio, String verdict) {
        return new Row(row.model, row.name, row.value, row.timed, ratio, verdict);
    }

    /** Whether no other value of the switch is faster. */
    private static boolean isBest(Row row, List<Row> rows) {
        return rows.stream()
                .filter(other -> other.model.equals(row.model) && other.name.equals(row.name) && other.isTimed())
                .noneMatch(other -> other.ratio < row.ratio);
    }

    /** The columns of the files and of the table. */
    public static Listing<Row> listing() {
        return new Listing<Row>()
                .text("model", "model", Row::model)
                .text("switch", "switch", row -> row.name.replaceFirst("^GOSSAMER_CUDA_", ""))
                .text("value", "value", Row::value)
                .number("step_seconds", "ms/step", row -> row.timed.step, cell(true))
                .number("gradient_seconds", "gradients", row -> row.timed.gradients, cell(false))
                .number("update_seconds", "update", row -> row.timed.update, cell(false))
                .number("ratio", "ratio", Row::ratio, ratio -> String.format(Locale.ROOT, "%.3f", (Double) ratio))
                .text("verdict", "", Row::verdict);
    }

    private static Function<Object, String> cell(boolean range) {
        return value -> {
            List<Double> rounds = ((List<?>) value).stream().map(round -> 1e3 * (Double) round).toList();
            if (rounds.isEmpty()) {
                return "-";
            }
            Sample sample = new Sample(rounds);
            return range
                    ? String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", sample.median(), sample.least(), sample.most())
                    : String.format(Locale.ROOT, "%.3f", sample.median());
        };
    }
}
