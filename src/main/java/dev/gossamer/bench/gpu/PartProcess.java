package dev.gossamer.bench.gpu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.bench.TimeEstimate;
import dev.gossamer.bench.gpu.GpuReport.State;
import dev.gossamer.data.FileFailure;
import dev.gossamer.record.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A part in a process of its own: a fault of the GPU stays in the process that met it, and one that hangs is killed.
 * The result is handed over as a file.
 */
public final class PartProcess {

    /** What a process hands over. */
    public record Result(State state, String text, Object values) {

        /** Of a part that failed. */
        public static Result failed(String reason) {
            return failed(State.FAILED, reason);
        }

        /** Of one that failed in this way. */
        public static Result failed(State state, String reason) {
            return new Result(state, "Failed: " + reason + ".", Map.of("failed", reason));
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private PartProcess() {}

    /** In the process: writes the result to a file. */
    public static void handOver(Result result, Path file) {
        try {
            WholeFile.replace(file, JSON.writeValueAsString(result));
        } catch (JsonProcessingException e) {
            throw new AssertionError("maps of strings and numbers are JSON", e);
        }
    }

    /**
     * Runs such a process.
     *
     * @param command what writes the file
     * @param environment variables beside those of this process
     * @param file the result, removed before and after
     * @param log takes what the process prints
     * @param seconds how long it may take
     * @param stop whether the user wants to stop, asked all the time
     * @throws IOException if the files cannot be removed
     */
    public static Result run(List<String> command, Map<String, String> environment, Path file, Path log, double seconds,
            BooleanSupplier stop) throws IOException {
        Files.deleteIfExists(file);
        try {
            return result(file, ChildProcess.run(command, environment, log, seconds, stop), seconds);
        } catch (IOException e) {
            return Result.failed(FileFailure.fileAndReason(e));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** A process that has handed over its result may take its time to end, or fail to. */
    private static Result result(Path file, ChildProcess.Ended ended, double seconds) throws IOException {
        String place = "what it printed is in " + ended.log();
        try {
            return JSON.readValue(Files.readString(file), Result.class);
        } catch (NoSuchFileException e) {
            String last = ended.lastLine();
            return switch (ended.end()) {
                case STOPPED -> new Result(State.INTERRUPTED, "Interrupted.", Map.of());
                case TOO_LATE -> Result.failed(
                        State.TOO_LATE, "it did not end within " + TimeEstimate.text(seconds) + "; " + place);
                case BY_ITSELF -> Result.failed("it ended with exit code " + ended.code()
                        + (last.isEmpty() ? "" : ", \"" + last + "\"") + "; " + place);
            };
        } catch (JsonProcessingException e) {
            return Result.failed("what it handed over is no whole result; " + place);
        }
    }
}
