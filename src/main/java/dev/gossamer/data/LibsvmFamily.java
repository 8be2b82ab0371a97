package dev.gossamer.data;

import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import dev.gossamer.text.SingleNumbers;
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
            while (lines.advance()) {
                add(lines, examples, classes);
            }
        }
        if (examples.size() == 0) {
            throw new DataException(path + " is empty: expected lines of \"label index:value ...\".");
        }
        return examples;
    }

    private static void add(TextLines lines, Examples examples, ClassNames classes) {
        char[] text = lines.characters();
        int end = end(text, lines.start(), lines.end());
        int from = begin(text, lines.start(), end);
        if (from == end) {
            return;
        }
        int to = wordEnd(text, from, end);
        String word = new String(text, from, to - from);
        int label = classes.find(name(word, lines));
        if (label < 0) {
            throw lines.refused("expected one of the %,d labels before it, the most there may be, found %s",
                    ImageSet.MOST_CLASSES, Shown.value(word));
        }
        int last = 0;
        for (from = skipBlanks(text, to, end); from < end; from = skipBlanks(text, to, end)) {
            to = wordEnd(text, from, end);
            int colon = from;
            while (colon < to && text[colon] != ':') {
                colon++;
            }
            int index = colon == to ? 0 : index(text, from, colon);
            if (index <= last) {
                throw lines.refused("expected index:value with an index above %,d and up to %,d, found %s", last,
                        MOST_FEATURES, Shown.value(new String(text, from, to - from)));
            }
            examples.put(index - 1, value(text, from, colon, to, lines));
            last = index;
        }
        examples.end(label);
    }

    /** Where a line ends without its comment and white space. */
    private static int end(char[] text, int from, int to) {
        int end = from;
        while (end < to && text[end] != '#') {
            end++;
        }
        while (end > from && Character.isWhitespace(text[end - 1])) {
            end--;
        }
        return end;
    }

    private static int begin(char[] text, int from, int to) {
        int begin = from;
        while (begin < to && Character.isWhitespace(text[begin])) {
            begin++;
        }
        return begin;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static int wordEnd(char[] text, int from, int to) {
        int end = from;
        while (end < to && !isBlank(text[end])) {
            end++;
        }
        return end;
    }

    private static int skipBlanks(char[] text, int from, int to) {
        int next = from;
        while (next < to && isBlank(text[next])) {
            next++;
        }
        return next;
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
    private static int index(char[] text, int from, int to) {
        int index = 0;
        for (int i = text[from] == '+' && to > from + 1 ? from + 1 : from; i < to; i++) {
            if (text[i] < '0' || text[i] > '9' || index > MOST_FEATURES) {
                return 0;
            }
            index = 10 * index + text[i] - '0';
        }
        return index > MOST_FEATURES ? 0 : index;
    }

    private static float value(char[] text, int from, int colon, int to, TextLines lines) {
        try {
            return SingleNumbers.read(text, colon + 1, to);
        } catch (NumberFormatException e) {
            throw lines.refused("expected a number behind the colon, found %s",
                    Shown.value(new String(text, from, to - from)));
        }
    }
}
