package dev.gossamer.data;

import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code libsvm:FILE}: a line for each example, {@code label index:value index:value ...}, indices from 1 and
 * ascending, all other features 0 (Chang and Lin: LIBSVM, ACM TIST 2, 2011). The test examples are those of {@code
 * FILE.t} beside it, as LIBSVM's site names them, or of the file that {@code +test=} names, or else a random fifth.
 * Labels are numbers, sorted ascending; features are taken as they are.
 */
public final class LibsvmFamily extends FileFamily {

    private static final String TEST_ENDING = ".t";
    private static final int MOST_FEATURES = 1 << 24;

    public LibsvmFamily() {
        super("libsvm", "FILE", List.of(TEST));
    }

    @Override
    DataSet read(String name, Path path, Map<String, String> given) {
        ClassNames classes = new ClassNames();
        Examples all = examples(path, classes);
        Path beside = Path.of(path + TEST_ENDING);
        Path testFile = given.containsKey(TEST) ? Path.of(given.get(TEST)) : beside;
        if (!given.containsKey(TEST) && !Files.exists(beside)) {
            int width = Math.max(1, all.width());
            float[] features = all.dense(width);
            char[] labels = classes.labels(all.classes());
            int[] part = OwnSets.testPart(labels.length, path);
            return OwnSets.of(name, path, OwnSets.features(features, width, labels, OwnSets.rest(labels.length, part)),
                    OwnSets.features(features, width, labels, part), classes.sorted());
        }
        Examples test = examples(testFile, classes);
        ImageShape shape = new ImageShape(1, 1, Math.max(1, Math.max(all.width(), test.width())));
        return OwnSets.of(name, path,
                new ImageSet(shape, all.dense(shape.width()), classes.labels(all.classes())),
                new ImageSet(shape, test.dense(shape.width()), classes.labels(test.classes())),
                classes.sorted());
    }

    private static Examples examples(Path path, ClassNames classes) {
        Examples examples = new Examples(path);
        try (TextLines lines = new TextLines(path)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                String example = line.replaceFirst("#.*", "").strip();
                if (!example.isEmpty()) {
                    add(example.split("[ \\t]+"), lines, examples, classes);
                }
            }
        }
        if (examples.size() == 0) {
            throw new DataException(path + " is empty: expected lines of \"label index:value ...\".");
        }
        return examples;
    }

    private static void add(String[] words, TextLines lines, Examples examples, ClassNames classes) {
        int label = classes.find(name(words[0], lines));
        if (label < 0) {
            throw lines.refused("expected one of the %,d labels before it, the most there may be, found %s",
                    ImageSet.MOST_CLASSES, Shown.value(words[0]));
        }
        int last = 0;
        for (int i = 1; i < words.length; i++) {
            int colon = words[i].indexOf(':');
            int index = colon < 0 ? 0 : index(words[i].substring(0, colon));
            if (index <= last) {
                throw lines.refused("expected index:value with an index above %,d and up to %,d, found %s", last,
                        MOST_FEATURES, Shown.value(words[i]));
            }
            examples.put(index - 1, value(words[i], colon, lines));
            last = index;
        }
        examples.end(label);
    }

    /** The name of a label, one for all ways to write a number. */
    private static String name(String word, TextLines lines) {
        try {
            BigDecimal number = Numbers.exact(word).stripTrailingZeros();
            return (number.scale() < 0 ? number.setScale(0) : number).toString();
        } catch (NumberFormatException e) {
            throw lines.refused("expected a number as label, found %s", Shown.value(word));
        }
    }

    /** The index, or 0 where it is none. */
    private static int index(String text) {
        try {
            int index = Numbers.integer(text);
            return index > MOST_FEATURES ? 0 : index;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static float value(String word, int colon, TextLines lines) {
        try {
            float value = (float) Numbers.decimal(word.substring(colon + 1));
            if (Float.isInfinite(value)) {
                throw new NumberFormatException();
            }
            return value;
        } catch (NumberFormatException e) {
            throw lines.refused("expected a number behind the colon, found %s", Shown.value(word));
        }
    }
}
