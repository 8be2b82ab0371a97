package dev.gossamer.theory;

/** The covariance between the workers of a random quadratic, step by step: C &lt;- W_t (a C + c diag(C)) W_t^T. */
interface SteppedCovariance {

    /** The covariance I, as it is stored here. */
    double[] identity();

    /**
     * The covariance after a step.
     *
     * @param covariance the one before, as it is stored here
     * @param phase the step of the period
     * @param a factor of what was there
     * @param c factor of the noise
     */
    double[] next(double[] covariance, int phase, double a, double c);
}
