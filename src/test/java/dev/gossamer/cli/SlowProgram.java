package dev.gossamer.cli;

import dev.gossamer.data.Batch;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.SoftmaxEngine;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** The program with an engine that takes its time, as a process of its own for {@link InterruptionTest}. */
final class SlowProgram {

    private static final long STEP_NANOSECONDS = 20_000_000;

    private SlowProgram() {}

    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]);
        EngineFactory engines = (run, data) -> slow(SoftmaxEngine.factory().create(run, data));
        Main program = new Main(home, engines, new Console(System.out, System.err, 0));
        System.exit(program.run("tiny", "--steps", "100000", "--evaluations", "1000"));
    }

    private static ReplicaEngine slow(ReplicaEngine engine) {
        ClassLoader loader = SlowProgram.class.getClassLoader();
        return (ReplicaEngine) Proxy.newProxyInstance(
                loader, new Class<?>[] {ReplicaEngine.class}, (proxy, method, arguments) -> {
                    if (arguments != null && arguments[0] instanceof Batch) {
                        LockSupport.parkNanos(STEP_NANOSECONDS);
                    }
                    return method.invoke(engine, arguments);
                });
    }
}
