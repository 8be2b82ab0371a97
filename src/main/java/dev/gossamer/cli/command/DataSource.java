package dev.gossamer.cli.command;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.DownloadProgress;
import dev.gossamer.cli.option.PathOption;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.DataSets;
import dev.gossamer.data.Downloader;
import dev.gossamer.data.FileTask;
import dev.gossamer.data.Inventory;
import dev.gossamer.data.PublishedTask;
import dev.gossamer.data.Task;
import dev.gossamer.experiment.MemoryException;
import dev.gossamer.text.Nearest;
import dev.gossamer.text.Shown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a command takes a task's data from.
 *
 * @param task what is to be learned
 * @param folder the data directory; null for generated images, and for a task that names its files
 * @param why why generated images stand in, where the user could expect others; as a rule empty
 */
public record DataSource(Task task, Path folder, String why) {

    private static final String SYNTHETIC = "synthetic";

    /** What the program has on Java's heap besides images; measured: with less, no run gets through. */
    private static final long PROGRAM_BYTES = 16L << 20;

    /**
     * Chooses by the option {@code --data}.
     *
     * @param task what is to be learned
     * @param option a folder, {@code synthetic}, or null where it is not given
     * @param standard the data directory where the option is not given
     * @param quick whether generated images may stand in where the option is not given and there are no real ones
     * @throws UsageException if the option is anything else
     */
    public static DataSource choose(Task task, String option, Path standard, boolean quick) {
        if (task instanceof FileTask) {
            if (option != null) {
                throw new UsageException("data has no effect with data-set " + task
                        + ", which names its files; leave it out, got " + Shown.value(option));
            }
            return new DataSource(task, null, "");
        }
        if (SYNTHETIC.equals(option)) {
            return new DataSource(task, null, "");
        }
        if (option != null) {
            return new DataSource(task, existingFolder(option), "");
        }
        Inventory inventory = Inventory.of((PublishedTask) task, standard);
        if (inventory.isComplete() || !quick) {
            return new DataSource(task, standard, "");
        }
        return new DataSource(task, null, inventory.isEmpty() && inventory.nearMiss().isEmpty()
                ? ""
                : ", because " + inventory.lack());
    }

    /** A mistyped folder must not be made, and data downloaded to it. */
    private static Path existingFolder(String option) {
        String allowed = "an existing folder or \"synthetic\"";
        Path path = folder(option, allowed);
        if (Files.notExists(path)) {
            String hint = Nearest.to(option, List.of(SYNTHETIC)).map(near -> "; did you mean " + near + "?").orElse("");
            throw new UsageException("data must be " + allowed + ", got " + Shown.value(option) + hint);
        }
        return path;
    }

    /**
     * The folder that {@code --data} names, which need not exist.
     *
     * @param allowed what the option may be, for the user
     * @throws UsageException if it is empty or a file
     */
    static Path folder(String option, String allowed) {
        if (option.isEmpty()) {
            throw new UsageException("data must be " + allowed + ", got an empty value");
        }
        Path path = PathOption.of("data", option);
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new UsageException("data must be " + allowed + ", got the file " + Shown.value(option));
        }
        return path;
    }

    public boolean isSynthetic() {
        return folder == null && !(task instanceof FileTask);
    }

    /**
     * Reads the data, or downloads them where they are not there.
     *
     * @throws dev.gossamer.data.DataException if that is not possible
     */
    DataSet open(Console console) {
        checkHeap(Runtime.getRuntime().maxMemory());
        if (isSynthetic()) {
            return DataSets.synthetic(task, DataSets.SYNTHETIC_SEED);
        }
        try (DownloadProgress progress = new DownloadProgress(console)) {
            return DataSets.open(task, folder, new Downloader(progress));
        }
    }

    /**
     * Checks whether Java's heap holds the images and the program.
     *
     * @param heap its largest size in bytes
     * @throws MemoryException if it does not
     */
    public void checkHeap(long heap) {
        if (task instanceof FileTask) {
            return;
        }
        long images = isSynthetic()
                ? DataSets.SYNTHETIC_TRAIN_IMAGES + DataSets.SYNTHETIC_TEST_IMAGES
                : task.trainImages() + task.testImages();
        long needed = images * task.shape().size() + PROGRAM_BYTES;
        if (heap < needed) {
            throw new MemoryException("Java's heap of " + (heap >> 20) + " MiB cannot hold the images of " + task
                    + " and the program, which take " + ((needed >> 20) + 1)
                    + " MiB; GOSSAMER_JAVA_OPTIONS=-Xmx1g makes it larger");
        }
    }

    /** The data in words: {@code cifar-10}, or {@code synthetic data in place of cifar-10}. */
    @Override
    public String toString() {
        return isSynthetic() ? "SYNTHETIC data in place of " + task + why : task.toString();
    }
}
