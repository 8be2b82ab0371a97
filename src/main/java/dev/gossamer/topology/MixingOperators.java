package dev.gossamer.topology;

import dev.gossamer.text.Decimal;

/**
 * Schemes made of schemes: how often and how strongly workers mix, with the matrices W_t of another scheme. They can be
 * put into each other, and each takes what it is given for W_t: a step size around several rounds is that of their
 * product.
 */
public final class MixingOperators {

    /** How near 1 an eigenvalue has to be for its mode not to die out. */
    private static final double ROUNDING = 1e-12;

    private MixingOperators() {}

    /**
     * The consensus step size: {@code (1 - gamma) I + gamma W_t}.
     *
     * @param gamma in (0, 1]; 1 is the scheme itself
     * @throws IllegalArgumentException if gamma is out of range
     */
    public static Scheme stepSize(Scheme scheme, double gamma) {
        if (!(gamma > 0 && gamma <= 1)) {
            throw new IllegalArgumentException("a consensus step size is in (0, 1], got " + gamma);
        }
        return gamma == 1
                ? scheme
                : PolynomialScheme.ofStepSize(scheme.name() + ", step size " + Decimal.format(gamma), scheme, gamma);
    }

    /**
     * Several rounds of messages in a step: {@code W_t^k}.
     *
     * @param rounds k, at least 1; 1 is the scheme itself
     * @throws IllegalArgumentException if k is less than 1
     */
    public static Scheme rounds(Scheme scheme, int rounds) {
        requireRound(rounds);
        return rounds == 1
                ? scheme
                : new PolynomialScheme(scheme.name() + ", " + rounds + " rounds", scheme, rounds,
                        MixingPolynomial.power(rounds)::of);
    }

    /**
     * FastMix, accelerated gossip: {@code Y_-1 = Y_0 = X}, {@code Y_(k+1) = (1 + eta) W Y_k - eta Y_(k-1)} for some
     * rounds, see {@link MixingPolynomial#fastMix}.
     *
     * @param scheme a static, symmetric and connected one
     * @param rounds k, at least 1
     * @throws IllegalArgumentException if k is less than 1, or the scheme is none of these, with a sentence for the
     *     user
     */
    public static Scheme fastMix(Scheme scheme, int rounds) {
        requireRound(rounds);
        return new PolynomialScheme(scheme.name() + ", " + times(rounds) + " FastMix", scheme, rounds,
                MixingPolynomial.fastMix(rounds, contraction("fastmix", scheme))::of);
    }

    /**
     * The Chebyshev polynomial that contracts most in so many rounds: {@code T_k(W / l) / T_k(1 / l)}, see
     * {@link MixingPolynomial#chebyshev}.
     *
     * @param scheme a static, symmetric and connected one
     * @param rounds k, at least 1
     * @throws IllegalArgumentException if k is less than 1, or the scheme is none of these, with a sentence for the
     *     user
     */
    public static Scheme chebyshev(Scheme scheme, int rounds) {
        requireRound(rounds);
        return new PolynomialScheme(scheme.name() + ", " + times(rounds) + " Chebyshev", scheme, rounds,
                MixingPolynomial.chebyshev(rounds, contraction("chebyshev", scheme))::of);
    }

    private static String times(int rounds) {
        return rounds == 1 ? "1 round of" : rounds + " rounds of";
    }

    private static void requireRound(int rounds) {
        if (rounds < 1) {
            throw new IllegalArgumentException("a step has at least 1 round of mixing, got " + rounds);
        }
    }

    /** The largest size of an eigenvalue but the 1 of equal workers, below 1. */
    private static double contraction(String acceleration, Scheme scheme) {
        if (!scheme.isStatic() || !scheme.isSymmetric()) {
            throw new IllegalArgumentException(acceleration + " needs the same symmetric mixing matrix at every step,"
                    + " but that of " + scheme.name() + (scheme.isStatic() ? " is not symmetric" : " changes")
                    + "; take a static undirected topology, such as ring, or acceleration none");
        }
        double size = Spectrum.of(scheme.at(0)).size();
        if (size > 1 - ROUNDING) {
            throw new IllegalArgumentException(acceleration + " needs a topology whose mixing brings all workers"
                    + " together, but " + scheme.name() + " has a second eigenvalue of size "
                    + Decimal.format(Math.rint(size * 1e9) / 1e9)
                    + "; take a connected topology with weights on the diagonal, such as ring, or acceleration none");
        }
        return size;
    }

    /**
     * Local steps: no messages but at every H-th step, the first time in step H - 1, where workers mix by W_0, then
     * W_1, and so on: matrices of a period follow each other whatever H is.
     *
     * @param every H, at least 1; 1 is the scheme itself
     * @throws IllegalArgumentException if H is less than 1
     */
    public static Scheme localSteps(Scheme scheme, int every) {
        Scheme none = PeriodicScheme.constant("none", MixingMatrix.identity(scheme.workers()));
        return interleaved(scheme.name() + " every " + every + " steps", none, scheme, every);
    }

    /**
     * The exact average J / n at every step, by a ring all-reduce: local SGD with {@link #localSteps} around it.
     *
     * @param workers number of workers n, at least 1
     */
    public static Scheme exactAverage(int workers) {
        return new AveragingScheme("exact average", MixingMatrix.uniform(workers));
    }

    /**
     * Gossip with periodic averaging: W_t, but the exact average J / n at every P-th step, the first time in step P - 1
     * (Chen, Yuan, Zhang, Pan, Xu and Yin, "Accelerating gossip SGD with periodic global averaging", 2021).
     *
     * @param every P, at least 1
     * @throws IllegalArgumentException if P is less than 1
     */
    public static Scheme periodicAveraging(Scheme scheme, int every) {
        return interleaved(scheme.name() + ", exact average every " + every + " steps", scheme,
                exactAverage(scheme.workers()), every);
    }

    private static Scheme interleaved(String name, Scheme between, Scheme due, int every) {
        if (every < 1) {
            throw new IllegalArgumentException("workers mix every 1 step or more, got " + every);
        }
        return every == 1 ? due : new InterleavedScheme(name, between, due, every);
    }
}
