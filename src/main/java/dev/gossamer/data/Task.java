package dev.gossamer.data;

import dev.gossamer.catalogue.Catalogue;
import dev.gossamer.catalogue.Entry;
import dev.gossamer.catalogue.Key;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the models learn: an image classification task with a published data set. Tasks of one name are equal. */
public interface Task extends Entry {

    /** All tasks. */
    Catalogue<Task> CATALOGUE = Catalogue.load("data set", Task.class);

    /** Which task. */
    Key<Task> KEY = CATALOGUE.key("data-set", "cifar-10", "data set").ofAllRuns();

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
     * @param files the files in it
     */
    record Source(URI base, List<RemoteFile> files) {}

    /**
     * The task of that name.
     *
     * @throws dev.gossamer.catalogue.ConfigurationException if there is none
     */
    static Task parse(String name) {
        return KEY.parse(name);
    }

    /** Shape of an image. */
    ImageShape shape();

    /** Number of training images as published. */
    int trainImages();

    /** Number of published test images. */
    int testImages();

    /** Number of classes. */
    int classes();

    /** Per-channel means and standard deviations of the training images. */
    Normalization normalization();

    /** What a training image goes through each time it is drawn. */
    Augmentation augmentation();

    /** Test loss, in nats, above which a run has diverged where its configuration names none; may be infinite. */
    double divergenceLoss();

    /** Name of the folder, inside the data directory, that holds the files. */
    String folder();

    /** Names of the files in the folder: training images first. */
    List<String> files();

    /** Where the files are officially published. */
    Source source();

    /**
     * Reads the data.
     *
     * @param paths where the {@link #files} are, in their order
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
