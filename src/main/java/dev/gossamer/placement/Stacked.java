package dev.gossamer.placement;

import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.host.MemoryEstimate;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.machine.Route;
import java.util.Optional;

/** All replicas as one program, on the CPU or on a GPU with CUDA 13. */
public final class Stacked implements EngineKind {

    /** Its name. */
    public static final String NAME = "stacked";

    @Override
    public String form() {
        return NAME;
    }

    @Override
    public String meaning() {
        return "all replicas as one program";
    }

    @Override
    public Optional<String> refusal(Route.Kind route) {
        return route == Route.Kind.ND4J_CUDA
                ? Optional.of("engine stacked does not run on ND4J's CUDA backend, only dl4j does")
                : Optional.empty();
    }

    @Override
    public long memory(Replication what, int threads) {
        return onProcessor(what, threads);
    }

    /** What every engine takes that is one program on the CPU. */
    static long onProcessor(Replication what, int threads) {
        var network = what.network().get();
        return MemoryEstimate.bytes(network, what.workers(), what.rule(), threads,
                StackedEngine.bytesOfTraining(network, what.images(), what.batchSize()),
                StackedEngine.bytesOfEvaluation(network, what.images()));
    }

    @Override
    public long gpuMemory(Replication what, String precision) {
        return StackedEngine.bytesOfAll(what.network().get(), what.images(), what.workers(), what.batchSize(),
                what.rule(), precision.equals(Devices.BF16));
    }

    @Override
    public ReplicaEngine create(Replication what, Placement placement, Devices devices) {
        return new StackedEngine(what.network().get(), what.images(), what.workers(), what.rule(), what.seed(),
                devices.open(placement));
    }
}
