package dev.gossamer.data;

import java.net.URI;
import java.util.List;

/** What the models learn: the image classification tasks with a published data set. */
public enum Task {
    /** 50,000 + 10,000 colour photographs of 10 kinds of things (Krizhevsky, 2009). */
    CIFAR_10(
            "cifar-10",
            new ImageShape(3, 32, 32),
            new Normalization(new double[] {0.4914, 0.4822, 0.4465}, new double[] {0.2023, 0.1994, 0.2010}),
            Augmentation.CROP_AND_FLIP,
            "cifar-10-batches-bin",
            List.of(
                    "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
                    "test_batch.bin"),
            new Source(
                    URI.create("https://www.cs.toronto.edu/~kriz/"),
                    List.of(new RemoteFile("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530")))),
    /** 60,000 + 10,000 grey images of 10 kinds of clothing (Xiao, Rasul, Vollgraf, 2017). */
    FASHION_MNIST(
            "fashion-mnist",
            new ImageShape(1, 28, 28),
            new Normalization(new double[] {0.2860}, new double[] {0.3530}),
            Augmentation.NONE,
            "fashion-mnist",
            List.of(
                    "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                    "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
            new Source(
                    URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
                    List.of(
                            new RemoteFile("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
                            new RemoteFile("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
                            new RemoteFile("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
                            new RemoteFile("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"))));

    /**
     * A file that is downloaded.
     *
     * @param name its name, at the source and on disk
     * @param md5 its MD5 as published, 32 hexadecimal digits
     */
    public record RemoteFile(String name, String md5) {}

    /**
     * Where a task's files are published.
     *
     * @param base address of the folder, ending with a slash
     * @param files the files in it
     */
    public record Source(URI base, List<RemoteFile> files) {}

    private final String label;
    private final ImageShape shape;
    private final Normalization normalization;
    private final Augmentation augmentation;
    private final String folder;
    private final List<String> files;
    private final Source source;

    Task(
            String label,
            ImageShape shape,
            Normalization normalization,
            Augmentation augmentation,
            String folder,
            List<String> files,
            Source source) {
        this.label = label;
        this.shape = shape;
        this.normalization = normalization;
        this.augmentation = augmentation;
        this.folder = folder;
        this.files = files;
        this.source = source;
    }

    /**
     * The task of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Task parse(String name) {
        for (Task task : values()) {
            if (task.label.equals(name)) {
                return task;
            }
        }
        throw new IllegalArgumentException(
                "task must be " + CIFAR_10 + " or " + FASHION_MNIST + ", got '" + name + "'");
    }

    /** Shape of an image. */
    public ImageShape shape() {
        return shape;
    }

    /** Number of training images as published. */
    public int trainImages() {
        return this == CIFAR_10 ? 50_000 : 60_000;
    }

    /** Number of published test images. */
    public int testImages() {
        return 10_000;
    }

    /** Number of classes. */
    public int classes() {
        return 10;
    }

    /**
     * Per-channel means and standard deviations of the training images, as the original experiments use them: for
     * CIFAR-10, the standard deviations are those within an image, averaged over the images.
     */
    public Normalization normalization() {
        return normalization;
    }

    /** What a training image goes through each time it is drawn. */
    public Augmentation augmentation() {
        return augmentation;
    }

    /** Name of the folder, inside the data directory, that holds the files. */
    public String folder() {
        return folder;
    }

    /** Names of the files in the folder: training images first. */
    List<String> files() {
        return files;
    }

    /** Whether a file may also be gzipped, its name then ending in {@code .gz}. */
    boolean mayBeGzipped() {
        return this == FASHION_MNIST;
    }

    /** Where the files are officially published. */
    public Source source() {
        return source;
    }

    /** The task's name: {@code cifar-10} or {@code fashion-mnist}. */
    @Override
    public String toString() {
        return label;
    }
}
