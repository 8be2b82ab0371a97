package dev.gossamer.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** 60,000 + 10,000 grey images of 10 kinds of clothing (Xiao, Rasul, Vollgraf, 2017). */
public record FashionMnist() implements Task {

    private static final String TORCHVISION = "FashionMNIST";
    private static final String TORCHVISION_RAW = "raw";

    @Override
    public String form() {
        return "fashion-mnist";
    }

    @Override
    public ImageShape shape() {
        return new ImageShape(1, 28, 28);
    }

    @Override
    public int trainImages() {
        return 60_000;
    }

    @Override
    public int testImages() {
        return 10_000;
    }

    @Override
    public int classes() {
        return 10;
    }

    @Override
    public Normalization normalization() {
        return new Normalization(new double[] {0.2860}, new double[] {0.3530});
    }

    @Override
    public Augmentation augmentation() {
        return Augmentation.NONE;
    }

    @Override
    public double divergenceLoss() {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public String folder() {
        return "fashion-mnist";
    }

    @Override
    public List<String> files() {
        return List.of(
                "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                "t10k-labels-idx1-ubyte");
    }

    @Override
    public boolean mayBeGzipped() {
        return true;
    }

    @Override
    public Source source() {
        return new Source(
                URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
                List.of(
                        new RemoteFile("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
                        new RemoteFile("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
                        new RemoteFile("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
                        new RemoteFile("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310")));
    }

    @Override
    public DataSet load(List<Path> paths) {
        ImageSet train = load(paths.get(0), paths.get(1));
        ImageSet test = load(paths.get(2), paths.get(3));
        if (train.size() < test.size()) {
            throw DataException.of(
                    "%s holds %,d images and %s %,d: training and test files are mixed up.",
                    paths.get(0), train.size(), paths.get(2), test.size());
        }
        return DataSets.of(this, train, test);
    }

    private ImageSet load(Path images, Path labels) {
        List<ImageFile> files = List.of(new IdxPair(images, labels, classes()));
        try {
            return DataSets.read(files, this);
        } finally {
            DataSets.close(files);
        }
    }

    /** Torchvision's place. */
    @Override
    public List<Path> otherFolders(Path directory) {
        List<Path> folders = new ArrayList<>(List.of(directory.resolve(TORCHVISION).resolve(TORCHVISION_RAW)));
        if (directory.endsWith(TORCHVISION)) {
            folders.add(directory.resolve(TORCHVISION_RAW));
        }
        return folders;
    }

    @Override
    public String toString() {
        return form();
    }
}
