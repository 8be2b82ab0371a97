package dev.gossamer.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where data sets come from: files of the official layouts, the official download, or a generator. */
public final class DataSets {

    /** Number of training images that are generated. */
    public static final int SYNTHETIC_TRAIN_IMAGES = SyntheticImages.TRAIN;

    /** Number of generated test images. */
    public static final int SYNTHETIC_TEST_IMAGES = SyntheticImages.TEST;

    /** Every run on generated images has those of this seed, whatever its own. */
    public static final long SYNTHETIC_SEED = 1;

    private DataSets() {}

    /**
     * Opens the real data of a task: from the directory if they are there, else by downloading them into it.
     *
     * @param task what is to be learned
     * @param directory the data directory, which holds the task's folder or the task's files themselves
     * @param downloader fetches missing data; null where nothing is to be downloaded
     * @throws DataException if there is no such data and no way to get it, or something that was taken for it, or it is
     *     damaged; never replaced by other data
     */
    public static DataSet open(PublishedTask task, Path directory, Downloader downloader) {
        Inventory inventory = Inventory.of(task, directory);
        if (inventory.isComplete()) {
            return load(inventory);
        }
        if (downloader == null) {
            throw absent(inventory, "downloading is switched off.", null);
        }
        if (inventory.nearMiss().isPresent()) {
            throw new DataException(inventory.lack() + "; or else ./run.sh data fetch " + task + " --data "
                    + inventory.directory() + " downloads it.");
        }
        try {
            downloader.fetch(task, directory);
        } catch (DataException e) {
            throw absent(inventory, "the download failed: " + e.getMessage(), e);
        }
        return load(Inventory.of(task, directory));
    }

    /**
     * Opens the data of a task: those of its own files, or the published ones as above.
     *
     * @param directory the data directory; of no use where the task names its files
     * @throws DataException as above
     */
    public static DataSet open(Task task, Path directory, Downloader downloader) {
        if (task instanceof FileTask own) {
            return own.content();
        }
        return open((PublishedTask) task, directory, downloader);
    }

    private static DataException absent(Inventory inventory, String reason, DataException cause) {
        return new DataException(inventory.lack() + ", and " + reason.replaceFirst("\\.$", "")
                + "; name the folder that holds it with --data DIR, or train on generated images with"
                + " --data synthetic.", cause);
    }

    private static DataSet load(Inventory inventory) {
        return inventory.task().load(inventory.files());
    }

    /**
     * Generates a set of 10,000 + 2,000 images for trials, of the task's shape: textures in as many classes as the task
     * has, of which a linear model can tell apart only groups. It is never taken in place of real data unless asked
     * for.
     *
     * @param task whose shape and number of classes the set has
     * @param seed equal seeds give equal sets
     */
    public static DataSet synthetic(Task task, long seed) {
        return SyntheticImages.generate(task, seed);
    }

    /** Real data of a task. */
    public static DataSet of(Task task, ImageSet train, ImageSet test) {
        return new DataSet(
                task.toString(), false, train, test, task.classNames(), task.augmentation(),
                Fingerprint.of(train, test));
    }

    /** Reads files one after the other into one set. */
    static ImageSet read(List<ImageFile> files, Task task) {
        long count = 0;
        for (ImageFile file : files) {
            if (!file.shape().equals(task.shape())) {
                throw new DataException(file.path() + " is no file of " + task + ", whose images are " + task.shape()
                        + ": found " + file.shape() + ".");
            }
            count += file.size();
        }
        int size = task.shape().size();
        byte[] pixels = new byte[Math.toIntExact(count * size)];
        byte[] labels = new byte[(int) count];
        int next = 0;
        for (ImageFile file : files) {
            for (int i = 0; i < file.size(); i++) {
                labels[next] = (byte) file.read(pixels, next * size);
                next++;
            }
        }
        return new ImageSet(task.shape(), pixels, labels, task.normalization());
    }

    static void close(List<ImageFile> files) {
        for (ImageFile file : files) {
            try {
                file.close();
            } catch (IOException e) {
                throw new DataException("a data file could not be closed (" + FileFailure.reason(e) + ").", e);
            }
        }
    }
}
