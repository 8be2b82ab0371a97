package dev.gossamer.cli.option;

import dev.gossamer.record.FolderLock;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RecordException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds a folder for results: a new one, so that earlier ones are never touched, or one to go on in. */
public final class OutputFolder {

    private OutputFolder() {}

    /**
     * Makes the folder of an experiment: the one of its name where that is free, or else with the first free of the
     * endings {@code -2}, {@code -3}, ...
     *
     * @param parent holds the folders of all experiments, and is made where missing
     * @param name name of the experiment
     * @return a folder that holds nothing but its lock
     */
    public static FolderLock create(Path parent, String name) throws IOException {
        Files.createDirectories(parent);
        for (int i = 1; ; i++) {
            Path folder = parent.resolve(i == 1 ? name : name + "-" + i);
            if (isNewOrEmpty(folder)) {
                Optional<FolderLock> lock = FolderLock.take(folder);
                if (lock.isPresent()) {
                    return lock.get();
                }
            }
        }
    }

    private static boolean isNewOrEmpty(Path folder) throws IOException {
        try {
            Files.createDirectory(folder);
            return true;
        } catch (FileAlreadyExistsException e) {
            return isEmptyFolder(folder);
        }
    }

    /**
     * Takes the folder in which an experiment goes on: the one given, or else the one of its name that was taken last.
     *
     * @param output a folder of results, or one that holds folders of results
     * @param name name of the experiment
     * @throws UsageException if there is none
     * @throws RecordException if another process is at work in it
     */
    public static FolderLock resume(Path output, String name) throws IOException {
        Path folder = isResults(output) ? output : newest(output, name);
        return FolderLock.takeResults(folder);
    }

    /** Whether a folder is itself one of results. */
    public static boolean isResults(Path folder) {
        return Stream.of(FolderLock.FILE_NAME, LearningRateAccuracy.FILE_NAME)
                .anyMatch(file -> Files.isRegularFile(folder.resolve(file)));
    }

    /**
     * The folders of results in which an experiment may go on, those taken last first.
     *
     * @param output a folder of results, or one that holds folders of results
     * @param name what their names begin with
     */
    public static List<Path> results(Path output, String name) {
        if (isResults(output)) {
            return List.of(output);
        }
        try (Stream<Path> folders = Files.isDirectory(output) ? Files.list(output) : Stream.of()) {
            return folders.filter(folder -> folder.getFileName().toString().startsWith(name))
                    .filter(OutputFolder::isResults)
                    .sorted(Comparator.comparing(OutputFolder::lastTaken).reversed())
                    .toList();
        } catch (IOException e) {
            throw RecordException.reading(output, e);
        }
    }

    private static Path newest(Path parent, String name) throws IOException {
        Pattern names = Pattern.compile(Pattern.quote(name) + "(-\\d+)?");
        try (Stream<Path> folders = Files.isDirectory(parent) ? Files.list(parent) : Stream.of()) {
            List<Path> results = folders.filter(folder -> names.matcher(folder.getFileName().toString()).matches())
                    .filter(OutputFolder::isResults)
                    .filter(folder -> !isOfOther(folder, name))
                    .toList();
            return results.stream().max(Comparator.comparing(OutputFolder::lastTaken)).orElseThrow(() ->
                    new UsageException("there is nothing to resume: no folder " + name + " with results in " + parent
                            + "; the same options as at the start find it, without --resume a new one is made"));
        }
    }

    /** The second folder of an experiment has the name that the first of another may have: a-2. */
    private static boolean isOfOther(Path folder, String name) {
        Path table = folder.resolve(LearningRateAccuracy.FILE_NAME);
        try {
            return Files.exists(table)
                    && LearningRateAccuracy.read(table).stream().anyMatch(result -> !result.experiment().equals(name));
        } catch (RecordException e) {
            return false; // the summaries of its runs tell, and the table is made again
        }
    }

    private static FileTime lastTaken(Path folder) {
        Path lock = folder.resolve(FolderLock.FILE_NAME);
        try {
            return Files.getLastModifiedTime(Files.exists(lock) ? lock : folder);
        } catch (IOException e) {
            throw RecordException.reading(folder, e);
        }
    }

    /**
     * Checks, without making anything, that a folder exists or can be made, and can be written to.
     *
     * @throws UsageException if a file is in the way
     * @throws RecordException if it must not be written to
     */
    public static void check(Path folder) {
        Path existing = folder.toAbsolutePath().normalize();
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            throw new UsageException("output must be a folder, got " + folder + ": " + existing
                    + (Files.isSymbolicLink(existing) ? " is a link to nothing" : " is a file"));
        }
        if (!Files.isWritable(existing) || !Files.isExecutable(existing)) {
            throw new RecordException(
                    "output must be a folder that can be written to, got " + folder + ": no permission in " + existing);
        }
    }

    private static boolean isEmptyFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
            return !content.iterator().hasNext();
        }
    }
}
