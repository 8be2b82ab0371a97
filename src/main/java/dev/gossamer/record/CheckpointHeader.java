package dev.gossamer.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a checkpoint, in JSON.
 *
 * @param format {@value #FORMAT}; of versions before, {@value #WITHOUT_METRICS}, which has no rows and no sum of them
 * @param step training steps done
 * @param workers number of workers n
 * @param parameters number of parameters d of a worker
 * @param matrices names of the matrices [n, d] that follow, in order
 * @param stepTimes number of durations of steps that follow them
 * @param repetitions number of values that follow these, see {@link Checkpoint.Measured}
 * @param metricsBytes length of {@code metrics.csv} at the checkpoint, which follows these
 * @param metricsChecksum CRC-32C of that
 * @param eventsBytes length of the TensorBoard event file at the checkpoint
 * @param run what the run is known by, see {@link RunFolder#fingerprint}; null in versions before
 */
public record CheckpointHeader(
        String format,
        long step,
        int workers,
        long parameters,
        List<String> matrices,
        int stepTimes,
        int repetitions,
        long metricsBytes,
        long metricsChecksum,
        long eventsBytes,
        String run) {

    static final String FORMAT = "gossamer-checkpoint-2";
    static final String WITHOUT_METRICS = "gossamer-checkpoint-1";

    /** What every checkpoint starts with. */
    static final byte[] START = "{\"format\":\"gossamer-checkpoint-".getBytes(StandardCharsets.UTF_8);

    private static final Pattern NAME = Pattern.compile("\\{\"format\":\"(gossamer-checkpoint-\\d+)\",");
    private static final ObjectMapper JSON =
            JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

    /** One line, without its end. */
    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new AssertionError("numbers and names can be written", e);
        }
    }

    /** The header that a line is; empty where it is none. */
    static Optional<CheckpointHeader> parse(String line) {
        try {
            CheckpointHeader header = JSON.readValue(line, CheckpointHeader.class);
            return Optional.of(header).filter(CheckpointHeader::isKnown);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Whether a line is the header of a form that this version does not know. */
    static boolean isOfOtherVersion(String line) {
        Matcher format = NAME.matcher(line);
        return format.lookingAt() && !List.of(FORMAT, WITHOUT_METRICS).contains(format.group(1));
    }

    private boolean isKnown() {
        return (FORMAT.equals(format) || WITHOUT_METRICS.equals(format))
                && matrices != null
                && Math.min(Math.min(workers, parameters), Math.min(metricsBytes, eventsBytes)) >= 0
                && Math.min(stepTimes, repetitions) >= 0;
    }

    /** Whether what was recorded until the checkpoint is in it. */
    boolean holdsMetrics() {
        return FORMAT.equals(format);
    }

    /** Whether it is of a run, as far as it tells. */
    boolean isOf(String fingerprint) {
        return run == null || run.equals(fingerprint);
    }

    /** Number of bytes of what is before the rows of {@code metrics.csv}: matrices and measured values. */
    long stateBytes() {
        long values = (long) stepTimes + repetitions;
        return Float.BYTES * parameters * workers * matrices.size() + Double.BYTES * values;
    }

    /** Number of bytes of what follows the header's line: the state, the rows of {@code metrics.csv}, the checksum. */
    long bodyBytes() {
        return stateBytes() + (holdsMetrics() ? metricsBytes : 0) + Integer.BYTES;
    }
}
