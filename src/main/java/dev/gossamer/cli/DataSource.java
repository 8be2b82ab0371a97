package dev.gossamer.cli;

import dev.gossamer.data.DataSet;
import dev.gossamer.data.DataSets;
import dev.gossamer.data.Downloader;
import dev.gossamer.data.Task;
import java.nio.file.Path;

/**
 * Where a command takes a task's data from.
 *
 * @param task what is to be learned
 * @param folder the data directory; null for generated images
 */
record DataSource(Task task, Path folder) {

    /** Every run on generated images has the same ones, whatever its seed. */
    private static final long SYNTHETIC_SEED = 1;

    private static final String SYNTHETIC = "synthetic";

    /**
     * Chooses by the option {@code --data}.
     *
     * @param task what is to be learned
     * @param option a folder, {@code synthetic}, or null where it is not given
     * @param standard the data directory where the option is not given
     * @param quick whether generated images may stand in where the option is not given and there are no real ones
     */
    static DataSource choose(Task task, String option, Path standard, boolean quick) {
        if (option != null) {
            return new DataSource(task, option.equals(SYNTHETIC) ? null : Path.of(option));
        }
        return new DataSource(task, quick && !DataSets.isPresent(task, standard) ? null : standard);
    }

    boolean isSynthetic() {
        return folder == null;
    }

    /**
     * Reads the data, or downloads them where they are not there.
     *
     * @throws dev.gossamer.data.DataException if that is not possible
     */
    DataSet open(Console console) {
        if (isSynthetic()) {
            return DataSets.synthetic(task, SYNTHETIC_SEED);
        }
        try (DownloadProgress progress = new DownloadProgress(console)) {
            return DataSets.open(task, folder, new Downloader(progress));
        }
    }

    /** The data in words: {@code cifar-10}, or {@code synthetic data in place of cifar-10}. */
    @Override
    public String toString() {
        return isSynthetic() ? "SYNTHETIC data in place of " + task : task.toString();
    }
}
