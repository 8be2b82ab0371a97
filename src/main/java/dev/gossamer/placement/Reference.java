package dev.gossamer.placement;

import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.machine.Route;
import java.util.Optional;

/** All replicas as one program in plain Java. */
public final class Reference implements EngineKind {

    @Override
    public String form() {
        return "reference";
    }

    @Override
    public String meaning() {
        return "plain Java without native libraries, slow, for comparison";
    }

    @Override
    public Optional<String> refusal(Route.Kind route) {
        return route == Route.Kind.CPU
                ? Optional.empty()
                : Optional.of("engine reference runs on the CPU only");
    }

    @Override
    public boolean needsNatives() {
        return false;
    }

    @Override
    public long memory(Replication what, int threads) {
        return Stacked.onProcessor(what, threads);
    }

    @Override
    public ReplicaEngine create(Replication what, Placement placement, Devices devices) {
        return new StackedEngine(what.network().get(), what.images(), what.workers(), what.rule(), what.seed(),
                HostDevice.reference(placement.engineThreads()));
    }
}
