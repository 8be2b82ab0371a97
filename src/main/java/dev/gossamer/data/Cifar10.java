package dev.gossamer.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** 50,000 + 10,000 colour photographs of 10 kinds of things (Krizhevsky, 2009). */
public record Cifar10() implements Task {

    private static final int IMAGES_PER_FILE = 10_000;
    private static final int TRAINING_FILES = 5;
    private static final Pattern OTHER_VERSION =
            Pattern.compile("cifar-10-(batches-)?(py|mat)\\w*(\\.tar\\.gz|\\.tgz|\\.zip)?|data_batch_1(\\.mat)?");

    @Override
    public String form() {
        return "cifar-10";
    }

    @Override
    public ImageShape shape() {
        return new ImageShape(3, 32, 32);
    }

    @Override
    public int trainImages() {
        return TRAINING_FILES * IMAGES_PER_FILE;
    }

    @Override
    public int testImages() {
        return IMAGES_PER_FILE;
    }

    @Override
    public int classes() {
        return 10;
    }

    /**
     * As the original experiments use them: the standard deviations are those within an image, averaged over
     * images.
     */
    @Override
    public Normalization normalization() {
        return new Normalization(new double[] {0.4914, 0.4822, 0.4465}, new double[] {0.2023, 0.1994, 0.2010});
    }

    @Override
    public Augmentation augmentation() {
        return Augmentation.CROP_AND_FLIP;
    }

    @Override
    public double divergenceLoss() {
        return 2.6;
    }

    @Override
    public String folder() {
        return "cifar-10-batches-bin";
    }

    @Override
    public List<String> files() {
        return List.of(
                "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
                "test_batch.bin");
    }

    @Override
    public Source source() {
        return new Source(
                URI.create("https://www.cs.toronto.edu/~kriz/"),
                List.of(new RemoteFile("cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530")));
    }

    @Override
    public DataSet load(List<Path> paths) {
        return load(paths, IMAGES_PER_FILE);
    }

    /** Reads files that have that many images each. */
    DataSet load(List<Path> paths, int imagesPerFile) {
        List<ImageFile> files = new ArrayList<>();
        try {
            for (Path path : paths) {
                files.add(CifarFile.ofSize(path, imagesPerFile));
            }
            ImageSet train = DataSets.read(files.subList(0, TRAINING_FILES), this);
            ImageSet test = DataSets.read(files.subList(TRAINING_FILES, files.size()), this);
            return DataSets.of(this, train, test);
        } finally {
            DataSets.close(files);
        }
    }

    @Override
    public Optional<String> mistaken(String name) {
        return OTHER_VERSION.matcher(name).matches()
                ? Optional.of("is the " + (name.contains("mat") ? "MATLAB" : "Python")
                + " version of it, and the binary"
                        + " version is needed")
                : Optional.empty();
    }

    @Override
    public String toString() {
        return form();
    }
}
