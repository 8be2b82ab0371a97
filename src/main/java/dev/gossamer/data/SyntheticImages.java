package dev.gossamer.data;

import java.util.stream.IntStream;

/**
 * Generates a set of textures in as many classes as a task has, made so that the learning rate matters within a short
 * training and a linear model cannot do well.
 *
 * <p>A class is a group of five and a scale of two, which in ten classes also fix the pattern (see {@link Texture}). Of
 * up to 50 classes, those from the eleventh on have the same groups and scales with other patterns; from there on
 * there are more groups, with hues between those of the five in a colour image, with larger places in a grey one. The
 * group is what a linear model can see: the hue of a colour image, the place of the texture in a grey one. Telling the
 * two scales and the patterns of a group apart takes local structure, at any phase. Contrast, background, its gradient,
 * noise and, in part, the hue are nuisance. All patterns keep their class when mirrored.
 */
final class SyntheticImages {

    private static final int GROUPS = 5;
    /** Classes of all groups in both scales with one choice of patterns. */
    private static final int ROUND = 2 * GROUPS;
    /** Classes of all groups in both scales with all patterns. */
    private static final int PATTERNED = Texture.PATTERNS * ROUND;
    static final int TRAIN = 10_000;
    static final int TEST = 2_000;
    /** What a thread makes at a time, a divisor of both. */
    private static final int IMAGES_AT_ONCE = 100;

    private static final double NOISE = 0.05;
    private static final double MIN_CONTRAST = 0.8;
    private static final double GRADIENT = 0.05;
    private static final double HUE_SPREAD = 0.15;
    private static final double BRIGHTNESS = 0.3;
    private static final double SATURATION = 0.6;
    private static final double BACKGROUND_SATURATION = 0.03;
    /** Two directions across the grey axis of the colour cube, orthogonal and of length 1. */
    private static final double[][] CHROMA = {
        {Math.sqrt(1.0 / 2), -Math.sqrt(1.0 / 2), 0}, {Math.sqrt(1.0 / 6), Math.sqrt(1.0 / 6), -Math.sqrt(2.0 / 3)}
    };

    private static final double GREY_BRIGHTNESS = 0.6;
    private static final double PLACE_SPREAD = 1.5;
    private static final double WINDOW_WIDTH = 6.5;
    /** Centres of the windows, by group, as shares of the height and width. */
    private static final double[][] PLACES = {{0.28, 0.28}, {0.28, 0.72}, {0.72, 0.28}, {0.72, 0.72}, {0.5, 0.5}};

    /** Means, and standard deviations within an image, of the generated training images; a test checks them. */
    private static final Normalization COLOUR_NORMALIZATION =
            new Normalization(new double[] {0.242, 0.240, 0.241}, new double[] {0.153, 0.156, 0.155});
    private static final Normalization GREY_NORMALIZATION =
            new Normalization(new double[] {0.300}, new double[] {0.131});

    private static final int NOISE_BITS = 12;
    private static final float[] NOISE_TABLE = noiseTable();

    private final ImageShape shape;
    private final int classes;
    private final float[] strength;
    private final double[] background = new double[3];
    private final double[] foreground = new double[3];

    private SyntheticImages(ImageShape shape, int classes) {
        this.shape = shape;
        this.classes = classes;
        this.strength = new float[shape.height() * shape.width()];
    }

    /** The set of a task's shape and number of classes; equal seeds give equal sets, on every machine. */
    static DataSet generate(Task task, long seed) {
        ImageShape shape = task.shape();
        int classes = task.classes();
        ImageSet train = images(shape, classes, seed, 0, TRAIN);
        ImageSet test = images(shape, classes, seed, 1, TEST);
        String name = "synthetic-" + shape.height() + "x" + shape.width() + "x" + shape.channels()
                + (classes == ROUND ? "" : "-of-" + classes);
        return new DataSet(name, true, train, test,
                IntStream.range(0, classes).mapToObj(Integer::toString).toList(), task.augmentation(),
                Fingerprint.of(train, test));
    }

    private static float[] noiseTable() {
        RandomStream random = new RandomStream(Seeds.derive(0, Purpose.SYNTHETIC_DATA));
        float[] table = new float[1 << NOISE_BITS];
        for (int i = 0; i < table.length; i++) {
            table[i] = (float) (NOISE * random.nextGaussian());
        }
        return table;
    }

