package dev.gossamer.data;

/** One of five wave patterns, fine or coarse, at a random phase: stripes across, down or oblique, chequers, rings. */
final class Texture {

    /** Number of patterns. */
    static final int PATTERNS = 5;

    private static final int ACROSS = 0;
    private static final int DOWN = 1;
    private static final int OBLIQUE = 2;
    private static final int CHEQUERS = 3;

    private static final double[] FINE_PERIOD = {3, 4};
    private static final double[] COARSE_PERIOD = {10, 14};
    private static final double TILT = Math.toRadians(5);

    private static final int SINE_BITS = 10;
    private static final int SINE_SIZE = 1 << SINE_BITS;
    private static final float[] SINE = sineTable();

    private final int pattern;
    private final double frequency;
    private final double cos;
    private final double sin;
    private final double phase;
    private final double secondPhase;
    private final double centreY;
    private final double centreX;

    /**
     * @param pattern which pattern, in 0..4
     * @param fine whether it is fine or coarse
     * @param size height and width of the image, in pixels
     * @param random gives period, tilt, phases and centre
     */
    Texture(int pattern, boolean fine, int size, RandomStream random) {
        this.pattern = pattern;
        double[] period = fine ? FINE_PERIOD : COARSE_PERIOD;
        frequency = SINE_SIZE / random.nextDouble(period[0], period[1]);
        double angle = angle(random) + TILT * random.nextGaussian();
        cos = frequency * StrictMath.cos(angle);
        sin = frequency * StrictMath.sin(angle);
        phase = random.nextDouble(0, SINE_SIZE);
        secondPhase = random.nextDouble(0, SINE_SIZE);
        centreY = random.nextDouble(4, size - 4);
        centreX = random.nextDouble(4, size - 4);
    }

    /** Direction of the waves; both oblique ones are one class, since a mirror turns one into the other. */
    private double angle(RandomStream random) {
        double side = random.nextInt(2) == 0 ? 1 : -1;
        return switch (pattern) {
            case DOWN -> Math.PI / 2;
            case OBLIQUE -> side * Math.PI / 4;
            default -> 0;
        };
    }

    private static float[] sineTable() {
        float[] table = new float[SINE_SIZE];
        for (int i = 0; i < SINE_SIZE; i++) {
            table[i] = (float) StrictMath.sin(2 * Math.PI * i / SINE_SIZE);
        }
        return table;
    }

    /** Brightness at a row and column, in [0, 1]. */
    float at(int y, int x) {
        double along = cos * y + sin * x + phase;
        float wave = switch (pattern) {
            case ACROSS, DOWN, OBLIQUE -> sine(along);
            case CHEQUERS -> 1.5f * sine(along) * sine(cos * x - sin * y + secondPhase);
            default -> sine(frequency * distanceFromCentre(y, x) + phase);
        };
        return 0.5f + 0.5f * Math.max(-1, Math.min(1, 2 * wave));
    }

    private double distanceFromCentre(int y, int x) {
        return Math.sqrt((y - centreY) * (y - centreY) + (x - centreX) * (x - centreX));
    }

    private static float sine(double position) {
        return SINE[(int) Math.floor(position) & SINE_SIZE - 1];
    }
}
