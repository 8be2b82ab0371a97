package dev.gossamer.machine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Files and programs of a machine.
 *
 * @param root what {@code /} stands for
 * @param environment variables of this process
 * @param limit how long a program may take
 */
record Machine(Path root, Map<String, String> environment, Duration limit) {

    /**
     * How a program ended.
     *
     * @param code exit code
     * @param output what it wrote to standard output and error, line by line, without empty ones
     */
    record Ended(int code, List<String> output) {}

    /** In bytes; what follows is not read. */
    private static final int LONGEST_OUTPUT = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(15);

    /** This machine. */
    static Machine here() {
        return new Machine(Path.of("/"), System.getenv(), LIMIT);
    }

    /** A path below the root. */
    Path path(String path) {
        return root.resolve(path);
    }

    /** The paths that a variable lists. */
    List<Path> paths(String variable) {
        return Stream.of(environment.getOrDefault(variable, "").split(File.pathSeparator))
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .toList();
    }

    /** A program in the folders of {@code PATH}, or else in others. */
    Optional<Path> program(String name, String... folders) {
        return Stream.concat(paths("PATH").stream(), Stream.of(folders).map(this::path))
                .map(folder -> folder.resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** Folders and files in a folder whose names match a glob pattern, the last by name first. */
    static List<Path> matches(Path folder, String glob) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
            entries.forEach(found::add);
        } catch (IOException | DirectoryIteratorException e) {
            return List.of();
        }
        found.sort(Comparator.reverseOrder());
        return found;
    }

    /**
     * Runs a program to its end.
     *
     * @return how it ended; empty where it took too long and was stopped
     * @throws IOException if it cannot be started
     */
    Optional<Ended> run(Path program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("gossamer-program", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("LC_ALL", "C");
            Process process = builder.redirectOutput(output.toFile()).start();
            process.getOutputStream().close();
            return end(process)
                    ? Optional.of(new Ended(process.exitValue(), lines(output)))
                    : Optional.empty();
        } finally {
            Files.delete(output);
        }
    }

    /** The files of a process that is stopped are its own; those of its children, too, end with it. */
    private boolean end(Process process) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static List<String> lines(Path output) throws IOException {
        byte[] bytes;
        try (InputStream file = Files.newInputStream(output)) {
            bytes = file.readNBytes(LONGEST_OUTPUT);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
}
