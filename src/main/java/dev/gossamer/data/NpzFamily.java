package dev.gossamer.data;

import dev.gossamer.text.NpyArray;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * {@code npz:FILE}: NumPy arrays {@code x_train}, {@code y_train}, {@code x_test} and {@code y_test}, as in Keras'
 * {@code mnist.npz}. Examples are images [N, h, w] or [N, h, w, c], or features [N, f]; bytes are normalised by mean
 * and deviation of each channel of the training images, floats are taken as they are. Labels are whole numbers [N],
 * sorted ascending.
 */
public final class NpzFamily extends FileFamily {

    private static final int MOST_CHANNELS = 4;

    public NpzFamily() {
        super("npz", "FILE", List.of());
    }

    @Override
    DataSet read(String name, Path path, Map<String, String> given) {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            NpyArray train = array(zip, path, "x_train");
            NpyArray test = array(zip, path, "x_test");
            ImageShape shape = shape(train);
            if (!shape.equals(shape(test)) || train.isOfBytes() != test.isOfBytes()) {
                throw new DataException(test.source() + " holds examples of " + test.type() + " "
                        + shape(test) + ": expected those of x_train, " + train.type() + " " + shape + ".");
            }
            ClassNames classes = new ClassNames();
            int[] trainClasses = classes(array(zip, path, "y_train"), train.size(), classes);
            int[] testClasses = classes(array(zip, path, "y_test"), test.size(), classes);
            Normalization normalization = train.isOfBytes()
                    ? Normalization.of(shape, bytes(train, shape))
                    : null;
            return OwnSets.of(name, path, set(train, shape, classes.labels(trainClasses), normalization),
                    set(test, shape, classes.labels(testClasses), normalization), classes.sorted());
        } catch (IOException e) {
            throw DataException.unreadable(path, e);
        }
    }

    private static NpyArray array(ZipFile zip, Path path, String name) throws IOException {
        ZipEntry entry = zip.getEntry(name + ".npy");
        if (entry == null) {
            throw new DataException(path + " has no array " + name
                    + ": expected x_train, y_train, x_test and y_test.");
        }
        CheckedInputStream checked = new CheckedInputStream(zip.getInputStream(entry), new CRC32());
        NpyArray array = read(path + " " + entry.getName(), checked);
        if (checked.getChecksum().getValue() != entry.getCrc()) {
            throw new DataException(array.source() + " is damaged: its checksum is not the one in the archive.");
        }
        return array;
    }

    private static NpyArray read(String source, InputStream values) throws IOException {
        try {
            return NpyArray.read(source, values);
        } catch (IllegalArgumentException e) {
            throw new DataException(e.getMessage() + ".", e);
        }
    }

    private static ImageShape shape(NpyArray array) {
        int[] shape = array.shape();
        boolean known = shape.length >= 2 && shape.length <= 4 && Arrays.stream(shape).allMatch(size -> size > 0)
                && (shape.length < 4 || shape[3] <= MOST_CHANNELS);
        if (shape.length == 4 && shape[1] <= MOST_CHANNELS && shape[3] > MOST_CHANNELS) {
            throw new DataException(array.source() + " is of shape " + Arrays.toString(shape)
                    + ", which is that of images with their channels first: expected channels last, [N, h, w, c].");
        }
        if (!known || !array.isOfBytes() && !array.isOfFloats()) {
            throw new DataException(array.source() + " is of " + array.type() + " " + Arrays.toString(shape)
                    + ": expected bytes (u1) or floats (f4, f8) of shape [N, f], [N, h, w], or [N, h, w, c] with c up"
                    + " to " + MOST_CHANNELS + ", without a 0.");
        }
        return shape.length == 2
                ? new ImageShape(1, 1, shape[1])
                : new ImageShape(shape.length == 4 ? shape[3] : 1, shape[1], shape[2]);
    }

    private static ImageSet set(NpyArray array, ImageShape shape, char[] labels, Normalization normalization) {
        return array.isOfBytes()
                ? new ImageSet(shape, bytes(array, shape), labels, normalization)
                : new ImageSet(shape, floats(array, shape), labels);
    }

    private static int[] classes(NpyArray array, int size, ClassNames classes) {
        int[] shape = array.shape();
        boolean isVector = shape.length == 1 || shape.length == 2 && shape[1] == 1;
        if (!isVector || array.size() != size || array.isOfFloats()) {
            throw new DataException(array.source() + " is of " + array.type() + " " + Arrays.toString(shape)
                    + ": expected whole numbers of shape [" + size + "], one for each example.");
        }
        int[] found = new int[size];
        for (int i = 0; i < size; i++) {
            found[i] = classes.find(array.whole(i));
            if (found[i] < 0) {
                throw DataException.of("%s has more than %,d classes: expected no more.", array.source(),
                        ImageSet.MOST_CLASSES);
            }
        }
        return found;
    }

    /** Bytes of images, channels first [N, c, h, w]. */
    private static byte[] bytes(NpyArray array, ImageShape images) {
        ByteBuffer values = array.values();
        if (images.channels() == 1) {
            return values.array();
        }
        byte[] bytes = new byte[values.capacity()];
        for (int k = 0; k < bytes.length; k++) {
            bytes[k] = values.get(channelsLast(k, images));
        }
        return bytes;
    }

    /**
     * Floats of examples, channels first [N, c, h, w].
     *
     * @throws DataException if one is infinite or not a number
     */
    private static float[] floats(NpyArray array, ImageShape images) {
        float[] floats = new float[Examples.checked(array.size(), images.size(), Float.BYTES, array.source())];
        for (int k = 0; k < floats.length; k++) {
            floats[k] = (float) array.real(channelsLast(k, images));
            if (!Float.isFinite(floats[k])) {
                throw DataException.of("%s holds %s in example %,d, counted from 0: expected finite numbers of 32"
                        + " bits.", array.source(), floats[k], k / images.size());
            }
        }
        return floats;
    }

    /** Place in [N, h, w, c] of a value by its place in [N, c, h, w]. */
    private static int channelsLast(int place, ImageShape images) {
        int plane = images.height() * images.width();
        int image = place / images.size();
        int within = place - image * images.size();
        return image * images.size() + within % plane * images.channels() + within / plane;
    }
}
