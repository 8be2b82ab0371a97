package dev.gossamer.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A file of the Python version of CIFAR-10 or CIFAR-100: a pickled dictionary with the images as an array [N, 3072] of
 * bytes, {@code data}, and a list of N labels of each kind (https://www.cs.toronto.edu/~kriz/cifar.html).
 */
final class PickledCifarFile implements ImageFile {

    private static final String DATA = "data";

    private final Path path;
    private final CifarRecord record;
    private final int size;
    private final byte[] pixels;
    private final List<List<?>> labels;
    private int next;

    /**
     * Opens a file that must have a certain number of images.
     *
     * @throws DataException if it cannot be read, or has another content
     */
    PickledCifarFile(Path path, CifarRecord record, int images) {
        this.path = path;
        this.record = record;
        Map<?, ?> content = Pickle.dictionary(path);
        size = images;
        pixels = pixels(content.get(DATA));
        labels = record.labels().stream().<List<?>>map(name -> labels(content.get(name), name)).toList();
    }

    private byte[] pixels(Object found) {
        int width = CifarRecord.SHAPE.size();
        boolean isArray = found instanceof Pickle.Call array && array.function().endsWith("_reconstruct")
                && array.state() instanceof List<?> state && state.size() == 5
                && state.get(2) instanceof Pickle.Call type && type.function().equals("numpy dtype")
                && !type.arguments().isEmpty() && type.arguments().get(0) instanceof byte[] name
                && new String(name, StandardCharsets.ISO_8859_1).equals("u1");
        if (!isArray) {
            throw refused("an array of bytes as " + DATA);
        }
        List<?> state = (List<?>) ((Pickle.Call) found).state();
        if (!List.of(size, width).equals(state.get(1)) || !(state.get(3) instanceof Boolean inColumns)
                || !(state.get(4) instanceof byte[] bytes) || bytes.length != size * width) {
            throw refused(String.format(Locale.ROOT, "%,d images of %,d bytes as %s", size, width, DATA));
        }
        return inColumns ? inRows(bytes, width) : bytes;
    }

    /** Of an array whose columns lie one behind the other, as in Fortran. */
    private byte[] inRows(byte[] columns, int width) {
        byte[] rows = new byte[columns.length];
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < width; k++) {
                rows[i * width + k] = columns[k * size + i];
            }
        }
        return rows;
    }

    private List<?> labels(Object found, String name) {
        if (!(found instanceof List<?> list) || list.size() != size
                || !list.stream().allMatch(Integer.class::isInstance)) {
            throw refused(String.format(Locale.ROOT, "%,d whole numbers as %s", size, name));
        }
        return list;
    }

    private DataException refused(String expected) {
        return new DataException(path + " is no file of " + record.set() + "'s Python version: expected " + expected
                + ".");
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public ImageShape shape() {
        return CifarRecord.SHAPE;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int read(byte[] destination, int offset) {
        System.arraycopy(pixels, next * shape().size(), destination, offset, shape().size());
        for (int i = 0; i < labels.size(); i++) {
            int label = (Integer) labels.get(i).get(next);
            if (label < 0 || label >= record.classes().get(i)) {
                throw DataException.of("%s holds the label %d for image %,d; labels are in 0..%d.", path, label, next,
                        record.classes().get(i) - 1);
            }
        }
        return (Integer) labels.get(record.used()).get(next++);
    }

    @Override
    public void close() {}
}
