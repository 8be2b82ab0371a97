package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import java.util.Optional;

/** For tests that need a GPU. */
public final class UsableGpu {

    /** Why there is none, as the first attempt tells it; later ones find classes that failed before. */
    private static String reason;

    private UsableGpu() {}

    /** The first GPU; skips the test, with the reason, where there is none that can be used. */
    public static synchronized CudaDevice device(Precision precision) {
        return device(precision, Switches.STANDARD);
    }

    /** The same with other switches. */
    static synchronized CudaDevice device(Precision precision, Switches switches) {
        if (reason != null) {
            return abort(reason);
        }
        try {
            return CudaDevice.open(0, precision, switches, Optional.empty());
        } catch (LinkageError | CudaException e) {
            reason = "no usable GPU: " + e.getMessage();
            return abort(reason);
        }
    }
}
