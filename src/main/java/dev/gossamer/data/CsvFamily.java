package dev.gossamer.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code csv:FILE}: a table whose rows are examples, of numbers and a column with the class, the last one unless {@code
 * +label=} names another. The test examples are those of the file that {@code +test=} names, or a random fifth of the
 * rows. Features are standardised by mean and deviation of the training examples.
 */
public final class CsvFamily extends FileFamily {

    private static final String LABEL = "label";
    private static final String TEST = "test";

    public CsvFamily() {
        super("csv", "FILE", List.of(LABEL, TEST));
    }

    @Override
    DataSet read(String name, Path path, Map<String, String> given) {
        ClassNames classes = new ClassNames();
        CsvTable table = CsvTable.read(path, given.get(LABEL), classes);
        int width = table.examples().width();
        float[] features = table.examples().dense(width, path);
        ImageSet train;
        ImageSet test;
        if (given.containsKey(TEST)) {
            Path file = Path.of(given.get(TEST));
            CsvTable other = CsvTable.read(file, given.get(LABEL), classes);
            other.checkLike(table);
            train = all(features, width, classes, table);
            test = all(other.examples().dense(width, file), width, classes, other);
        } else {
            char[] labels = classes.labels(table.examples().classes());
            int[] part = OwnSets.testPart(labels.length, path);
            train = OwnSets.features(features, width, labels, OwnSets.rest(labels.length, part));
            test = OwnSets.features(features, width, labels, part);
        }
        OwnSets.standardise(width, train.features(), test.features());
        return OwnSets.of(name, path, train, test, classes.sorted());
    }

    private static ImageSet all(float[] features, int width, ClassNames classes, CsvTable table) {
        return new ImageSet(new ImageShape(1, 1, width), features, classes.labels(table.examples().classes()));
    }
}
