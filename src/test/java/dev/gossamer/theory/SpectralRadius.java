package dev.gossamer.theory;

/** Plain loops over arrays, to compare with. */
final class SpectralRadius {

    private static final int SQUARINGS = 60;

    private SpectralRadius() {}

    /** Gelfand's formula: the limit of |A^(2^k)|^(1 / 2^k). */
    static double of(double[][] matrix) {
        double[][] power = matrix;
        double logarithm = 0;
        for (int k = 0; k < SQUARINGS; k++) {
            double norm = 0;
            for (double[] row : power) {
                for (double entry : row) {
                    norm = Math.max(norm, Math.abs(entry));
                }
            }
            if (norm == 0) {
                return 0;
            }
            logarithm += Math.log(norm) / Math.pow(2, k);
            for (double[] row : power) {
                for (int j = 0; j < row.length; j++) {
                    row[j] /= norm;
                }
            }
            power = product(power, power);
        }
        return Math.exp(logarithm);
    }

    static double[][] product(double[][] a, double[][] b) {
        int n = a.length;
        double[][] product = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                for (int j = 0; j < n; j++) {
                    product[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return product;
    }
}
