package dev.gossamer.cli;

import dev.gossamer.experiment.EngineFactory;

/** The engines that runs are trained with. */
final class Engines {

    private Engines() {}

    /** DL4J networks on an ND4J backend. */
    static EngineFactory standard() {
        return (run, data) -> {
            throw new IllegalStateException("no engine in this build");
        };
    }
}
