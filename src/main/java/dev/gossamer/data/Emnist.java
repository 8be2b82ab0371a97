package dev.gossamer.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A split of EMNIST, grey images of handwritten characters (Cohen, Afshar, Tapson, van Schaik, arXiv:1702.05373, 2017).
 * Its files hold images with rows and columns interchanged, which are turned back.
 */
public abstract class Emnist extends IdxTask {

    private static final String FOLDER = "emnist";
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final String split;
    private final int firstLabel;

    private Emnist(String split, int trainImages, int testImages, int firstLabel, double mean, double stddev) {
        super("emnist-" + split, trainImages, testImages, mean, stddev, "EMNIST");
        this.split = split;
        this.firstLabel = firstLabel;
    }

    /** 112,800 + 18,800 digits and letters of 47 classes of equal size, where upper and lower case look unlike. */
    public static final class Balanced extends Emnist {

        public Balanced() {
            super("balanced", 112_800, 18_800, 0, 0.1751, 0.3332);
        }

        @Override
        public List<String> classNames() {
            return characters("0123456789" + ALPHABET + "abdefghnqrt");
        }
    }

    /** 124,800 + 20,800 letters of 26 classes, upper and lower case together; in the files, labels start at 1. */
    public static final class Letters extends Emnist {

        public Letters() {
            super("letters", 124_800, 20_800, 1, 0.1722, 0.3309);
        }

        @Override
        public List<String> classNames() {
            return characters(ALPHABET);
        }
    }

    /** 240,000 + 40,000 digits. */
    public static final class Digits extends Emnist {

        public Digits() {
            super("digits", 240_000, 40_000, 0, 0.1733, 0.3317);
        }

        @Override
        public List<String> classNames() {
            return Mnist.DIGITS;
        }
    }

    private static List<String> characters(String all) {
        return all.chars().mapToObj(Character::toString).toList();
    }

    @Override
    public final String folder() {
        return FOLDER;
    }

    @Override
    public final List<String> files() {
        String prefix = "emnist-" + split;
        return List.of(
                prefix + "-train-images-idx3-ubyte", prefix + "-train-labels-idx1-ubyte",
                prefix + "-test-images-idx3-ubyte", prefix + "-test-labels-idx1-ubyte");
    }

    /** Only an archive of all splits, with archives in it. */
    @Override
    public final Source source() {
        return new Source(URI.create("https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"), List.of());
    }

    @Override
    final ImageFile open(Path images, Path labels) {
        return new IdxPair(images, labels, classes(), firstLabel, true);
    }

    /** Besides torchvision's place, the folder that the published archive holds. */
    @Override
    public final List<Path> otherFolders(Path directory) {
        List<Path> folders = new ArrayList<>(super.otherFolders(directory));
        folders.add(directory.resolve("gzip"));
        folders.add(directory.resolve(FOLDER).resolve("gzip"));
        return folders;
    }

    @Override
    public final String archive() {
        return FOLDER;
    }
}
