package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.records.reader.impl.collection.CollectionRecordReader;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.records.reader.impl.csv.CSVSequenceRecordReader;
import org.datavec.api.split.FileSplit;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

/** Readers of DataVec's own as data sets. */
class RecordTaskTest {

    @TempDir
    Path folder;

    private Path table(String name, int count, int shift) throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < count; i++) {
            rows.append("c" + i % 3 + "," + (i * i % 11 + shift) + ", " + i * 0.3 + "\n");
        }
        return Files.writeString(folder.resolve(name), rows);
    }

    private static Callable<RecordReader> csv(Path file) {
        return () -> {
            RecordReader reader = new CSVRecordReader();
            reader.initialize(new FileSplit(file.toFile()));
            return reader;
        };
    }

    private static Callable<RecordReader> rows(List<List<Writable>> rows) {
        return () -> new CollectionRecordReader(rows);
    }

    /** The same table by {@code csv:}. */
    @Test
    void datavecsTablesAreThoseOfCsv() throws IOException {
        Path train = table("train.csv", 50, 0);
        Path test = table("test.csv", 20, 3);
        FileTask parted = RecordTask.of("mine:a", 0, csv(train));
        assertEquals(((FileTask) Task.parse("csv:" + train + "+label=1")).content().fingerprint(),
                parted.content().fingerprint());
        assertEquals("mine:a", parted.content().name());
        assertEquals(((FileTask) Task.parse("csv:" + train + "+label=1+test=" + test)).content().fingerprint(),
                RecordTask.of("mine:b", 0, csv(train), csv(test)).content().fingerprint());
        assertEquals(List.of("c0", "c1", "c2"), parted.classNames());
    }

    @Test
    void numbersTextsAndArraysAreFeatures() {
        List<List<Writable>> train = IntStream.range(0, 4).<List<Writable>>mapToObj(i -> List.of(
                new DoubleWritable(i), new Text(" " + i * i + " "),
                new NDArrayWritable(Nd4j.createFromArray(new float[][] {{i, 5}})), new IntWritable(i % 2))).toList();
        List<List<Writable>> test = List.of(train.get(2));
        ImageSet set = RecordTask.of("rows", RecordTask.LAST, rows(train), rows(test)).content().test();
        assertEquals(new ImageShape(1, 1, 4), set.shape());
        float deviation = (float) Math.sqrt(1.25);
        assertArrayEquals(new float[] {0.5f / deviation, 0.5f / (float) Math.sqrt((0 + 1 + 16 + 81) / 4.0 - 12.25),
            0.5f / deviation, 0}, set.features(), 1e-6f);
        assertEquals(0, set.label(0));
    }

    private static String failure(Callable<RecordReader> reader) {
        return assertThrows(DataException.class, () -> RecordTask.of("rows", 1, reader).content()).getMessage();
    }

    @Test
    void whatIsNoExampleIsRefused() throws IOException {
        Path file = table("a.csv", 4, 0);
        assertEquals("rows is read by CSVSequenceRecordReader, whose records are sequences: expected a reader whose"
                + " records are one example each.", failure(() -> {
                    RecordReader reader = new CSVSequenceRecordReader();
                    reader.initialize(new FileSplit(file.toFile()));
                    return reader;
                }));
        List<Writable> good = List.of(new IntWritable(1), new Text("a"));
        assertEquals("rows record 2: expected a number as value 1, found \"x\".",
                failure(rows(List.of(good, List.of(new Text("x"), new Text("a"))))));
        assertEquals("rows record 2: expected a number as value 1, found \"NaN\".",
                failure(rows(List.of(good, List.of(new DoubleWritable(Double.NaN), new Text("a"))))));
        assertEquals("rows record 2: expected 1 numbers, as the records before have, found 2.",
                failure(rows(List.of(good, List.of(new IntWritable(1), new Text("a"), new IntWritable(1))))));
        assertEquals("rows record 1: expected numbers and a class as value 2, found 1 values.",
                failure(rows(List.of(List.of(new IntWritable(1))))));
        assertEquals("rows record 2: expected a class as value 2, found nothing.",
                failure(rows(List.of(good, List.of(new IntWritable(1), new Text(" "))))));
        assertEquals("rows record 1: expected numbers and a class as the last value, found 0 values.",
                assertThrows(DataException.class, () -> RecordTask.of("rows", RecordTask.LAST,
                        rows(List.of(List.of()))).content()).getMessage());
        assertEquals("rows has no record: expected records of numbers and a class.", failure(rows(List.of())));
        assertEquals("rows has examples of 1 class: expected at least 2.", failure(rows(List.of(good, good))));
        assertEquals("rows has no record: expected records of numbers and a class.",
                failure(csv(folder.resolve("none.csv"))), "DataVec takes a file that is not there for no files");
        assertEquals("rows cannot be read (a.csv: no such file or folder).", failure(() -> {
            throw new NoSuchFileException("a.csv");
        }));
        assertEquals("rows cannot be read (out of order).", failure(() -> {
            throw new Exception("out of order");
        }));
        assertEquals("rows has training records of 1 numbers and test records of 2: expected as many in both.",
                assertThrows(DataException.class, () -> RecordTask.of("rows", 1, rows(List.of(good, good)), rows(
                        List.of(List.of(new IntWritable(1), new Text("a"), new IntWritable(1))))).content())
                        .getMessage());
    }
}
