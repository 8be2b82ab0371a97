package dev.gossamer.cli.command;

import dev.gossamer.bench.gpu.ChildProcess;
import dev.gossamer.bench.gpu.GpuPart;
import dev.gossamer.bench.gpu.GpuReport;
import dev.gossamer.bench.gpu.GpuReport.LeftOut;
import dev.gossamer.bench.gpu.GpuReport.Part;
import dev.gossamer.bench.gpu.GpuReport.State;
import dev.gossamer.bench.gpu.PartProcess;
import dev.gossamer.bench.gpu.PartProcess.Result;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.console.Failures;
import dev.gossamer.cli.console.LastResort;
import dev.gossamer.cli.option.LogFile;
import dev.gossamer.placement.Devices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The process that carries out a part of {@code gpu --full}. */
public final class GpuChild {

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
        GpuCommand command = new GpuCommand(home, new Devices(ProfileFile::new),
                new Console(System.out, System.err, 0));
        GpuPart part = command.part(arguments[1], Arrays.asList(arguments).subList(3, arguments.length));
        handOver(part, Double.parseDouble(arguments[2]), Path.of(arguments[0]));
        System.exit(ExitCode.DONE);
    }

    /** The command that carries out a part. */
    public static List<String> command(String id, Path file, double seconds, List<String> arguments) {
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
        PartProcess.handOver(result, file);
    }
}
