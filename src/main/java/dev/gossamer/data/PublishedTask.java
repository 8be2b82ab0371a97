package dev.gossamer.data;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Parameters;
import dev.gossamer.text.Nearest;
import dev.gossamer.text.Shown;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A task with a published data set, whose files lie in a data directory or are downloaded there. */
public non-sealed interface PublishedTask extends Task, Task.Family {

    /**
     * A file that is downloaded.
     *
     * @param name its name, at the source and on disk
     * @param md5 its MD5 as published, 32 hexadecimal digits
     */
    record RemoteFile(String name, String md5) {}

    /**
     * Where a task's files are published.
     *
     * @param base address of the folder, ending with a slash
     * @param files the files in it; none where they cannot be downloaded one by one
     */
    record Source(URI base, List<RemoteFile> files) {}

    /**
     * Another form in which the data are published, read where it is found.
     *
     * @param folder name of the folder that holds the files
     * @param files names of the files, as of {@link PublishedTask#files}
     */
    record Layout(String folder, List<String> files) {}

    /** All of them. */
    static List<PublishedTask> all() {
        return Task.CATALOGUE.entries().stream()
                .flatMap(family -> family instanceof PublishedTask task ? Optional.of(task).stream()
                        : Optional.<PublishedTask>empty().stream())
                .toList();
    }

    /**
     * The published task of that name.
     *
     * @throws ConfigurationException if there is none, naming the nearest one
     */
    static PublishedTask of(String name) {
        return all().stream().filter(task -> task.form().equals(name)).findFirst()
                .orElseThrow(() -> new ConfigurationException("unknown published data set " + Shown.value(name)
                        + Nearest.hint(name, all().stream().map(PublishedTask::form).toList())));
    }

    @Override
    default Task task(Parameters parameters) {
        return this;
    }

    /** Name of the folder, inside the data directory, that holds the files. */
    String folder();

    /** Names of the files in the folder: training images first. */
    List<String> files();

    /** Where the files are officially published. */
    Source source();

    /**
     * Reads the data.
     *
     * @param paths where the {@link #files} are, or those of another layout, in their order
     * @throws DataException if they are damaged, or other data
     */
    DataSet load(List<Path> paths);

    /** Whether a file may also be gzipped, its name then ending in {@code .gz}. */
    default boolean mayBeGzipped() {
        return false;
    }

    /** Folders where other programs keep the files, for a data directory. */
    default List<Path> otherFolders(Path directory) {
        return List.of();
    }

    /** Other forms of the data that are read, too. */
    default List<Layout> otherLayouts() {
        return List.of();
    }

    /** What the name of an archive of the files starts with, in lower case. */
    default String archive() {
        return form();
    }

    /**
     * What a file is that somebody took for the data, and what is needed, in the end of a sentence; empty where it has
     * nothing to do with them.
     *
     * @param name name of the file, in lower case
     */
    default Optional<String> mistaken(String name) {
        return Optional.empty();
    }
}
