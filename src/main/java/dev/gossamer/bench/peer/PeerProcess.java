package dev.gossamer.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A program that is run to its end, which comes at a limit at the latest. It does not outlive this process. */
final class PeerProcess {

    /** How long threads of OpenMP spin: {@code run.sh} sets it for this program, PyTorch has what it would have. */
    private static final String SPIN_COUNT = "GOMP_SPINCOUNT";

    private PeerProcess() {}

    /**
     * Runs a program.
     *
     * @param command program and arguments
     * @param environment changes its environment
     * @param input what it reads
     * @param limit after which it is ended
     * @return the last line that it prints
     * @throws IOException if it cannot be started
     * @throws PeerException if it fails
     */
    static String run(List<String> command, Consumer<Map<String, String>> environment, byte[] input, Duration limit)
            throws IOException {
        Path in = temporaryFile();
        Path out = temporaryFile();
        Path errors = temporaryFile();
        try {
            Files.write(in, input);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(in.toFile()).redirectOutput(out.toFile()).redirectError(errors.toFile());
            builder.environment().remove(SPIN_COUNT);
            environment.accept(builder.environment());
            await(builder.start(), errors, limit);
            return lastLine(Files.readString(out));
        } finally {
            Files.delete(in);
            Files.delete(out);
            Files.delete(errors);
        }
    }

    /** Files, unlike pipes, end with the process, even where one that it started goes on. */
    private static Path temporaryFile() throws IOException {
        Path file = Files.createTempFile("gossamer-peer", ".txt");
        file.toFile().deleteOnExit();
        return file;
    }

    private static void await(Process process, Path errors, Duration limit) throws IOException {
        Thread end = new Thread(() -> end(process));
        try {
            Runtime.getRuntime().addShutdownHook(end);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new PeerException("it had not ended after " + limit.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                String reason = lastLine(Files.readString(errors));
                throw new PeerException("it ended with exit code " + process.exitValue()
                        + (reason.isEmpty() ? "" : ", " + reason));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerException("interrupted while it ran");
        } finally {
            end(process);
            remove(end);
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This process is ending, and the hook runs.
        }
    }

    /** Ends a process with those that it started, as nobody will read what they print. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String lastLine(String text) {
        List<String> lines = Arrays.stream(text.split("\\R")).map(String::strip).toList();
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
}
