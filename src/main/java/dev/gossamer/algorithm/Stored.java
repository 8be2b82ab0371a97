package dev.gossamer.algorithm;

import java.util.List;

/** A matrix [n, d] that lies in memory before a step: a kept one, or the gradients. Those of a name are equal. */
public sealed interface Stored extends Value permits Kept, Gradients {

    /** What it is, in a word: a kept one's name is that in checkpoints. */
    String name();

    @Override
    default List<Value> operands() {
        return List.of();
    }
}
