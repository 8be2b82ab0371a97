package dev.gossamer.placement;

import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.machine.Route;
import java.util.Optional;

/** The stacked engine where it knows all layers of the model, else DL4J's. */
public final class Auto implements EngineKind {

    @Override
    public String form() {
        return "auto";
    }

    @Override
    public String meaning() {
        return "";
    }

    @Override
    public EngineKind of(Replication what, Route.Kind route) {
        return route == Route.Kind.ND4J_CUDA || what.unknownLayer().isPresent() ? new Dl4j() : new Stacked();
    }

    @Override
    public Optional<String> refusal(Route.Kind route) {
        return Optional.empty();
    }

    @Override
    public long memory(Replication what, int threads) {
        return of(what, Route.Kind.CPU).memory(what, threads);
    }

    @Override
    public ReplicaEngine create(Replication what, Placement placement, Devices devices) {
        return of(what, devices.route(placement).kind()).create(what, placement, devices);
    }
}
