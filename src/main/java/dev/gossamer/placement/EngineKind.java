package dev.gossamer.placement;

import dev.gossamer.catalogue.Catalogue;
import dev.gossamer.catalogue.Entry;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.machine.Route;
import java.util.Optional;

/** What computes gradients, by name. */
public interface EngineKind extends Entry {

    /** All kinds of engines. */
    Catalogue<EngineKind> CATALOGUE = Catalogue.load("engine", EngineKind.class);

    /** What it is, in a few words; empty for what the help need not explain. */
    String meaning();

    /** The kind that trains these replicas where a route leads: this one, unless it chooses another one. */
    default EngineKind of(Replication what, Route.Kind route) {
        return this;
    }

    /** Why it cannot train where a route leads, in a clause; empty where it can. */
    Optional<String> refusal(Route.Kind route);

    /** Whether it needs ND4J's native library to train on the CPU. */
    default boolean needsNatives() {
        return true;
    }

    /**
     * Estimates the memory that it takes on the CPU, in bytes.
     *
     * @param threads number of threads wanted
     * @throws dev.gossamer.engine.stacked.UnknownLayerException if it does not know one of the layers
     */
    long memory(Replication what, int threads);

    /**
     * Memory that matrices and tensors take on a GPU, in bytes.
     *
     * @param precision arithmetic of convolutions there
     * @throws dev.gossamer.engine.stacked.UnknownLayerException if it does not know one of the layers
     */
    default long gpuMemory(Replication what, String precision) {
        return 0;
    }

    /**
     * An engine, to be closed.
     *
     * @param placement says with how many threads
     * @param devices where it is
     * @throws dev.gossamer.engine.stacked.UnknownLayerException if it does not know one of the layers
     */
    ReplicaEngine create(Replication what, Placement placement, Devices devices);
}
