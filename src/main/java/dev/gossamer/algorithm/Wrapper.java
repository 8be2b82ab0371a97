package dev.gossamer.algorithm;

import dev.gossamer.topology.Scheme;
import java.util.function.Supplier;

/** An algorithm around another one, of which it is what it does not change. */
public interface Wrapper extends Algorithm {

    /** The one inside. */
    Algorithm inner();

    @Override
    default void step(Step step) {
        inner().step(step);
    }

    @Override
    default int kinds() {
        return inner().kinds();
    }

    @Override
    default int kind(long step) {
        return inner().kind(step);
    }

    @Override
    default long exchange(long step) {
        return inner().exchange(step);
    }

    @Override
    default Scheme scheme(Scheme network) {
        return inner().scheme(network);
    }

    @Override
    default boolean usesWeights() {
        return inner().usesWeights();
    }

    @Override
    default boolean needsMeansOnly() {
        return inner().needsMeansOnly();
    }

    @Override
    default boolean correctsForStart() {
        return inner().correctsForStart();
    }

    @Override
    default boolean dividesByLearningRate() {
        return inner().dividesByLearningRate();
    }

    @Override
    default void check(Supplier<Scheme> scheme) {
        inner().check(scheme);
    }
}
