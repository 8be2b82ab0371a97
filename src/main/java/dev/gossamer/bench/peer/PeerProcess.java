package dev.gossamer.bench.peer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A program that is run to its end, which comes at a limit at the latest. It does not outlive this process. */
final class PeerProcess {

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
        Path errors = Files.createTempFile("gossamer-peer", ".txt");
        errors.toFile().deleteOnExit();
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            environment.accept(builder.environment());
            return lastLine(output(builder.start(), input, errors, limit));
        } finally {
            Files.delete(errors);
        }
    }

    private static String output(Process process, byte[] input, Path errors, Duration limit) throws IOException {
        Thread end = new Thread(() -> end(process));
        AtomicBoolean late = new AtomicBoolean();
        Thread watch = new Thread(() -> endLate(process, limit, late), "time limit of a peer");
        watch.setDaemon(true);
        try {
            Runtime.getRuntime().addShutdownHook(end);
            watch.start();
            feed(process, input);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (late.get()) {
                throw new PeerException("it had not ended after " + limit.toSeconds() + " s");
            }
            if (code != 0) {
                String reason = lastLine(Files.readString(errors));
                throw new PeerException("it ended with exit code " + code + (reason.isEmpty() ? "" : ", " + reason));
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerException("interrupted while it ran");
        } finally {
            watch.interrupt();
            end(process);
            remove(end);
        }
    }

    private static void endLate(Process process, Duration limit, AtomicBoolean late) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                late.set(true);
                end(process);
            }
        } catch (InterruptedException e) {
            // The process has ended.
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

    /** A process that ends without reading its input says why itself. */
    private static void feed(Process process, byte[] input) {
        try (OutputStream stream = process.getOutputStream()) {
            stream.write(input);
        } catch (IOException e) {
            // Its exit code or its result is looked at.
        }
    }

    private static String lastLine(String text) {
        List<String> lines = Arrays.stream(text.split("\\R")).map(String::strip).toList();
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }
}
