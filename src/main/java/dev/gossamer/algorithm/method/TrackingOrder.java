package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;
import dev.gossamer.catalogue.Key;

/** When parameters are mixed by algorithms that track what all workers do. */
public enum TrackingOrder {

    /** {@code W_t (X - lr U)}. */
    ADAPT_THEN_COMBINE,

    /** {@code W_t X - lr U}. */
    ADAPT_WHILE_COMBINING;

    /** When parameters are mixed. */
    public static final Key<TrackingOrder> KEY = Key.choice("tracking-order", ADAPT_THEN_COMBINE,
            "whether tracking algorithms mix after their step or, as DIGing does, at the same time");

    /** X after a move and mixing. */
    Value moved(Step step, Value move) {
        Kept x = step.parameters();
        return this == ADAPT_THEN_COMBINE ? step.mixed(x.minus(move)) : step.mixed(x).minus(move);
    }
}
