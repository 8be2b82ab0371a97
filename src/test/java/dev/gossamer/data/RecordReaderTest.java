package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.datavec.api.records.Record;
import org.datavec.api.records.reader.RecordReader;
import org.datavec.api.split.FileSplit;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordReaderTest {

    @TempDir
    Path directory;

    @Test
    void cifarRecordsAreTheImagesOfTheFiles() throws Exception {
        Fixtures.writeCifar(directory, 3);
        Files.writeString(directory.resolve("readme.html"), "not data");
        try (RecordReader reader = new CifarRecordReader()) {
            reader.initialize(new FileSplit(directory.toFile()));
            int count = 0;
            while (reader.hasNext()) {
                Record record = reader.nextRecord();
                byte[] file = Files.readAllBytes(Path.of(record.getMetaData().getURI()));
                assertImage(record.getRecord(), file, 1 + count % 3 * 3073, new long[] {1, 3, 32, 32});
                assertEquals(count % 3, record.getRecord().get(1).toInt());
                count++;
            }
            assertEquals(18, count);
            assertThrows(NoSuchElementException.class, reader::next);
            assertEquals("truck", reader.getLabels().get(9));
            reader.reset();
            assertTrue(reader.hasNext());
            assertEquals(0, reader.next().get(1).toInt());
        }
    }

    private static void assertImage(List<Writable> record, byte[] file, int offset, long[] shape) {
        NDArrayWritable image = (NDArrayWritable) record.get(0);
        assertArrayEquals(shape, image.get().shape());
        float[] values = image.get().dup().data().asFloat();
        for (int i = 0; i < values.length; i++) {
            assertEquals(file[offset + i] & 0xFF, values[i]);
        }
    }

    @Test
    void idxRecordsAreTheImagesOfTheFiles() throws Exception {
        Fixtures.writeFashion(directory, 5, 4);
        try (RecordReader reader = new IdxRecordReader()) {
            reader.initialize(new FileSplit(new File(directory + "/train-images-idx3-ubyte.gz")));
            byte[] file = Fixtures.idxImages(5, 1);
            for (int i = 0; i < 5; i++) {
                List<Writable> record = reader.next();
                assertImage(record, file, 16 + i * 784, new long[] {1, 1, 28, 28});
                assertEquals(i, record.get(1).toInt());
            }
            assertFalse(reader.hasNext());
        }
    }

    @Test
    void recordIsFoundAgainByItsMetaData() throws Exception {
        Fixtures.writeFashion(directory, 5, 4);
        try (RecordReader reader = new IdxRecordReader()) {
            reader.initialize(new FileSplit(directory.toFile()));
            Record third = null;
            for (int i = 0; i < 7; i++) {
                third = reader.nextRecord();
            }
            Record again = reader.loadFromMetaData(third.getMetaData());
            assertEquals(third.getRecord().get(1), again.getRecord().get(1));
            assertEquals(third.getRecord().get(0), again.getRecord().get(0));
        }
    }

    @Test
    void damagedFilesAreRefused() throws Exception {
        Path odd = directory.resolve("odd.bin");
        Files.write(odd, Arrays.copyOf(Fixtures.cifarRecords(2, 1), 5000));
        try (RecordReader reader = new CifarRecordReader()) {
            reader.initialize(new FileSplit(odd.toFile()));
            DataException failure = assertThrows(DataException.class, reader::next);
            assertEquals(
                    odd + " is truncated or no file of CIFAR-10's binary version: expected a multiple of 3,073 bytes,"
                            + " found 5,000 (the last whole record ends at offset 3,073).",
                    failure.getMessage());
        }
    }

    @Test
    void idxLabelsMustLieBesideTheImages() throws IOException {
        Path images = directory.resolve("train-images-idx3-ubyte");
        Files.write(images, Fixtures.idxImages(2, 1));
        try (RecordReader reader = new IdxRecordReader(List.of("a", "b"))) {
            assertThrows(DataException.class, () -> {
                reader.initialize(new FileSplit(images.toFile()));
                reader.next();
            });
        }
    }

    @Test
    void splitWithoutImagesIsRefused() throws IOException {
        Path other = Files.writeString(directory.resolve("notes.txt"), "x");
        try (RecordReader reader = new CifarRecordReader()) {
            assertThrows(DataException.class, () -> reader.initialize(new FileSplit(other.toFile())));
        }
    }
}
