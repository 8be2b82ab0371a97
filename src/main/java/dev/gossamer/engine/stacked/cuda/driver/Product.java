package dev.gossamer.engine.stacked.cuda.driver;

/**
 * Matrix products C = A B of one shape, by columns as in BLAS: A is [m, k], B is [k, n], C is [m, n].
 *
 * @param m rows of C
 * @param n columns of C
 * @param k summands
 * @param a left factors
 * @param b right factors
 * @param c results, in FP32
 * @param count number of products
 * @param factors type of the values of A and B
 * @param convolution whether they are part of a convolution, see {@link Precision}
 */
public record Product(
        int m, int n, int k, Factor a, Factor b, Factor c, int count, Element factors, boolean convolution) {

    /**
     * One matrix of each product.
     *
     * @param transposed whether it lies by rows
     * @param address of the first
     * @param leading values from a column to the next, or from a row to the next if transposed
     * @param stride values from a product's matrix to the next one's
     */
    public record Factor(boolean transposed, long address, int leading, long stride) {

        /** A matrix that lies by columns. */
        public static Factor byColumns(long address, int leading, long stride) {
            return new Factor(false, address, leading, stride);
        }

        /** A matrix that lies by rows. */
        public static Factor byRows(long address, int leading, long stride) {
            return new Factor(true, address, leading, stride);
        }
    }
}
