package dev.gossamer.topology;

import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A communication topology for a number of workers: the sequence of mixing matrices W_0, W_1, ... of the gossip step
 * X &lt;- W_t X. A static topology has period 1; there may be no period at all. Schemes are immutable.
 *
 * <p>What is said of all steps is found from those of a period, or where there is none, from the first {@link #WINDOW}.
 */
public interface Scheme {

    /** How far sums of weights may be from 1, and weights from their mirror images, to count as equal. */
    double TOLERANCE = 1e-9;

    /** Steps from which properties are found where the matrices do not repeat. */
    int WINDOW = 256;

    /** Bytes of a parameter in a message: float32. */
    int BYTES_PER_PARAMETER = Float.BYTES;

    /**
     * The name this scheme is known by; {@link Topologies#parse} reads that of a topology back, for example
     * {@code torus-4x8}.
     */
    String name();

    /** Number of workers n, at least 1. */
    int workers();

    /** Number of steps after which the sequence of mixing matrices repeats, at least 1; empty where it does not. */
    OptionalInt period();

    /**
     * The mixing matrix of a step.
     *
     * @param step the step, counted from 0; where there is a period, the matrix depends on {@code step % period} only
     */
    MixingMatrix at(long step);

    /** Whether every step uses the same mixing matrix. */
    default boolean isStatic() {
        return period().equals(OptionalInt.of(1));
    }

    /** The largest number of other workers that any worker receives from in any one step. */
    default int maxDegree() {
        return phases(this).mapToInt(MixingMatrix::maxDegree).max().orElseThrow();
    }

    /**
     * What all workers together send in a step: a parameter vector for each weight off the diagonal, unless the scheme
     * says otherwise, as those do whose mixing matrix takes several rounds of messages.
     *
     * @param step the step, counted from 0
     */
    default Traffic traffic(long step) {
        return Traffic.ofVectors(at(step).messages());
    }

    /** Number of messages that all workers together send in a step: the mean of all steps. */
    default double messagesPerStep() {
        return steps(this).mapToObj(this::traffic).mapToLong(Traffic::messages).average().orElseThrow();
    }

    /** Number of parameter vectors that all workers together send in a step: the mean of all steps. */
    default double vectorsPerStep() {
        return steps(this).mapToObj(this::traffic).mapToDouble(Traffic::vectors).average().orElseThrow();
    }

    /**
     * Bytes that all workers together send in a step, with parameters in float32: the mean over all steps.
     *
     * @param parameters number of parameters d of one worker
     */
    default double bytesPerStep(long parameters) {
        return vectorsPerStep() * BYTES_PER_PARAMETER * parameters;
    }

    /** Whether {@code W_t[i][j] = W_t[j][i]} at every step. */
    default boolean isSymmetric() {
        return holds(this, w -> w.isSymmetric(TOLERANCE));
    }

    /** Whether rows sum to 1 at every step: workers that agree stay where they are. */
    default boolean isRowStochastic() {
        return holds(this, w -> w.isRowStochastic(TOLERANCE));
    }

    /** Whether rows and columns sum to 1 at every step: mixing keeps the mean of the workers. */
    default boolean isDoublyStochastic() {
        return holds(this, w -> w.isDoublyStochastic(TOLERANCE));
    }

    /** Whether columns sum to 1 at every step: mixing keeps the mean of the workers. */
    default boolean isColumnStochastic() {
        return holds(this, w -> w.isColumnStochastic(TOLERANCE));
    }

    /** Whether no weight is negative at any step. */
    default boolean isNonnegative() {
        return holds(this, MixingMatrix::isNonnegative);
    }

    /**
     * Whether what one worker knows gets to every other worker in the end, over the messages of as many periods as it
     * takes.
     */
    default boolean isConnected() {
        return Reachability.isStronglyConnected(this);
    }

    private static Stream<MixingMatrix> phases(Scheme scheme) {
        return steps(scheme).mapToObj(scheme::at);
    }

    private static IntStream steps(Scheme scheme) {
        return IntStream.range(0, scheme.period().orElse(WINDOW));
    }

    private static boolean holds(Scheme scheme, Predicate<MixingMatrix> property) {
        return phases(scheme).allMatch(property);
    }
}
