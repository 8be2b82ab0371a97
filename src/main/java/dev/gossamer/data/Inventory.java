package dev.gossamer.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of a task's files a data directory holds, in the task's folder in it or directly. The files are not opened.
 *
 * @param task what is to be learned
 * @param directory the data directory
 * @param folder where more of the files are: the task's folder, or the directory itself
 * @param files those of the task's files that are there, training images first
 * @param missing names of the others
 */
public record Inventory(Task task, Path directory, Path folder, List<Path> files, List<String> missing) {

    private static final String GZIPPED = ".gz";

    /**
     * Looks for the files of a task.
     *
     * @throws DataException if a file's place is taken by something else, or may not be looked at
     */
    public static Inventory of(Task task, Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        Inventory apart = of(task, absolute, absolute.resolve(task.folder()));
        Inventory direct = of(task, absolute, absolute);
        return direct.files.size() > apart.files.size() ? direct : apart;
    }

    private static Inventory of(Task task, Path directory, Path folder) {
        List<Path> files = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String name : task.files()) {
            Path file = task.mayBeGzipped() ? findGzippedOrNot(folder, name) : find(folder.resolve(name));
            if (file == null) {
                missing.add(task.mayBeGzipped() ? name + "[" + GZIPPED + "]" : name);
            } else {
                files.add(file);
            }
        }
        return new Inventory(task, directory, folder, List.copyOf(files), List.copyOf(missing));
    }

    /** The file of that name, or of that name and {@code .gz}, or null. */
    static Path findGzippedOrNot(Path folder, String name) {
        Path plain = find(folder.resolve(name));
        return plain == null ? find(folder.resolve(name + GZIPPED)) : plain;
    }

    private static Path find(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (!attributes.isRegularFile()) {
                throw new DataException(file + " must be a file with data, found "
                        + (attributes.isDirectory() ? "a folder." : "something else."));
            }
            return file;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw DataException.unreadable(file, e);
        }
    }

    /** Whether every file is there. */
    public boolean isComplete() {
        return missing.isEmpty();
    }

    /** Whether none is there. */
    public boolean isEmpty() {
        return files.isEmpty();
    }

    /** What is not there, for a sentence: {@code the cifar-10 data in /data lack test_batch.bin}. */
    public String lack() {
        if (isEmpty()) {
            return "there is no " + task + " data in " + directory + " (or its folder " + task.folder() + ")";
        }
        return "the " + task + " data in " + folder + " lack " + String.join(", ", missing);
    }
}
