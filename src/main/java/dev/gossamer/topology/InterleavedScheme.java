package dev.gossamer.topology;

import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/**
 * Two schemes in turns: step t is one of the second where (t + 1) mod H = 0, and of the first otherwise. The first
 * counts all steps, the second its own.
 *
 * @param name what it is called
 * @param between what is done at most steps
 * @param due what is done at every H-th step
 * @param every that H, at least 2
 */
record InterleavedScheme(String name, Scheme between, Scheme due, int every) implements Scheme {

    /** Longest period that is told: what walks over a period would not end soon with a longer one. */
    static final int MOST_STEPS = 1 << 16;

    @Override
    public int workers() {
        return due.workers();
    }

    @Override
    public OptionalInt period() {
        if (between.period().isEmpty() || due.period().isEmpty()) {
            return OptionalInt.empty();
        }
        long ofBetween = between.period().getAsInt();
        long ofDue = (long) every * due.period().getAsInt();
        long repeats = ofDue / gcd(ofBetween, ofDue);
        return repeats > MOST_STEPS / ofBetween ? OptionalInt.empty() : OptionalInt.of((int) (repeats * ofBetween));
    }

    private boolean isDue(long step) {
        return (step + 1) % every == 0;
    }

    @Override
    public MixingMatrix at(long step) {
        return isDue(step) ? due.at(step / every) : between.at(step);
    }

    @Override
    public Traffic traffic(long step) {
        return isDue(step) ? due.traffic(step / every) : between.traffic(step);
    }

    @Override
    public int maxDegree() {
        return Math.max(between.maxDegree(), due.maxDegree());
    }

    @Override
    public double messagesPerStep() {
        return mean(Scheme::messagesPerStep, Traffic::messages);
    }

    @Override
    public double vectorsPerStep() {
        return mean(Scheme::vectorsPerStep, Traffic::vectors);
    }

    private double mean(ToDoubleFunction<Scheme> perStep, ToDoubleFunction<Traffic> ofStep) {
        double ofBetween = between.period().isEmpty()
                ? perStep.applyAsDouble(between) * (every - 1) / every
                : meanBetween(between.period().getAsInt(), ofStep);
        return perStep.applyAsDouble(due) / every + ofBetween;
    }

    /** Of the steps of a phase, gcd / H are due where the phase is the last one modulo the gcd of period and H. */
    private double meanBetween(int period, ToDoubleFunction<Traffic> ofStep) {
        long gcd = gcd(period, every);
        double sum = 0;
        for (long phase = 0; phase < period; phase++) {
            double left = (phase + 1) % gcd == 0 ? 1 - (double) gcd / every : 1;
            sum += left * ofStep.applyAsDouble(between.traffic(phase));
        }
        return sum / period;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    @Override
    public boolean isSymmetric() {
        return between.isSymmetric() && due.isSymmetric();
    }

    @Override
    public boolean isRowStochastic() {
        return between.isRowStochastic() && due.isRowStochastic();
    }

    @Override
    public boolean isDoublyStochastic() {
        return between.isDoublyStochastic() && due.isDoublyStochastic();
    }

    @Override
    public boolean isColumnStochastic() {
        return between.isColumnStochastic() && due.isColumnStochastic();
    }

    @Override
    public boolean isNonnegative() {
        return between.isNonnegative() && due.isNonnegative();
    }

    /** What is done in between adds nothing: it is no message at all, or the second is an exact average. */
    @Override
    public boolean isConnected() {
        return due.isConnected();
    }
}
