package dev.gossamer.model;

/** A layer whose training pass draws random numbers; found among the layers of a network. */
public interface SeededLayer {

    /**
     * Sets the seed of the numbers drawn from now on, until the next call. They are a pure function of this seed and
     * the layer's place in the model: no generator advances, so a step can be repeated.
     *
     * @param seed a number that differs from step to step and from worker to worker
     */
    void reseed(long seed);
}
