package dev.gossamer.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Finds a folder for results, so that earlier ones are never touched. */
final class OutputFolder {

    private OutputFolder() {}

    /**
     * Makes the folder of an experiment: the one of its name where that is free, or else with the first free of the
     * endings {@code -2}, {@code -3}, ...
     *
     * @param parent holds the folders of all experiments, and is made where missing
     * @param name name of the experiment
     * @return an empty folder
     */
    static Path create(Path parent, String name) throws IOException {
        Files.createDirectories(parent);
        for (int i = 1; ; i++) {
            Path folder = parent.resolve(i == 1 ? name : name + "-" + i);
            try {
                return Files.createDirectory(folder);
            } catch (FileAlreadyExistsException e) {
                if (isEmptyFolder(folder)) {
                    return folder;
                }
            }
        }
    }

    /**
     * Checks, without making anything, that a folder exists or can be made, and can be written to.
     *
     * @throws UsageException otherwise
     */
    static void check(Path folder) {
        Path existing = folder.toAbsolutePath().normalize();
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            throw new UsageException("output must be a folder, got " + folder + ": " + existing + " is a file");
        }
        if (!Files.isWritable(existing) || !Files.isExecutable(existing)) {
            throw new UsageException(
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
