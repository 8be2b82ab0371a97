package dev.gossamer.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** CIFAR-10 or CIFAR-100 in its binary or Python version: 50,000 + 10,000 colour photographs (Krizhevsky, 2009). */
abstract class CifarTask extends NamedTask {

    private static final int TRAIN_IMAGES = 50_000;
    private static final int TEST_IMAGES = 10_000;
    private static final String BINARY = ".bin";

    private final String set;
    private final CifarRecord record;
    private final Pattern otherVersion;
    private final Layout python;
    private final String md5;

    /**
     * @param set the set that it is of, as its archive is named: {@code cifar-10}
     * @param record how an image and its labels lie in a file
     * @param otherVersion names of files of the other versions of it
     * @param python the Python version of it
     * @param md5 MD5 of the archive
     */
    CifarTask(String name, String set, CifarRecord record, String otherVersion, Layout python, String md5) {
        super(name);
        this.set = set;
        this.record = record;
        this.otherVersion = Pattern.compile(otherVersion);
        this.python = python;
        this.md5 = md5;
    }

    @Override
    public final ImageShape shape() {
        return CifarRecord.SHAPE;
    }

    @Override
    public final int trainImages() {
        return TRAIN_IMAGES;
    }

    @Override
    public final int testImages() {
        return TEST_IMAGES;
    }

    @Override
    public final Augmentation augmentation() {
        return Augmentation.CROP_AND_FLIP;
    }

    @Override
    public final Source source() {
        return new Source(URI.create("https://www.cs.toronto.edu/~kriz/"),
                List.of(new RemoteFile(set + "-binary.tar.gz", md5)));
    }

    @Override
    public final DataSet load(List<Path> paths) {
        return load(paths, TRAIN_IMAGES / (paths.size() - 1), TEST_IMAGES);
    }

    /** Reads files that have that many images each; the last one is that of the test images. */
    final DataSet load(List<Path> paths, int trainImagesPerFile, int testImages) {
        List<ImageFile> files = new ArrayList<>();
        int trainFiles = paths.size() - 1;
        try {
            for (Path path : paths) {
                int images = files.size() < trainFiles ? trainImagesPerFile : testImages;
                files.add(path.toString().endsWith(BINARY)
                        ? CifarFile.ofSize(path, record, images)
                        : new PickledCifarFile(path, record, images));
            }
            ImageSet train = DataSets.read(files.subList(0, trainFiles), this);
            ImageSet test = DataSets.read(files.subList(trainFiles, files.size()), this);
            return DataSets.of(this, train, test);
        } finally {
            DataSets.close(files);
        }
    }

    @Override
    public final String archive() {
        return set + "-";
    }

    @Override
    public final List<Layout> otherLayouts() {
        return List.of(python);
    }

    @Override
    public final Optional<String> mistaken(String file) {
        return otherVersion.matcher(file).matches()
                ? Optional.of(file.contains("mat")
                        ? "is the MATLAB version of it, and the binary or the Python version is needed"
                        : "is of the Python version of it, which is read where its folder " + python.folder()
                                + " is in that of --data, with all its files")
                : Optional.empty();
    }
}
