package dev.gossamer.topology;

/** What mixing does to dense matrices, written down plainly. */
final class Products {

    private Products() {}

    /** The product W_(period - 1) ... W_0 [n, n] over one period. */
    static double[][] overPeriod(Scheme scheme) {
        double[][] product = MixingMatrix.identity(scheme.workers()).toDense();
        for (int step = 0; step < scheme.period().getAsInt(); step++) {
            product = times(scheme.at(step), product);
        }
        return product;
    }

    static double[][] times(MixingMatrix w, double[][] x) {
        double[][] mixed = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                for (int c = 0; c < x[0].length; c++) {
                    mixed[i][c] += w.weight(k) * x[w.column(k)][c];
                }
            }
        }
        return mixed;
    }

    /** The largest distance of an entry from 1 / n. */
    static double distanceFromAverage(double[][] product) {
        double distance = 0;
        for (double[] row : product) {
            for (double weight : row) {
                distance = Math.max(distance, Math.abs(weight - 1.0 / product.length));
            }
        }
        return distance;
    }
}
