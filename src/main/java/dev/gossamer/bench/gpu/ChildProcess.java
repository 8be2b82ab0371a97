package dev.gossamer.bench.gpu;

import dev.gossamer.placement.Devices;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** A process that is killed with all that it started when its time is over, when the user stops, and when it ends. */
public final class ChildProcess {

    /** How a process ended. */
    public enum End { BY_ITSELF, TOO_LATE, STOPPED }

    /**
     * A process that is no more.
     *
     * @param end how it ended
     * @param code its exit code, where it ended by itself
     * @param log what it printed
     */
    public record Ended(End end, int code, Path log) {

        /** Its last line; empty where it printed nothing. */
        public String lastLine() throws IOException {
            List<String> lines = new String(Files.readAllBytes(log)).lines().map(String::strip)
                    .filter(line -> !line.isEmpty()).toList();
            return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        }
    }

    private static final long POLL_MILLISECONDS = 50;
    /** Polls between looks at what was started: each reads all of the machine's processes, beside what is timed. */
    private static final int POLLS_PER_LOOK = 5;
    /** How long killed processes are waited for: one within a call of the driver may not end at all. */
    private static final double PATIENCE_SECONDS = 2;
    private static final Pattern ZOMBIE =
            Pattern.compile("^State:\\s+Z.*^Threads:\\s+[01]$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final int INTERRUPTED = 130;
    private static final int FAILED = 1;

    private ChildProcess() {}

    /** The command that runs another class of this program, with this Java, its options and its class path. */
    public static List<String> java(Class<?> main, List<String> arguments) {
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
    public static Ended run(List<String> command, Map<String, String> environment, Path log, double seconds,
            BooleanSupplier stop) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return run(builder, log, seconds, stop);
    }

    /**
     * The same, where it is said how the command is started.
     *
     * @param builder command, variables and folder
     */
    public static Ended run(ProcessBuilder builder, Path log, double seconds, BooleanSupplier stop) throws IOException {
        // One file cannot take the profiles of several processes, which would replace it within steps that are timed.
        builder.environment().remove(Devices.PROFILE);
        long begin = System.nanoTime();
        // Its input ends with this process, see endWithParent.
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Map<Long, ProcessHandle> started = new ConcurrentHashMap<>(Map.of(process.pid(), process.toHandle()));
        Thread hook = new Thread(() -> kill(started));
        addHook(hook);
        try {
            for (int poll = 0; ; poll++) {
                boolean ended = process.waitFor(POLL_MILLISECONDS, TimeUnit.MILLISECONDS);
                if (poll % POLLS_PER_LOOK == 0) {
                    process.descendants().forEach(descendant -> started.put(descendant.pid(), descendant));
                }
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
            kill(started);
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

    /** Adds what the processes have started by now. */
    private static void look(Map<Long, ProcessHandle> started) {
        List.copyOf(started.values()).stream().filter(ProcessHandle::isAlive).flatMap(ProcessHandle::descendants)
                .forEach(descendant -> started.put(descendant.pid(), descendant));
    }

    /** Kills processes with all that they started, and waits until they hold neither memory nor the GPU. */
    private static void kill(Map<Long, ProcessHandle> started) {
        look(started);
        int killed;
        do { // one may have started another since the look
            killed = started.size();
            started.values().forEach(ProcessHandle::destroyForcibly);
            look(started);
        } while (started.size() > killed);
        long begin = System.nanoTime();
        try {
            while (started.values().stream().anyMatch(ChildProcess::lives)
                    && System.nanoTime() - begin < PATIENCE_SECONDS * 1e9) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS / 5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A process whose exit code nobody asks for, as in some containers, is listed for ever, but holds nothing. */
    private static boolean lives(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            return !ZOMBIE.matcher(Files.readString(Path.of("/proc/" + process.pid() + "/status"))).find();
        } catch (IOException e) {
            return process.isAlive();
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
    public static void endWithParent() {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nobody writes to it; it ends with the parent.
                }
            } catch (IOException e) {
                // As good as its end.
            }
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
            Runtime.getRuntime().halt(FAILED);
        }, "parent");
        watch.setDaemon(true);
        watch.start();
    }
}
