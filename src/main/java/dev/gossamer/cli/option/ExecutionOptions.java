package dev.gossamer.cli.option;

import dev.gossamer.experiment.Execution;
import dev.gossamer.placement.Placement;
import dev.gossamer.text.Shown;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.cli.CommandLine;

/** The options of how runs are executed, which do not change results. */
public final class ExecutionOptions {

    public static final String RESUME = "resume";

    private static final String PARALLEL = "parallel";
    private static final String CHECKPOINT_EVERY = "checkpoint-every";
    private static final int MOST_PARALLEL = 256;
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Map<String, TemporalUnit> UNITS = Map.of(
            "ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES, "h", ChronoUnit.HOURS);

    private ExecutionOptions() {}

    /** Adds them to a command's options. */
    public static void addTo(CommandLineOptions options) {
        options.flag(RESUME, "goes on in the newest folder of results, or that of --output: finished runs are not"
                + " repeated, others are continued from their checkpoints");
        options.value(CHECKPOINT_EVERY, "TIME", "time between checkpoints of a run, which also has one at its end (5m):"
                + " as 30s, 5m or 2h, or never");
        options.value(PARALLEL, "K", "runs side by side, which share the threads (1, or as many as there are devices)");
    }

    /**
     * How runs are executed.
     *
     * @throws UsageException if a value is not allowed
     */
    public static Execution of(CommandLine line) {
        List<Integer> devices = devices(line);
        return new Execution(parallel(line.getOptionValue(PARALLEL, Integer.toString(Math.max(1, devices.size())))),
                line.hasOption(CHECKPOINT_EVERY)
                        ? duration(line.getOptionValue(CHECKPOINT_EVERY))
                        : Execution.STANDARD.checkpointEvery(),
                devices);
    }

    /** The GPUs where there are several; one alone is in the configurations. */
    private static List<Integer> devices(CommandLine line) {
        String text = line.getOptionValue(Placement.DEVICES.toString(), "");
        if (!text.contains(",")) {
            return List.of();
        }
        List<Integer> devices = new ArrayList<>();
        for (String number : text.split(",", -1)) {
            if (!number.matches("\\d{1,4}") || devices.contains(Integer.valueOf(number))) {
                throw new UsageException(Placement.DEVICES
                        + " must be numbers of GPUs in [0, 1023], each once, got " + Shown.value(text));
            }
            devices.add(Integer.valueOf(number));
        }
        return devices;
    }

    private static int parallel(String text) {
        if (!text.matches("\\d{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST_PARALLEL) {
            throw new UsageException(
                    PARALLEL + " must be a whole number in [1, " + MOST_PARALLEL + "], got " + Shown.value(text));
        }
        return Integer.parseInt(text);
    }

    private static Duration duration(String text) {
        if (text.equals("never") || text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            throw new UsageException(CHECKPOINT_EVERY
                    + " must be a time with its unit, as 30s, 5m or 2h, or never, got " + Shown.value(text));
        }
        return Duration.of(Long.parseLong(parts.group(1)), UNITS.get(parts.group(2)));
    }
}
