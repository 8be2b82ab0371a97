package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import org.bytedeco.javacpp.DoublePointer;

/**
 * An array in a GPU's memory in a few numbers, from which the distance to another array can be estimated without having
 * both at once: its products with vectors of random signs (Alon, Matias and Szegedy, "The space complexity of
 * approximating the frequency moments", 1996), and its squared norm.
 */
final class Sketch {

    private static final int SIGNS = 16;

    private final double[] products;
    private final double squaredNorm;

    private Sketch(double[] products, double squaredNorm) {
        this.products = products;
        this.squaredNorm = squaredNorm;
    }

    /**
     * The sketch of an array; waits.
     *
     * @param values its address
     * @param count number of its values
     * @param sums address of {@link #bytes} bytes
     */
    static Sketch of(Gpu gpu, long values, long count, long sums) {
        int shared = gpu.threads() * Double.BYTES;
        gpu.launch("sketch", new Gpu.Grid(gpu.blocks(), gpu.threads(), 1, shared), values, sums, count);
        double[] parts = new double[gpu.blocks() * (SIGNS + 1)];
        try (DoublePointer host = new DoublePointer(parts.length)) {
            gpu.download(host, sums, bytes(gpu));
            host.get(parts);
        }
        double[] totals = new double[SIGNS + 1];
        for (int i = 0; i < parts.length; i++) {
            totals[i % totals.length] += parts[i];
        }
        return new Sketch(totals, totals[SIGNS]);
    }

    /** Bytes that making one needs. */
    static long bytes(Gpu gpu) {
        return (long) Double.BYTES * gpu.blocks() * (SIGNS + 1);
    }

    /**
     * The norm of the difference to another array over the norm of that, to about a fifth of its value; infinite where
     * it is not a number.
     */
    double distance(Sketch other) {
        double sum = 0;
        for (int k = 0; k < SIGNS; k++) {
            sum += Math.pow(products[k] - other.products[k], 2);
        }
        double distance = Math.sqrt(sum / SIGNS);
        if (distance == 0) {
            return 0;
        }
        double relative = distance / Math.sqrt(Math.max(squaredNorm, other.squaredNorm));
        return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
    }
}
