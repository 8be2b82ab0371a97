package dev.gossamer.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where data sets come from: files of the official layouts, the official download, or a generator. */
public final class DataSets {

    /** Number of training images that are generated. */
    public static final int SYNTHETIC_TRAIN_IMAGES = SyntheticImages.TRAIN;

    private static final int CIFAR_IMAGES_PER_FILE = 10_000;
    private static final int CIFAR_TRAINING_FILES = 5;

    private DataSets() {}

    /**
     * Opens the real data of a task: from the directory if they are there, else by downloading them into it.
     *
     * @param task what is to be learned
     * @param directory the data directory, which holds the task's folder or the task's files themselves
     * @param downloader fetches missing data; null where nothing is to be downloaded
     * @throws DataException if there is no such data and no way to get it, or it is damaged; never replaced by other
     *     data
     */
    public static DataSet open(Task task, Path directory, Downloader downloader) {
        if (!isPresent(task, directory)) {
            String reason = "downloading is switched off";
            DataException cause = null;
            if (downloader != null) {
                try {
                    downloader.fetch(task, directory);
                } catch (DataException e) {
                    reason = "the download failed: " + e.getMessage();
                    cause = e;
                }
            }
            if (downloader == null || cause != null) {
                throw new DataException(absent(task, directory, reason), cause);
            }
        }
        return load(task, directory);
    }

    private static String absent(Task task, Path directory, String reason) {
        String sentence = reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason;
        return "there is no complete " + task + " data in " + directory.toAbsolutePath().normalize()
                + " (or its folder " + task.folder() + "), and " + sentence
                + "; name the folder that holds it with --data DIR, or train on generated images with --data synthetic.";
    }

    /** Whether all files of a task lie in the directory or in the task's folder in it; they are not opened. */
    public static boolean isPresent(Task task, Path directory) {
        return locate(task, directory) != null;
    }

    /**
     * Reads the real data of a task.
     *
     * @param task what is to be learned
     * @param directory the data directory, which holds the task's folder or the task's files themselves
     * @throws DataException if a file is missing, damaged or cannot be read
     */
    public static DataSet load(Task task, Path directory) {
        Path folder = locate(task, directory);
        if (folder == null) {
            Path expected = directory.resolve(task.folder());
            Path looked = Files.isDirectory(expected) ? expected : directory;
            throw new DataException("the " + task + " data in " + looked.toAbsolutePath().normalize()
                    + " is not complete: missing " + String.join(", ", missing(task, looked)) + ".");
        }
        return switch (task) {
            case CIFAR_10 -> loadCifar(folder, CIFAR_IMAGES_PER_FILE);
            case FASHION_MNIST -> loadFashion(folder);
        };
    }

    /**
     * Generates a set of 10,000 + 2,000 images for trials, of the task's shape: textures in ten classes, of which a
     * linear model can tell apart only groups of two. It is never taken in place of real data unless asked for.
     *
     * @param task whose shape and number of classes the set has
     * @param seed equal seeds give equal sets
     */
    public static DataSet synthetic(Task task, long seed) {
        return SyntheticImages.generate(task, seed);
    }

    private static Path locate(Task task, Path directory) {
        for (Path folder : List.of(directory.resolve(task.folder()), directory)) {
            if (missing(task, folder).isEmpty()) {
                return folder;
            }
        }
        return null;
    }

    /** Names of the task's files that are not in the folder. */
    private static List<String> missing(Task task, Path folder) {
        List<String> missing = new ArrayList<>();
        if (task == Task.CIFAR_10) {
            for (String name : cifarFiles()) {
                if (!Files.isRegularFile(folder.resolve(name))) {
                    missing.add(name);
                }
            }
            return missing;
        }
        for (Task.RemoteFile file : task.source().files()) {
            String plain = file.name().substring(0, file.name().length() - ".gz".length());
            if (!Files.isRegularFile(folder.resolve(plain)) && !Files.isRegularFile(folder.resolve(file.name()))) {
                missing.add(plain + "[.gz]");
            }
        }
        return missing;
    }

    private static List<String> cifarFiles() {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= CIFAR_TRAINING_FILES; i++) {
            names.add("data_batch_" + i + ".bin");
        }
        names.add("test_batch.bin");
        return names;
    }

    /** Reads CIFAR-10 from a folder whose files have that many images each. */
    static DataSet loadCifar(Path folder, int imagesPerFile) {
        List<ImageFile> files = new ArrayList<>();
        try {
            for (String name : cifarFiles()) {
                files.add(CifarFile.ofSize(folder.resolve(name), imagesPerFile));
            }
            ImageSet train = read(files.subList(0, CIFAR_TRAINING_FILES), Task.CIFAR_10);
            ImageSet test = read(files.subList(CIFAR_TRAINING_FILES, files.size()), Task.CIFAR_10);
            return real(Task.CIFAR_10, train, test);
        } finally {
            close(files);
        }
    }

    private static DataSet loadFashion(Path folder) {
        return real(Task.FASHION_MNIST, loadPart(folder, "train"), loadPart(folder, "t10k"));
    }

    private static ImageSet loadPart(Path folder, String part) {
        Task task = Task.FASHION_MNIST;
        List<ImageFile> files = List.of(
                new IdxPair(IdxPair.findImages(folder, part), IdxPair.findLabels(folder, part), task.classes()));
        try {
            return read(files, task);
        } finally {
            close(files);
        }
    }

    private static DataSet real(Task task, ImageSet train, ImageSet test) {
        return new DataSet(
                task.toString(), false, train, test, task.classes(), task.augmentation(), Fingerprint.of(train, test));
    }

    /** Reads files one after the other into one set. */
    private static ImageSet read(List<ImageFile> files, Task task) {
        long count = 0;
        for (ImageFile file : files) {
            if (!file.shape().equals(task.shape())) {
                throw new DataException(
                        "images of " + task + " have the shape " + task.shape() + ", found " + file.shape() + ".");
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
            file.checkEnd();
        }
        return new ImageSet(task.shape(), pixels, labels, task.normalization());
    }

    private static void close(List<ImageFile> files) {
        for (ImageFile file : files) {
            try {
                file.close();
            } catch (IOException e) {
                throw new DataException("a data file could not be closed (" + DataException.reason(e) + ").", e);
            }
        }
    }
}
