package dev.gossamer.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * 73,257 + 26,032 colour images of house numbers, cropped to a digit in the middle, in MATLAB's files (Netzer, Wang,
 * Coates, Bissacco, Wu, Ng: Reading digits in natural images with unsupervised feature learning, NIPS workshop 2011).
 */
public final class Svhn extends NamedTask {

    private static final ImageShape SHAPE = new ImageShape(3, 32, 32);

    public Svhn() {
        super("svhn");
    }

    @Override
    public ImageShape shape() {
        return SHAPE;
    }

    @Override
    public int trainImages() {
        return 73_257;
    }

    @Override
    public int testImages() {
        return 26_032;
    }

    @Override
    public List<String> classNames() {
        return Mnist.DIGITS;
    }

    /** As training programs for PyTorch commonly have them. */
    @Override
    public Normalization normalization() {
        return new Normalization(new double[] {0.4377, 0.4438, 0.4728}, new double[] {0.1980, 0.2010, 0.1970});
    }

    @Override
    public String folder() {
        return "svhn";
    }

    @Override
    public List<String> files() {
        return List.of("train_32x32.mat", "test_32x32.mat");
    }

    @Override
    public Source source() {
        return new Source(URI.create("http://ufldl.stanford.edu/housenumbers/"), List.of(
                new RemoteFile("train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373"),
                new RemoteFile("test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3")));
    }

    /** Torchvision keeps them in a folder {@code SVHN}, where a program names none. */
    @Override
    public List<Path> otherFolders(Path directory) {
        return List.of(directory.resolve("SVHN"));
    }

    @Override
    public DataSet load(List<Path> paths) {
        ImageSet train = SvhnFile.read(paths.get(0), this);
        ImageSet test = SvhnFile.read(paths.get(1), this);
        if (train.size() < test.size()) {
            throw DataException.of("%s holds %,d images and %s %,d: training and test files are mixed up.",
                    paths.get(0), train.size(), paths.get(1), test.size());
        }
        return DataSets.of(this, train, test);
    }
}