    private static ImageSet images(ImageShape shape, int classes, long seed, int part, int count) {
        byte[] pixels = new byte[count * shape.size()];
        char[] labels = new char[count];
        IntStream.range(0, count / IMAGES_AT_ONCE).parallel().forEach(block -> {
            SyntheticImages generator = new SyntheticImages(shape, classes);
            for (int i = block * IMAGES_AT_ONCE; i < (block + 1) * IMAGES_AT_ONCE; i++) {
                RandomStream random = new RandomStream(Seeds.derive(seed, Purpose.SYNTHETIC_DATA, part, i));
                labels[i] = (char) (i % classes);
                generator.paint(labels[i], random, pixels, i * shape.size());
            }
        });
        return new ImageSet(shape, pixels, labels,
                shape.channels() == 3 ? COLOUR_NORMALIZATION : GREY_NORMALIZATION);
    }

    private boolean colour() {
        return shape.channels() == 3;
    }

    private void paint(int label, RandomStream random, byte[] pixels, int offset) {
        int group = label % GROUPS;
        boolean fine = label % ROUND < GROUPS;
        int pattern = (group + (fine ? 0 : 2) + label / ROUND) % Texture.PATTERNS;
        int closer = label / PATTERNED;
        Texture texture = new Texture(pattern, fine, shape.height(), random);
        double contrast = random.nextDouble(MIN_CONTRAST, 1);
        if (colour()) {
            chooseColours(group + (double) closer / (1 + (classes - 1) / PATTERNED), contrast, random);
            fill(texture);
        } else {
            background[0] = random.nextDouble(0.1, 0.35);
            foreground[0] = GREY_BRIGHTNESS * contrast;
            fill(texture);
            window(group, WINDOW_WIDTH * (1 + closer), random);
        }
        for (int c = 0; c < shape.channels(); c++) {
            paintChannel(c, random, pixels, offset + c * strength.length);
        }
    }

    private void chooseColours(double group, double contrast, RandomStream random) {
        double hue = 2 * Math.PI * group / GROUPS + HUE_SPREAD * random.nextGaussian();
        double backgroundHue = random.nextDouble(0, 2 * Math.PI);
        double grey = random.nextDouble(0.05, 0.15);
        double saturation = BACKGROUND_SATURATION * random.nextDouble();
        for (int c = 0; c < 3; c++) {
            background[c] = grey + saturation * chroma(c, backgroundHue);
            foreground[c] = contrast * (BRIGHTNESS + SATURATION * chroma(c, hue));
        }
    }

    private static double chroma(int channel, double hue) {
        return StrictMath.cos(hue) * CHROMA[0][channel] + StrictMath.sin(hue) * CHROMA[1][channel];
    }

    private void fill(Texture texture) {
        int k = 0;
        for (int y = 0; y < shape.height(); y++) {
            for (int x = 0; x < shape.width(); x++) {
                strength[k++] = texture.at(y, x);
            }
        }
    }

    /** Fades the texture out around the group's place. */
    private void window(int group, double width, RandomStream random) {
        float[] rows = bell(PLACES[group][0], width, shape.height(), random);
        float[] columns = bell(PLACES[group][1], width, shape.width(), random);
        int k = 0;
        for (float row : rows) {
            for (float column : columns) {
                strength[k++] *= row * column;
            }
        }
    }

    private static float[] bell(double place, double width, int length, RandomStream random) {
        double centre = place * length + PLACE_SPREAD * random.nextGaussian();
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            double distance = (i - centre) / width;
            values[i] = (float) StrictMath.exp(-distance * distance / 2);
        }
        return values;
    }

    private void paintChannel(int channel, RandomStream random, byte[] pixels, int offset) {
        float down = (float) random.nextDouble(-GRADIENT, GRADIENT) / shape.height();
        float across = (float) random.nextDouble(-GRADIENT, GRADIENT) / shape.width();
        float base = (float) background[channel] - (down * shape.height() + across * shape.width()) / 2;
        float amplitude = (float) foreground[channel];
        long bits = 0;
        for (int k = 0; k < strength.length; k++) {
            bits = k % 5 == 0 ? random.nextLong() : bits >>> NOISE_BITS;
            float noise = NOISE_TABLE[(int) bits & (1 << NOISE_BITS) - 1];
            int y = k / shape.width();
            int x = k % shape.width();
            float value = base + down * y + across * x + amplitude * strength[k] + noise;
            pixels[offset + k] = (byte) Math.max(0, Math.min(255, (int) (value * 255 + 0.5f)));
        }
    }
}
