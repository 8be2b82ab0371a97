package dev.gossamer.data;

import java.io.IOException;
import java.nio.file.Path;

/** Labelled grey images in two IDX files, {@code ...-images-idx3-ubyte} and {@code ...-labels-idx1-ubyte}. */
final class IdxPair implements ImageFile {

    private static final String IMAGES = "-images-idx3-ubyte";
    private static final String LABELS = "-labels-idx1-ubyte";
    private static final String GZIPPED = ".gz";

    private final IdxFile images;
    private final IdxFile labels;
    private final int classes;
    private final int firstLabel;
    private final boolean transposed;
    private final ImageShape shape;
    private final byte[] label = new byte[1];
    private int next;

    /**
     * Opens both files.
     *
     * @param classes labels must be in [0, classes)
     * @throws DataException if either cannot be read or is damaged, or their counts disagree
     */
    IdxPair(Path imageFile, Path labelFile, int classes) {
        this(imageFile, labelFile, classes, 0, false);
    }

    /**
     * The same of another layout.
     *
     * @param firstLabel label of the first class
     * @param transposed whether rows and columns of the images are interchanged, which are square then
     */
    IdxPair(Path imageFile, Path labelFile, int classes, int firstLabel, boolean transposed) {
        images = new IdxFile(imageFile, IdxFile.IMAGES);
        labels = openLabels(labelFile);
        this.classes = classes;
        this.firstLabel = firstLabel;
        this.transposed = transposed;
        shape = new ImageShape(1, images.dimension(1), images.dimension(2));
    }

    private IdxFile openLabels(Path labelFile) {
        IdxFile opened;
        try {
            opened = new IdxFile(labelFile, IdxFile.LABELS);
        } catch (DataException e) {
            throw images.closeAfter(e);
        }
        if (opened.dimension(0) != images.dimension(0)) {
            throw images.closeAfter(opened.closeAfter(DataException.of(
                    "%s has %,d images but %s has %,d labels.",
                    images.path(), images.dimension(0), labelFile, opened.dimension(0))));
        }
        return opened;
    }

    /** Whether a file's name is that of IDX images. */
    static boolean isImages(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(IMAGES) || name.endsWith(IMAGES + GZIPPED);
    }

    /**
     * The file of labels that belongs to a file of images, gzipped or not.
     *
     * @throws DataException if there is none
     */
    static Path labelsOf(Path imageFile) {
        String name = imageFile.getFileName().toString();
        String stem = name.substring(0, name.lastIndexOf(IMAGES));
        Path labels = Inventory.findGzippedOrNot(imageFile.toAbsolutePath().getParent(), stem + LABELS);
        if (labels == null) {
            throw new DataException("the labels of " + imageFile + " are missing: expected " + stem + LABELS + " or "
                    + stem + LABELS + GZIPPED + " beside it.");
        }
        return labels;
    }

    @Override
    public Path path() {
        return images.path();
    }

    @Override
    public ImageShape shape() {
        return shape;
    }

    @Override
    public int size() {
        return images.dimension(0);
    }

    @Override
    public int read(byte[] pixels, int offset) {
        images.read(pixels, offset, shape.size());
        if (transposed) {
            transpose(pixels, offset, shape.height());
        }
        labels.read(label, 0, 1);
        next++;
        if (next == size()) {
            images.checkEnd();
            labels.checkEnd();
        }
        return ImageFile.checkLabel(label[0] & 0xFF, firstLabel, classes, labels.path(), labels.offset() - 1);
    }

    private static void transpose(byte[] pixels, int offset, int size) {
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < y; x++) {
                byte kept = pixels[offset + y * size + x];
                pixels[offset + y * size + x] = pixels[offset + x * size + y];
                pixels[offset + x * size + y] = kept;
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (labels) {
            images.close();
        }
    }
}
