package dev.gossamer.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A set of the MNIST family: grey images of 28x28 pixels in four IDX files, gzipped or not. */
abstract class IdxTask extends NamedTask {

    private static final String TORCHVISION_RAW = "raw";

    /** Published means have four digits. */
    private static final double MEAN_TOLERANCE = 0.0005;

    private final int trainImages;
    private final int testImages;
    private final double mean;
    private final Normalization normalization;
    private final String torchvision;

    /**
     * @param trainImages number of training images as published
     * @param mean mean of their pixels, scaled to [0, 1]
     * @param stddev standard deviation of their pixels
     * @param torchvision the folder in which torchvision keeps it
     */
    IdxTask(String name, int trainImages, int testImages, double mean, double stddev, String torchvision) {
        super(name);
        this.trainImages = trainImages;
        this.testImages = testImages;
        this.mean = mean;
        normalization = new Normalization(new double[] {mean}, new double[] {stddev});
        this.torchvision = torchvision;
    }

    @Override
    public final ImageShape shape() {
        return new ImageShape(1, 28, 28);
    }

    @Override
    public final int trainImages() {
        return trainImages;
    }

    @Override
    public final int testImages() {
        return testImages;
    }

    @Override
    public final Normalization normalization() {
        return normalization;
    }

    @Override
    public String folder() {
        return form();
    }

    @Override
    public List<String> files() {
        return List.of(
                "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
                "t10k-labels-idx1-ubyte");
    }

    /** A source with the four files, gzipped, by their MD5. */
    final Source source(String base, String... md5) {
        List<RemoteFile> remote = new ArrayList<>();
        for (String file : files()) {
            remote.add(new RemoteFile(file + ".gz", md5[remote.size()]));
        }
        return new Source(URI.create(base), remote);
    }

    @Override
    public final boolean mayBeGzipped() {
        return true;
    }

    @Override
    public final DataSet load(List<Path> paths) {
        ImageSet train = load(paths.get(0), paths.get(1));
        ImageSet test = load(paths.get(2), paths.get(3));
        if (train.size() < test.size()) {
            throw DataException.of(
                    "%s holds %,d images and %s %,d: training and test files are mixed up.",
                    paths.get(0), train.size(), paths.get(2), test.size());
        }
        if (train.size() == trainImages) {
            checkMean(train.pixels(), paths.get(0));
        }
        return DataSets.of(this, train, test);
    }

    /** Sets of the same names and sizes differ in nothing else that could be looked at. */
    private void checkMean(byte[] pixels, Path file) {
        long sum = 0;
        for (byte pixel : pixels) {
            sum += pixel & 0xFF;
        }
        double found = sum / 255.0 / pixels.length;
        if (!isMean(found)) {
            PublishedTask.all().stream().filter(task -> task instanceof IdxTask other && other.isMean(found))
                    .findFirst().ifPresent(other -> {
                        throw DataException.of("%s is no file of %s, whose pixels have the mean %.4f: found %.4f, that"
                                + " of %s.", file, this, mean, found, other.form());
                    });
        }
    }

    private boolean isMean(double found) {
        return Math.abs(found - mean) <= MEAN_TOLERANCE;
    }

    private ImageSet load(Path images, Path labels) {
        List<ImageFile> files = List.of(open(images, labels));
        try {
            return DataSets.read(files, this);
        } finally {
            DataSets.close(files);
        }
    }

    /** Opens images and their labels. */
    ImageFile open(Path images, Path labels) {
        return new IdxPair(images, labels, classes());
    }

    /** Torchvision's place. */
    @Override
    public List<Path> otherFolders(Path directory) {
        List<Path> folders = new ArrayList<>(List.of(directory.resolve(torchvision).resolve(TORCHVISION_RAW)));
        if (directory.endsWith(torchvision)) {
            folders.add(directory.resolve(TORCHVISION_RAW));
        }
        return folders;
    }
}
