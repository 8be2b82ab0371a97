package dev.gossamer.theory;

import dev.gossamer.topology.Scheme;

/** The period of a scheme, over which all that is computed here repeats. */
final class Period {

    private Period() {}

    /**
     * Its number of steps.
     *
     * @throws ArithmeticException if the scheme has none
     */
    static int of(Scheme scheme) {
        return scheme.period().orElseThrow(() -> new ArithmeticException(
                "it has another mixing matrix at every step, and theory is of topologies that repeat"));
    }
}
