package dev.gossamer.record;

import dev.gossamer.data.ImageSet;
import dev.gossamer.text.Shown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the mean model takes the test images of each class for: {@code confusion.csv}, a row for each true class, in it
 * how many of its images are predicted to be of each class.
 *
 * @param classNames name of each class
 * @param counts number of images by true and by predicted class [classes, classes]
 */
public record ConfusionMatrix(List<String> classNames, int[][] counts) {

    /** Name of the file. */
    public static final String CSV = "confusion.csv";

    /** The most classes that a matrix is recorded of: a million numbers. */
    public static final int MOST_CLASSES = 1000;

    private static final String CORNER = "true class";

    /**
     * Images of one class that are taken for those of another.
     *
     * @param truth the class that they are of
     * @param predicted the class that they are taken for
     * @param images how many
     */
    public record Mistake(int truth, int predicted, int images) {}

    /**
     * Counts predictions.
     *
     * @param classNames name of each class
     * @param images where the labels are
     * @param predicted class of each image
     */
    public static ConfusionMatrix of(List<String> classNames, ImageSet images, List<Integer> predicted) {
        int[][] counts = new int[classNames.size()][classNames.size()];
        for (int i = 0; i < predicted.size(); i++) {
            counts[images.label(i)][predicted.get(i)]++;
        }
        return new ConfusionMatrix(classNames, counts);
    }

    /** Number of images of a class. */
    public int images(int truth) {
        return Arrays.stream(counts[truth]).sum();
    }

    /** Share of the images of a class that are predicted to be of it; not a number where there are none. */
    public double recall(int truth) {
        return (double) counts[truth][truth] / images(truth);
    }

    /** Share of the images predicted to be of a class that are of it; not a number where there are none. */
    public double precision(int predicted) {
        return (double) counts[predicted][predicted] / Arrays.stream(counts).mapToInt(row -> row[predicted]).sum();
    }

    /** The classes by their recall, the lowest first, without those that have no images. */
    public List<Integer> byRecall() {
        return IntStream.range(0, counts.length).filter(truth -> images(truth) > 0).boxed()
                .sorted(Comparator.comparingDouble(this::recall)).toList();
    }

    /** What most images of a class are taken for that are not predicted to be of it; empty where all are. */
    public Optional<Mistake> worstMistake(int truth) {
        int[] row = counts[truth];
        return IntStream.range(0, row.length).filter(k -> k != truth && row[k] > 0).boxed()
                .reduce((a, b) -> row[b] > row[a] ? b : a)
                .map(predicted -> new Mistake(truth, predicted, row[predicted]));
    }

    /**
     * Writes the file to the folder of a run; an older one is replaced.
     *
     * @throws RecordException if that is not possible
     */
    public void write(Path folder) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(row(CORNER, classNames));
        for (int k = 0; k < counts.length; k++) {
            rows.add(row(classNames.get(k), Arrays.stream(counts[k]).mapToObj(Integer::toString).toList()));
        }
        WholeFile.replace(folder.resolve(CSV), CsvAppender.text(rows));
    }

    private static List<String> row(String first, List<String> others) {
        List<String> row = new ArrayList<>(List.of(first));
        row.addAll(others);
        return row;
    }

    /**
     * Reads back what {@link #write} wrote; empty where there is nothing, as of versions before.
     *
     * @throws RecordException if the file cannot be read or has another form
     */
    public static Optional<ConfusionMatrix> read(Path folder) {
        Path file = folder.resolve(CSV);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        List<List<String>> rows = CsvReader.cells(file);
        List<String> header = rows.isEmpty() ? List.of() : rows.get(0);
        if (header.size() < 2 || !header.get(0).equals(CORNER) || rows.size() != header.size()) {
            throw new RecordException(file + " must start with \"" + CORNER
                    + "\" and the names of the classes, and have a row for each of them");
        }
        List<String> names = header.subList(1, header.size());
        int[][] counts = new int[names.size()][];
        for (int k = 0; k < counts.length; k++) {
            counts[k] = counts(file, names.get(k), rows.get(k + 1), names.size());
        }
        return Optional.of(new ConfusionMatrix(names, counts));
    }

    private static int[] counts(Path file, String name, List<String> row, int classes) {
        boolean isOfClass = row.size() == classes + 1 && row.get(0).equals(name);
        if (!isOfClass || !row.stream().skip(1).allMatch(cell -> cell.matches("\\d{1,9}"))) {
            throw new RecordException(file + ": the row of each class must be its name and " + classes
                    + " numbers of images, that of " + Shown.value(name) + " is not");
        }
        return row.stream().skip(1).mapToInt(Integer::parseInt).toArray();
    }
}
