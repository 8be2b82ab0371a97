package dev.gossamer.data;

import dev.gossamer.text.Shown;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Makes data sets of what was read from files of the user's own. */
final class OwnSets {

    /** One in so many examples is a test example, where files do not say which. */
    private static final int TEST_SHARE = 5;

    private OwnSets() {}

    /** A data set of its two parts, known by all that decides a run. */
    static DataSet of(String name, Object path, ImageSet train, ImageSet test, List<String> classNames) {
        if (classNames.size() < 2) {
            throw new DataException(path + " has examples of " + classNames.size() + " class: expected at least 2.");
        }
        return new DataSet(
                name, false, train, test, classNames, Augmentation.NONE, Fingerprint.ofAnyShape(train, test));
    }

    /**
     * Which examples are test examples: a random fifth, at least one, the same for each number of examples.
     *
     * @param count number of examples, at least 2
     * @param path where they are from, for a message
     * @return indices, ascending
     */
    static int[] testPart(int count, Object path) {
        if (count < 2) {
            throw DataException.of("%s holds %,d examples: expected at least 2, of which one in five, drawn by a fixed"
                    + " seed, is a test example.", path, count);
        }
        int[] order = IntStream.range(0, count).toArray();
        new RandomStream(Seeds.derive(0, Purpose.TEST_PART)).shuffle(order);
        int[] part = Arrays.copyOf(order, Math.max(1, count / TEST_SHARE));
        Arrays.sort(part);
        return part;
    }

    /** The indices below a number that are not in a part, ascending. */
    static int[] rest(int count, int[] part) {
        return IntStream.range(0, count).filter(i -> Arrays.binarySearch(part, i) < 0).toArray();
    }

    /**
     * Some examples of a set of features.
     *
     * @param features values of all examples [N, f]
     */
    static ImageSet features(float[] features, int width, char[] labels, int[] chosen) {
        float[] values = new float[chosen.length * width];
        char[] classes = new char[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(features, chosen[i] * width, values, i * width, width);
            classes[i] = labels[chosen[i]];
        }
        return new ImageSet(new ImageShape(1, 1, width), values, classes);
    }

    /**
     * Standardises sets in place by mean and standard deviation of each feature of the first one; a feature of one
     * value is only shifted.
     *
     * @param names of the features [f]
     * @param source where the test examples are from, for a message
     * @throws DataException if a test example is so far from the training examples that a float does not hold it
     */
    static void standardise(List<String> names, float[] train, float[] test, String source) {
        int width = names.size();
        int size = train.length / width;
        double[] means = new double[width];
        for (int row = 0; row < train.length; row += width) {
            for (int k = 0; k < width; k++) {
                means[k] += train[row + k];
            }
        }
        Arrays.setAll(means, k -> means[k] / size);
        double[] deviations = new double[width];
        for (int row = 0; row < train.length; row += width) {
            for (int k = 0; k < width; k++) {
                double distance = train[row + k] - means[k];
                deviations[k] += distance * distance;
            }
        }
        Arrays.setAll(deviations, k -> deviations[k] > 0 ? Math.sqrt(deviations[k] / size) : 1);
        for (float[] values : List.of(train, test)) {
            for (int row = 0; row < values.length; row += width) {
                for (int k = 0; k < width; k++) {
                    float found = values[row + k];
                    values[row + k] = (float) ((found - means[k]) / deviations[k]);
                    if (Float.isInfinite(values[row + k])) {
                        throw new DataException(source + " holds " + found + " in column "
                                + Shown.shortened(names.get(k)) + ": expected a value that 32 bits hold when the mean"
                                + " of the training examples, " + means[k] + ", is taken off and the rest divided by"
                                + " their deviation, " + deviations[k] + ".");
                    }
                }
            }
        }
    }
}
