package dev.gossamer.engine.dl4j;

import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Mixup;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network's inputs for some images of known classes: images [b, c, h, w] and targets [b, classes]. */
final class Inputs implements AutoCloseable {

    private final int size;
    private final ImageShape shape;
    private final int classes;
    private final DataType type;
    private final boolean host;
    private final INDArray images;
    private final INDArray labels;
    private final FloatBuffer imageValues;
    private final FloatBuffer labelValues;

    /** @param host whether arrays are filled where they are; otherwise by copies of arrays of Java */
    Inputs(int size, ImageShape shape, int classes, DataType type, boolean host) {
        this.size = size;
        this.shape = shape;
        this.classes = classes;
        this.type = type;
        this.host = host;
        images = Nd4j.create(DataType.FLOAT, size, shape.channels(), shape.height(), shape.width());
        labels = Nd4j.create(DataType.FLOAT, size, classes);
        imageValues = host ? values(images) : FloatBuffer.allocate(size * shape.size());
        labelValues = host ? values(labels) : FloatBuffer.allocate(size * classes);
    }

    /** The values of an array, in its order, in a buffer on the same memory. */
    private static FloatBuffer values(INDArray array) {
        return new FloatPointer(array.data().pointer()).capacity(array.length()).asBuffer();
    }

    boolean fit(int size, ImageShape shape) {
        return size == this.size && shape.equals(this.shape);
    }

    /** Takes over a worker's part of a batch. */
    void fill(Batch batch, int worker) {
        batch.draws().render(worker * size, size, imageValues.clear());
        for (int i = 0; i < size * classes; i++) {
            labelValues.put(i, 0);
        }
        Mixup mixup = batch.draws().mixup();
        for (int i = 0; i < size; i++) {
            int image = worker * size + i;
            add(i, batch.labels()[image], mixup.share(image));
            add(i, batch.labels()[mixup.partner(image)], 1 - mixup.share(image));
        }
    }

    private void add(int image, int label, float share) {
        int at = image * classes + label;
        labelValues.put(at, labelValues.get(at) + share);
    }

    /** Takes over the images of a set from index {@code from} on, as many as fit; the labels stay as they are. */
    void fill(ImageSet set, int from) {
        set.normalize(from, from + size, imageValues.clear());
    }

    /** Images in the network's data type. */
    INDArray images() {
        return filled(images, imageValues).castTo(type);
    }

    /** Labels in the network's data type. */
    INDArray labels() {
        return filled(labels, labelValues).castTo(type);
    }

    private INDArray filled(INDArray array, FloatBuffer values) {
        if (!host) {
            try (INDArray copy = Nd4j.createFromArray(values.array()).reshape(array.shape())) {
                array.assign(copy);
            }
        }
        return array;
    }

    @Override
    public void close() {
        images.close();
        labels.close();
    }
}
