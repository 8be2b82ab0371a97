package dev.gossamer.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataIndex;
import org.datavec.api.records.reader.BaseRecordReader;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads files of labelled images as DataVec records of two values, in the manner of DataVec's own image reader: the
 * image as an {@link NDArrayWritable} [1, c, h, w] of pixels 0..255 (float, not normalised), and its class as an {@link
 * IntWritable}. It is for pipelines of DataVec; training takes whole sets from {@link DataSets}, by the same parser.
 */
abstract class ImageRecordReader extends BaseRecordReader {

    private static final long serialVersionUID = 1;

    private final ArrayList<String> classNames;
    private transient Configuration configuration;
    private transient List<URI> files = List.of();
    private transient int nextFile;
    private transient ImageFile current;
    private transient URI currentFile;
    private transient int nextInFile;

    /** @param classNames name of each class */
    ImageRecordReader(List<String> classNames) {
        this.classNames = new ArrayList<>(classNames);
    }

    /** Whether a file of the input split holds images (or something that belongs to them). */
    abstract boolean holdsImages(Path file);

    /** Opens a file of images. */
    abstract ImageFile open(Path file);

    @Override
    public void initialize(InputSplit split) throws IOException {
        inputSplit = split;
        List<URI> found = new ArrayList<>();
        for (URI location : split.locations()) {
            if (holdsImages(Path.of(location))) {
                found.add(location);
            }
        }
        if (found.isEmpty()) {
            throw new DataException("the input split names no file of images among its " + split.locations().length
                    + " files.");
        }
        files = found;
        reset();
    }

    @Override
    public void initialize(Configuration conf, InputSplit split) throws IOException {
        setConf(conf);
        initialize(split);
    }

    @Override
    public boolean hasNext() {
        return nextFile < files.size() || current != null && nextInFile < current.size();
    }

    @Override
    public List<Writable> next() {
        return nextRecord().getRecord();
    }

    @Override
    public Record nextRecord() {
        if (!hasNext()) {
            throw new NoSuchElementException("all records are read; reset() starts again");
        }
        if (current == null || nextInFile == current.size()) {
            openNext();
        }
        RecordMetaData origin = new RecordMetaDataIndex(nextInFile, currentFile, getClass());
        Record record = read(current, origin);
        nextInFile++;
        invokeListeners(record);
        return record;
    }

    private void openNext() {
        try {
            close();
        } catch (IOException e) {
            throw DataException.unreadable(Path.of(currentFile), e);
        }
        currentFile = files.get(nextFile++);
        current = open(Path.of(currentFile));
        nextInFile = 0;
    }

    private static Record read(ImageFile file, RecordMetaData origin) {
        ImageShape shape = file.shape();
        byte[] pixels = new byte[shape.size()];
        int label = file.read(pixels, 0);
        float[] values = new float[pixels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = pixels[i] & 0xFF;
        }
        long[] dimensions = {1, shape.channels(), shape.height(), shape.width()};
        NDArrayWritable image = new NDArrayWritable(Nd4j.createFromArray(values).reshape(dimensions));
        return new org.datavec.api.records.impl.Record(List.of(image, new IntWritable(label)), origin);
    }

    @Override
    public List<String> getLabels() {
        return List.copyOf(classNames);
    }

    @Override
    public void reset() {
        try {
            close();
        } catch (IOException e) {
            throw DataException.unreadable(Path.of(currentFile), e);
        }
        nextFile = 0;
        nextInFile = 0;
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    /** Not supported: a file's size and header are checked, which a stream within it does not show. */
    @Override
    public List<Writable> record(URI uri, DataInputStream stream) {
        throw new UnsupportedOperationException("records are read from files only; use initialize(InputSplit)");
    }

    /** Reads one record again; the images before it in its file are skipped by reading them. */
    @Override
    public Record loadFromMetaData(RecordMetaData origin) throws IOException {
        try (ImageFile file = open(Path.of(origin.getURI()))) {
            byte[] skipped = new byte[file.shape().size()];
            for (long i = 0; i < ((RecordMetaDataIndex) origin).getIndex(); i++) {
                file.read(skipped, 0);
            }
            return read(file, origin);
        }
    }

    @Override
    public List<Record> loadFromMetaData(List<RecordMetaData> origins) throws IOException {
        List<Record> records = new ArrayList<>();
        for (RecordMetaData origin : origins) {
            records.add(loadFromMetaData(origin));
        }
        return records;
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.close();
            current = null;
        }
    }

    @Override
    public void setConf(Configuration conf) {
        configuration = conf;
    }

    @Override
    public Configuration getConf() {
        return configuration;
    }
}
