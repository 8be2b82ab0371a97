package dev.gossamer.engine;

/**
 * How like a vector is to the one that is right. Not a number where a value is none.
 *
 * @param error norm of the difference over the norm of the right one; 0 where they are equal
 * @param cosine of the angle between them; 1 where they are equal
 * @param stretch ratio of the norms, the right one's below
 */
public record Likeness(double error, double cosine, double stretch) {

    /** That of a vector to the right one, of as many values. */
    public static Likeness of(double[] actual, double[] expected) {
        double difference = 0;
        double product = 0;
        double norm = 0;
        double otherNorm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            product += actual[i] * expected[i];
            norm += expected[i] * expected[i];
            otherNorm += actual[i] * actual[i];
        }
        return difference == 0
                ? new Likeness(0, 1, 1)
                : new Likeness(Math.sqrt(difference / norm), product / Math.sqrt(norm * otherNorm),
                        Math.sqrt(otherNorm / norm));
    }
}
