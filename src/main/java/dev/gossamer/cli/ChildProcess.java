package dev.gossamer.cli;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process that is killed with all that it started when its time is over, when the user stops, and when it ends. */
final class ChildProcess {

    /** How a process ended. */
    enum End { BY_ITSELF, TOO_LATE, STOPPED }

    /**
     * A process that is no more.
     *
     * @param end how it ended
     * @param code its exit code, where it ended by itself
     * @param log what it printed
     */
    record Ended(End end, int code, Path log) {

        /** Its last line; empty where it printed nothing. */
        String lastLine() throws IOException {
            List<String> lines = new String(Files.readAllBytes(log)).lines().map(String::strip)
                    .filter(line -> !line.isEmpty()).toList();
            return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        }
    }

    private static final long POLL_MILLISECONDS = 50;
    /** How long a killed process is waited for: one within a call of the driver may not end at all. */
    private static final long PATIENCE_SECONDS = 2;
    private static final int INTERRUPTED = 130;

    private ChildProcess() {}

    /** The command that runs another class of this program, with this Java, its options and its class path. */
    static List<String> java(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    /**
     * Runs a command to its end.
     *
     * @param environment variables beside those of this process
     * @param log takes what it prints, anew
     * @param seconds how long it may take
     * @param stop asked all the time
     * @throws IOException if it cannot be started
     */
    static Ended run(List<String> command, Map<String, String> environment, Path log, double seconds,
            BooleanSupplier stop) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        File file = log.toFile();
        long begin = System.nanoTime();
        Process process = builder.redirectOutput(file).start(); // its input ends with this process, see endWithParent
        Map<Long, ProcessHandle> started = new LinkedHashMap<>();
        Thread hook = new Thread(() -> kill(process, started));
        addHook(hook);
        try {
            while (true) {
                boolean ended = process.waitFor(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
                process.descendants().forEach(descendant -> started.put(descendant.pid(), descendant));
                if (stop.getAsBoolean() || ended && process.exitValue() == INTERRUPTED && stopsSoon(stop)) {
                    return new Ended(End.STOPPED, INTERRUPTED, log);
                }
                if (ended) {
                    return new Ended(End.BY_ITSELF, process.exitValue(), log);
                }
                if (System.nanoTime() - begin > seconds * 1e9) {
                    return new Ended(End.TOO_LATE, 0, log);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Ended(End.STOPPED, INTERRUPTED, log);
        } finally {
            kill(process, started);
            removeHook(hook);
        }
    }

    /** Ctrl-C reaches the child, too, which may end before this process knows of it. */
    private static boolean stopsSoon(BooleanSupplier stop) throws InterruptedException {
        for (int i = 0; i < 10 && !stop.getAsBoolean(); i++) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
        }
        return stop.getAsBoolean();
    }

    private static void kill(Process process, Map<Long, ProcessHandle> started) {
        process.descendants().forEach(descendant -> started.put(descendant.pid(), descendant));
        process.destroyForcibly();
        List.copyOf(started.values()).forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void addHook(Thread hook) {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This process is ending; the user's stop is seen next.
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The same.
        }
    }

    /** Ends this process, with all that it started, when the one that started it has ended, however that ended. */
    static void endWithParent() {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nobody writes to it; it ends with the parent.
                }
            } catch (IOException e) {
                // As good as its end.
            }
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }, "parent");
        watch.setDaemon(true);
        watch.start();
    }
}
