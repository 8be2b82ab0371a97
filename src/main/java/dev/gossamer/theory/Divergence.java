package dev.gossamer.theory;

/** The random walk of matrices with negative weights can grow for ever, even though gamma is below 1. */
final class Divergence {

    private Divergence() {}

    /**
     * Goes on only where the walk has a finite covariance.
     *
     * @throws ArithmeticException otherwise
     */
    static void check(boolean finite, double gamma) {
        if (!finite) {
            throw new ArithmeticException("the random walk has no finite covariance for gamma " + gamma
                    + ": the product of the mixing matrices over a period has an eigenvalue larger than 1");
        }
    }
}
