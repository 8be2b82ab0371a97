package dev.gossamer.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.bench.TimeEstimate;
import dev.gossamer.cli.GpuReport.LeftOut;
import dev.gossamer.cli.GpuReport.Part;
import dev.gossamer.cli.GpuReport.State;
import dev.gossamer.record.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A part in a process of its own, seen from both sides: a fault of the GPU stays in the process that met it, and one
 * that hangs is killed. The result is handed over as a file.
 */
final class GpuChild {

    /** What a process hands over. */
    record Result(State state, String text, Object values) {

        static Result failed(String reason) {
            return failed(State.FAILED, reason);
        }

        static Result failed(State state, String reason) {
            return new Result(state, "Failed: " + reason + ".", Map.of("failed", reason));
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private GpuChild() {}

    /**
     * The process: carries out a part and hands over what it found.
     *
     * @param arguments file of the result, the part's id, seconds after which it is killed, and what the user typed
     */
    public static void main(String[] arguments) throws IOException {
        ChildProcess.endWithParent();
        LastResort.install();
        Path home = Path.of(System.getProperty("gossamer.home", ""));
        LogFile.use(LogFile.in(home));
        GpuCommand command = new GpuCommand(home, new Devices(), new Console(System.out, System.err, 0));
        GpuPart part = command.part(arguments[1], Arrays.asList(arguments).subList(3, arguments.length));
        handOver(part, Double.parseDouble(arguments[2]), Path.of(arguments[0]));
        System.exit(ExitCode.DONE);
    }

    /** The command that carries out a part. */
    static List<String> command(String id, Path file, double seconds, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of(file.toString(), id, Double.toString(seconds)));
        all.addAll(arguments);
        return ChildProcess.java(GpuChild.class, all);
    }

    /** Carries out a part in this process, and writes the result to a file. */
    static void handOver(GpuPart part, double seconds, Path file) {
        Result result;
        try {
            Part found = part.work().run(seconds);
            result = new Result(found.failed() ? State.FAILED : State.DONE, found.text(), found.values());
        } catch (LeftOut e) {
            result = new Result(
                    State.LEFT_OUT, "Left out: " + e.getMessage() + ".", Map.of("left_out", e.getMessage()));
        } catch (GpuReport.TooLate e) {
            result = Result.failed(State.TOO_LATE, e.getMessage());
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
            Failures.log(part.title(), e);
            result = Result.failed(Failures.sentence(e));
        }
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
    static Result run(List<String> command, Map<String, String> environment, Path file, Path log, double seconds,
            BooleanSupplier stop) throws IOException {
        Files.deleteIfExists(file);
        try {
            return result(file, ChildProcess.run(command, environment, log, seconds, stop), seconds);
        } catch (IOException e) {
            return Result.failed(Failures.sentence(e));
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
                case TOO_LATE -> Result.failed(State.TOO_LATE, "it did not end within " + TimeEstimate.text(seconds) + "; " + place);
                case BY_ITSELF -> Result.failed("it ended with exit code " + ended.code()
                        + (last.isEmpty() ? "" : ", \"" + last + "\"") + "; " + place);
            };
        } catch (JsonProcessingException e) {
            return Result.failed("what it handed over is no whole result; " + place);
        }
    }
}
