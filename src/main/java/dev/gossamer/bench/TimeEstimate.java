package dev.gossamer.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Task;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.UnknownLayerException;
import dev.gossamer.record.RecordException;
import dev.gossamer.record.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * About how long runs take on this machine with the stacked engine: the arithmetic of its programs, at the share of the
 * machine's matrix-product rate that they reach, and the memory traffic of the updates at its copy bandwidth. Within a
 * factor of two for models that are not tiny.
 */
public final class TimeEstimate {

    /** What the programs reach of the matrix-product rate, see {@code docs/performance.md}. */
    private static final double ARITHMETIC_SHARE = 0.75;
    private static final Duration FRESH = Duration.ofHours(1);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CORES = "cores";
    private static final String RATE = "matrix_product_flop_per_second";
    private static final String BANDWIDTH = "copy_bytes_per_second";

    private final Limits limits;
    private final Path file;
    private final Map<List<Object>, Optional<Network>> networks = new HashMap<>();

    /** What the time depends on: arithmetic per image, and the number of parameters. */
    private record Network(double trainingFlop, double evaluationFlop, double parameters) {}

    private TimeEstimate(Limits limits, Path file) {
        this.limits = limits;
        this.file = file;
    }

    /**
     * With the limits of this machine: the best that were measured so far. They are measured again, in less than a
     * second, where that was more than an hour ago, since other programs may have taken the machine's time. Without
     * OpenBLAS, which measures, they are those of the file, or not known.
     *
     * @param file keeps them; where it cannot be written, they are measured each time
     */
    public static TimeEstimate of(Path file) {
        int cores = Runtime.getRuntime().availableProcessors();
        Limits known = read(file, cores);
        if (known.matrixProductRate() > 0 && isFresh(file)) {
            return new TimeEstimate(known, file);
        }
        Limits now;
        try {
            now = Limits.measureQuickly(cores);
        } catch (LinkageError e) {
            return new TimeEstimate(known, file);
        }
        Limits best = new Limits(Math.max(known.matrixProductRate(), now.matrixProductRate()),
                Math.max(known.copyBandwidth(), now.copyBandwidth()));
        write(file, cores, best);
        return new TimeEstimate(best, file);
    }

    /** What the file says of a machine with that many cores; zeros where it says nothing. */
    private static Limits read(Path file, int cores) {
        try {
            JsonNode known = JSON.readTree(Files.readString(file));
            boolean same = known.path(CORES).asInt() == cores;
            return new Limits(same ? known.path(RATE).asDouble() : 0, same ? known.path(BANDWIDTH).asDouble() : 0);
        } catch (IOException e) {
            return new Limits(0, 0); // not measured yet, or not readable
        }
    }

    private static boolean isFresh(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isAfter(Instant.now().minus(FRESH));
        } catch (IOException e) {
            return false;
        }
    }

    private static void write(Path file, int cores, Limits limits) {
        try {
            Files.createDirectories(file.getParent());
            WholeFile.write(file, JSON.writeValueAsString(Map.of(
                    CORES, cores, RATE, limits.matrixProductRate(), BANDWIDTH, limits.copyBandwidth())) + "\n");
        } catch (JsonProcessingException e) {
            throw new AssertionError("a map of numbers is JSON", e);
        } catch (IOException | RecordException e) {
            // A listing is of use in a folder that is read-only, too.
        }
    }

    private boolean isKnown() {
        return limits.matrixProductRate() > 0;
    }

    /**
     * Seconds of training, evaluations and repetitions; null where it is not known how fast the machine is, or what the
     * layers of a network that only engine dl4j has cost.
     *
     * @throws dev.gossamer.catalogue.ConfigurationException if the run has no step
     * @throws IllegalArgumentException if the model does not fit the images
     */
    public Double seconds(RunConfiguration run) {
        if (!isKnown()) {
            return null;
        }
        Task task = run.task();
        Optional<Network> known = networks.computeIfAbsent(
                List.of(run.task(), run.network()), key -> network(run, task));
        if (known.isEmpty()) {
            return null;
        }
        Network network = known.get();
        double rate = ARITHMETIC_SHARE * limits.matrixProductRate();
        double matrices = run.optimization().rule().traffic();
        double update = run.gossip().workers() * network.parameters * Float.BYTES * matrices / limits.copyBandwidth();
        double step = Bench.imagesPerStep(run) * network.trainingFlop / rate + update;
        double steps = run.steps(task.trainImages()) + (double) run.covariance().repetitions() * run.covariance()
                .steps();
        int models = Math.min(run.gossip().workers(), run.evaluations().workers()) + 1;
        int images = Math.min(run.evaluations().trainImages(), run.sampling().trainImages(task.trainImages()))
                + Math.min(task.testImages(), run.evaluations().testImages().orElse(task.testImages()));
        double evaluation = (double) models * images * network.evaluationFlop / rate;
        return steps * step + run.evaluations().count() * evaluation;
    }

    private static Optional<Network> network(RunConfiguration run, Task task) {
        try {
            Program training = program(run, task, true);
            return Optional.of(new Network(Arithmetic.flopPerImage(training),
                    Arithmetic.flopPerImage(program(run, task, false)), training.size()));
        } catch (UnknownLayerException e) {
            return Optional.empty();
        }
    }

    private static Program program(RunConfiguration run, Task task, boolean training) {
        return Compiler.compile(
                run.network().configuration(task.shape(), task.classes(), run.seed(),
                        DataType.FLOAT),
                task.shape(), training);
    }

    /** The sum of two durations; null where one is not known. */
    public static Double sum(Double first, Double second) {
        return first == null || second == null ? null : Double.valueOf(first + second);
    }

    /** In one sentence, how times are estimated, or why they are not. */
    public String explanation() {
        if (!isKnown()) {
            return "Times are not estimated: this package has no OpenBLAS, which measures how fast the machine is.";
        }
        return String.format(Locale.ROOT, "Times are estimates: arithmetic at %.0f %% of this machine's matrix-product"
                        + " rate (%.0f GFLOP/s), updates at its copy bandwidth (%.0f GB/s); the best measured so far, kept in %s.",
                100 * ARITHMETIC_SHARE, limits.matrixProductRate() / 1e9, limits.copyBandwidth() / 1e9, file);
    }

    /** A duration as people write it: {@code 40 s}, {@code 12 min}, {@code 3.4 h}, {@code 2.1 d}. */
    public static String text(double seconds) {
        double[] lengths = {1, 60, 3600, 86400};
        String[] units = {"s", "min", "h", "d"};
        int unit = seconds < 60 ? 0 : seconds < 3600 ? 1 : seconds < 86400 ? 2 : 3;
        return String.format(Locale.ROOT, unit < 2 ? "%.0f %s" : "%.1f %s", seconds / lengths[unit], units[unit]);
    }
}
