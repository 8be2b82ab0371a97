package dev.gossamer.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code csv:FILE}: a table whose rows are examples, of numbers and a column with the class, the last one unless
 * {@code +label=} names another; {@code +header=yes} and {@code +header=no} say whether the first line is a header, and
 * the column of {@code +group=} is no feature, but says which examples belong together.
 * The test examples are those of the file that {@code +test=} names, or a random fifth of the rows. Features are
 * standardised by mean and deviation of the training examples.
 */
public final class CsvFamily extends FileFamily {

    private static final String LABEL = "label";
    private static final String HEADER = "header";
    private static final String GROUP = "group";

    public CsvFamily() {
        super("csv", "FILE", List.of(LABEL, TEST, HEADER, GROUP));
    }

    @Override
    void check(Map<String, String> given) {
        if (!given.getOrDefault(HEADER, "yes").matches("yes|no")) {
            throw new IllegalArgumentException("header yes or no");
        }
    }

    private static CsvTable table(Path path, Map<String, String> given, ClassNames classes) {
        Boolean headed = given.containsKey(HEADER) ? given.get(HEADER).equals("yes") : null;
        return CsvTable.read(path, given.get(LABEL), given.get(GROUP), headed, classes);
    }

    @Override
    DataSet read(String name, Path path, Map<String, String> given) {
        ClassNames classes = new ClassNames();
        CsvTable table = table(path, given, classes);
        int width = table.examples().width();
        float[] features = table.examples().dense(width);
        ImageSet train;
        ImageSet test;
        if (given.containsKey(TEST)) {
            Path file = Path.of(given.get(TEST));
            CsvTable other = table(file, given, classes);
            other.checkLike(table);
            classes.checkNumbers(file);
            train = all(features, width, classes, table);
            test = all(other.examples().dense(width), width, classes, other);
        } else {
            classes.checkNumbers(path);
            char[] labels = classes.labels(table.examples().classes());
            int[] part = OwnSets.testPart(labels.length, path);
            int[] rest = OwnSets.rest(labels.length, part);
            train = OwnSets.features(features, width, labels, rest)
                    .in(table.groups().map(groups -> groups.only(rest)));
            test = OwnSets.features(features, width, labels, part);
        }
        OwnSets.standardise(table.featureNames(), train.features(), test.features(),
                given.getOrDefault(TEST, path.toString()));
        return OwnSets.of(name, path, train, test, classes.sorted());
    }

    private static ImageSet all(float[] features, int width, ClassNames classes, CsvTable table) {
        return new ImageSet(new ImageShape(1, 1, width), features, classes.labels(table.examples().classes()))
                .in(table.groups());
    }
}
