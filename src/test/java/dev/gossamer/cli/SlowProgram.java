package dev.gossamer.cli;

import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.InterruptionTest;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.Gradients;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.Replicas;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.SoftmaxEngine;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** The program with an engine that takes its time, as a process of its own for {@link InterruptionTest}. */
public final class SlowProgram {

    private static final long STEP_NANOSECONDS = 20_000_000;

    private SlowProgram() {}

    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]);
        EngineFactory engines = (run, data) -> slow(
                SoftmaxEngine.factory().create(run, data), data.train().shape());
        Main program = new Main(home, engines, new Console(System.out, System.err, 0));
        System.exit(program.run("tiny", "--steps", "100000", "--evaluations", "1000"));
    }

    private static ReplicaEngine slow(ReplicaEngine engine, ImageShape images) {
        Gradients slow = (batch, seeds, losses) -> {
            LockSupport.parkNanos(STEP_NANOSECONDS);
            engine.gradients().compute(batch, seeds, losses);
        };
        return new ReplicaEngine(engine.description(), images, 0,
                new Replicas(slow, engine.matrices(), engine.scoring(), engine::close));
    }
}
