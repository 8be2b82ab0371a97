package dev.gossamer.placement;

import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.dl4j.Dl4jEngine;
import dev.gossamer.engine.host.MemoryEstimate;
import dev.gossamer.machine.Route;
import java.util.Optional;

/** One DL4J network after another, which knows all of DL4J's layers. */
public final class Dl4j implements EngineKind {

    @Override
    public String form() {
        return "dl4j";
    }

    @Override
    public String meaning() {
        return "one network after another";
    }

    @Override
    public Optional<String> refusal(Route.Kind route) {
        return route == Route.Kind.CUDA13
                ? Optional.of("engine dl4j does not run on CUDA 13, only stacked does")
                : Optional.empty();
    }

    @Override
    public long memory(Replication what, int threads) {
        return MemoryEstimate.bytes(what.network().get(), what.images(), what.workers(), what.batchSize(), what.rule(),
                threads);
    }

    @Override
    public ReplicaEngine create(Replication what, Placement placement, Devices devices) {
        return new Dl4jEngine(what.network(), what.images(), what.classes(), what.workers(), what.rule(), what.seed(),
                placement.engineThreads());
    }
}
