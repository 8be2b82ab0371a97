package dev.gossamer.data;

import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.SequenceRecordReader;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Tasks with a data set in records of DataVec: one record for each example, of numbers and a class. An array in a
 * record is as many numbers. Features are standardised by mean and deviation of the training examples, and have the
 * shape [1, 1, f].
 */
public final class RecordTask {

    /** The class is the last value of a record. */
    public static final int LAST = -1;

    private RecordTask() {}

    /**
     * A task of records, of which a random fifth, drawn by a fixed seed, is to test on.
     *
     * @param name as {@link Task#parse} reads it
     * @param label which value of a record is the class, from 0, or {@link #LAST}
     * @param records makes an initialised reader; called once, when something of the data is first asked for
     */
    public static FileTask of(String name, int label, Callable<RecordReader> records) {
        return new FileTask(name, () -> {
            ClassNames classes = new ClassNames();
            Rows all = Rows.read(name, label, records, classes);
            int[] part = OwnSets.testPart(all.examples.size(), name);
            int[] rest = OwnSets.rest(all.examples.size(), part);
            char[] labels = classes.labels(all.examples.classes());
            float[] features = all.examples.dense(all.width);
            return set(name, classes, all.width, OwnSets.features(features, all.width, labels, rest),
                    OwnSets.features(features, all.width, labels, part));
        });
    }

    /**
     * A task of training records and test records.
     *
     * @param name as {@link Task#parse} reads it
     * @param label which value of a record is the class, from 0, or {@link #LAST}
     * @param train makes an initialised reader of the training records; called once
     * @param test makes an initialised reader of the test records; called once
     */
    public static FileTask of(String name, int label, Callable<RecordReader> train, Callable<RecordReader> test) {
        return new FileTask(name, () -> {
            ClassNames classes = new ClassNames();
            Rows first = Rows.read(name, label, train, classes);
            Rows second = Rows.read(name, label, test, classes);
            if (first.width != second.width) {
                throw DataException.of("%s has training records of %,d numbers and test records of %,d: expected as"
                        + " many in both.", name, first.width, second.width);
            }
            return set(name, classes, first.width, first.all(classes), second.all(classes));
        });
    }

    private static DataSet set(String name, ClassNames classes, int width, ImageSet train, ImageSet test) {
        classes.checkNumbers(name);
        OwnSets.standardise(IntStream.rangeClosed(1, width).mapToObj(Integer::toString).toList(), train.features(),
                test.features(), name);
        return OwnSets.of(name, name, train, test, classes.sorted());
    }

    /** Records as they are read. */
    private static final class Rows {

        private final String name;
        private final int label;
        private final ClassNames classes;
        private final Examples examples;
        private int width = -1;

        private Rows(String name, int label, ClassNames classes) {
            this.name = name;
            this.label = label;
            this.classes = classes;
            examples = new Examples(name);
        }

        static Rows read(String name, int label, Callable<RecordReader> records, ClassNames classes) {
            Rows rows = new Rows(name, label, classes);
            try (RecordReader reader = records.call()) {
                rows.addAll(reader);
            } catch (DataException e) {
                throw e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DataException(name + " cannot be read (it was interrupted).", e);
            } catch (Exception e) { // readers of all kinds
                String reason = e instanceof IOException io ? FileFailure.fileAndReason(io) : e.getMessage();
                throw new DataException(name + " cannot be read (" + Shown.line(String.valueOf(reason)) + ").", e);
            }
            if (rows.examples.size() == 0) {
                throw new DataException(name + " has no record: expected records of numbers and a class.");
            }
            return rows;
        }

        private void addAll(RecordReader reader) {
            if (reader instanceof SequenceRecordReader) {
                throw new DataException(name + " is read by " + reader.getClass().getSimpleName()
                        + ", whose records are sequences: expected a reader whose records are one example each.");
            }
            while (reader.hasNext()) {
                add(reader.next());
            }
        }

        private void add(List<Writable> record) {
            int place = label == LAST ? record.size() - 1 : label;
            if (place < 0 || place >= record.size() || record.size() < 2) {
                throw refused("expected numbers and a class as %s, found %,d values",
                        label == LAST ? "the last value" : String.format(Locale.ROOT, "value %,d", label + 1),
                        record.size());
            }
            int features = 0;
            for (int k = 0; k < record.size(); k++) {
                features = k == place ? features : put(record.get(k), k, features);
            }
            width = width < 0 ? features : width;
            if (features != width) {
                throw refused("expected %,d numbers, as the records before have, found %,d", width, features);
            }
            String name = record.get(place).toString().strip();
            if (name.isEmpty()) {
                throw refused("expected a class as value %,d, found nothing", place + 1);
            }
            int number = classes.find(name);
            if (number < 0) {
                throw refused("expected one of the %,d classes before it, the most there may be, found %s",
                        ImageSet.MOST_CLASSES, Shown.value(record.get(place).toString()));
            }
            examples.end(number);
        }

        /** The number of features with those of a value. */
        private int put(Writable value, int place, int before) {
            if (value instanceof NDArrayWritable array) {
                float[] numbers;
                try (INDArray copy = array.get().dup('c')) {
                    numbers = copy.data().asFloat();
                }
                for (int k = 0; k < numbers.length; k++) {
                    examples.put(before + k, finite(numbers[k], value, place));
                }
                return before + numbers.length;
            }
            try {
                examples.put(before, finite(
                        value instanceof Text ? (float) Numbers.decimal(value.toString().strip()) : value.toFloat(),
                        value, place));
                return before + 1;
            } catch (NumberFormatException | UnsupportedOperationException e) {
                throw noNumber(value, place);
            }
        }

        private float finite(float number, Writable value, int place) {
            if (!Float.isFinite(number)) {
                throw noNumber(value, place);
            }
            return number;
        }

        private DataException noNumber(Writable value, int place) {
            return refused("expected a number as value %,d, found %s", place + 1, Shown.value(value.toString()));
        }

        private DataException refused(String format, Object... values) {
            return new DataException(name + " record " + (examples.size() + 1) + ": "
                    + DataException.of(format, values).getMessage() + ".");
        }

        ImageSet all(ClassNames known) {
            return new ImageSet(new ImageShape(1, 1, width), examples.dense(width), known.labels(examples.classes()));
        }
    }
}
