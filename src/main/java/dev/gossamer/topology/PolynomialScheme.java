package dev.gossamer.topology;

import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * A scheme that mixes by polynomials of another one's mixing matrices, in several rounds of messages. Those of a period
 * are kept, so that the same phase is the same matrix; where there is no period, they are made when asked for.
 */
final class PolynomialScheme implements Scheme {

    private final String name;
    private final Scheme inner;
    private final int rounds;
    private final double stepSize;
    private final UnaryOperator<MixingMatrix> polynomial;
    private final Map<Long, MixingMatrix> phases = new ConcurrentHashMap<>();

    /**
     * @param name what it is called
     * @param inner whose matrices W_t they are
     * @param rounds how often neighbours send each other something in a step, at least 1
     * @param polynomial makes p(W) of W
     */
    PolynomialScheme(String name, Scheme inner, int rounds, UnaryOperator<MixingMatrix> polynomial) {
        this(name, inner, rounds, polynomial, 1);
    }

    private PolynomialScheme(String name, Scheme inner, int rounds, UnaryOperator<MixingMatrix> polynomial,
            double stepSize) {
        this.name = name;
        this.inner = inner;
        this.rounds = rounds;
        this.polynomial = polynomial;
        this.stepSize = stepSize;
    }

    /** {@code (1 - gamma) I + gamma W_t}, with gamma in (0, 1). */
    static PolynomialScheme ofStepSize(String name, Scheme inner, double gamma) {
        return new PolynomialScheme(name, inner, 1, MixingPolynomial.stepSize(gamma)::of, gamma);
    }

    /** The consensus step size of a scheme; 1 of one that has none. */
    static double stepSize(Scheme scheme) {
        return scheme instanceof PolynomialScheme polynomial ? polynomial.stepSize : 1;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int workers() {
        return inner.workers();
    }

    @Override
    public OptionalInt period() {
        return inner.period();
    }

    @Override
    public MixingMatrix at(long step) {
        OptionalInt period = period();
        return period.isEmpty()
                ? polynomial.apply(inner.at(step))
                : phases.computeIfAbsent(Math.floorMod(step, (long) period.getAsInt()),
                        phase -> polynomial.apply(inner.at(phase)));
    }

    /** Workers hear from their neighbours only, whatever these pass on. */
    @Override
    public int maxDegree() {
        return inner.maxDegree();
    }

    @Override
    public Traffic traffic(long step) {
        return inner.traffic(step).times(rounds);
    }

    @Override
    public double messagesPerStep() {
        return rounds * inner.messagesPerStep();
    }

    @Override
    public double vectorsPerStep() {
        return rounds * inner.vectorsPerStep();
    }

    /** Of a symmetric matrix, all polynomials are; finding that of these takes longer. */
    @Override
    public boolean isSymmetric() {
        return inner.isSymmetric() || Scheme.super.isSymmetric();
    }

    @Override
    public boolean isRowStochastic() {
        return inner.isRowStochastic() || Scheme.super.isRowStochastic();
    }

    @Override
    public boolean isColumnStochastic() {
        return inner.isColumnStochastic() || Scheme.super.isColumnStochastic();
    }

    @Override
    public boolean isDoublyStochastic() {
        return inner.isDoublyStochastic() || Scheme.super.isDoublyStochastic();
    }
}
