package dev.gossamer.theory;

import java.util.Arrays;

/** What searches for eigenvectors compute of vectors. */
final class Vectors {

    private Vectors() {}

    /** The inner product of x and y. */
    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** The Euclidean length of x. */
    static double norm(double[] x) {
        return Math.sqrt(dot(x, x));
    }

    /** A new vector factor x. */
    static double[] scaled(double[] x, double factor) {
        return Arrays.stream(x).map(entry -> factor * entry).toArray();
    }

    /** x = x + factor y. */
    static void add(double[] x, double factor, double[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += factor * y[i];
        }
    }

    /**
     * A start for the search of a nonnegative eigenvector near x: |x|, and the same for every entry beside it, so that
     * what x is 0 at can grow.
     *
     * @param share of the root mean square of x, that of every entry
     */
    static double[] freshened(double[] x, double share) {
        double equal = share * Math.sqrt(dot(x, x) / x.length);
        return Arrays.stream(x).map(entry -> Math.abs(entry) + equal).toArray();
    }
}
