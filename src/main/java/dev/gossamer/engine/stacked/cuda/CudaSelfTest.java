package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.engine.stacked.Device;
import java.util.List;

/** Primitives of a GPU beside the reference device. STAND-IN: take the file of branch cuda on merging. */
public final class CudaSelfTest {

    /**
     * How an operation did.
     *
     * @param primitive the operation
     * @param deviation largest relative deviation
     * @param allowed largest one that is allowed
     */
    public record Row(String primitive, double deviation, double allowed) {

        /** Whether the deviation is no larger than allowed. */
        public boolean ok() {
            return deviation <= allowed;
        }
    }

    private CudaSelfTest() {}

    /** Runs every primitive on a GPU and on the reference device. */
    public static List<Row> run(Device device, Precision precision) {
        throw new CudaException("there is no CUDA device in this build: " + device.description() + precision);
    }
}
