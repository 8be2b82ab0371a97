package dev.gossamer.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which of a task's files a data directory holds, in the task's folder in it or directly. The files are not opened.
 *
 * @param task what is to be learned
 * @param directory the data directory
 * @param folder where more of the files are: the task's folder, or the directory itself
 * @param files those of the task's files that are there, training images first
 * @param missing names of the others
 */
public record Inventory(PublishedTask task, Path directory, Path folder, List<Path> files, List<String> missing) {

    private static final String GZIPPED = ".gz";

    /**
     * Looks for the files of a task.
     *
     * @throws DataException if a file's place is taken by something else, or may not be looked at
     */
    public static Inventory of(PublishedTask task, Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        Inventory best = of(task, absolute, absolute.resolve(task.folder()), task.files());
        for (Path folder : otherFolders(task, absolute)) {
            best = better(best, of(task, absolute, folder, task.files()));
        }
        for (PublishedTask.Layout layout : task.otherLayouts()) {
            Path folder = absolute.endsWith(layout.folder()) ? absolute : absolute.resolve(layout.folder());
            best = better(best, of(task, absolute, folder, layout.files()));
            best = better(best, of(task, absolute, folder.resolve(layout.folder()), layout.files()));
        }
        return best;
    }

    private static Inventory better(Inventory best, Inventory other) {
        return other.files.size() > best.files.size() ? other : best;
    }

    /** The directory itself, a folder too deep as some programs unpack archives, and the places of other programs. */
    private static List<Path> otherFolders(PublishedTask task, Path directory) {
        List<Path> folders = new ArrayList<>(
                List.of(directory, directory.resolve(task.folder()).resolve(task.folder())));
        folders.addAll(task.otherFolders(directory));
        return folders;
    }

    private static Inventory of(PublishedTask task, Path directory, Path folder, List<String> names) {
        List<Path> files = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String name : names) {
            Path file = names(task, name).stream()
                    .map(possible -> find(folder.resolve(possible)))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            if (file == null) {
                missing.add(task.mayBeGzipped() ? name + "[" + GZIPPED + "]" : name);
            } else {
                files.add(file);
            }
        }
        return new Inventory(task, directory, folder, List.copyOf(files), List.copyOf(missing));
    }

    /** The names that a file may have: gzipped files end in {@code .gz}, and some copies have a dot for a dash. */
    static List<String> names(PublishedTask task, String name) {
        String dotted = name.replace("-idx", ".idx");
        return task.mayBeGzipped() ? List.of(name, name + GZIPPED, dotted, dotted + GZIPPED) : List.of(name);
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
        String lack = isEmpty()
                ? "there is no " + task + " data in " + directory + " (or its folder " + task.folder() + ")"
                : "the " + task + " data in " + folder + " lack " + String.join(", ", missing);
        return lack + nearMiss().map(found -> ", but " + found).orElse("");
    }

    /** What somebody took for the data that are missing, in a clause; empty where there is nothing of the kind. */
    public Optional<String> nearMiss() {
        return isComplete() ? Optional.empty() : NearMiss.of(this);
    }
}
