package dev.gossamer.engine.stacked.cuda;

import java.util.List;

/** Primitives of a GPU beside the reference device. STAND-IN: take the file of branch cuda on merging. */
public final class CudaSelfTest {

    /**
     * One primitive.
     *
     * @param primitive its name
     * @param deviation largest relative deviation
     * @param allowed largest one that is allowed
     * @param ok whether it is
     */
    public record Row(String primitive, double deviation, double allowed, boolean ok) {}

    private CudaSelfTest() {}

    /** Runs every primitive on a GPU and on the reference device. */
    public static List<Row> run(CudaDevice device) {
        throw new CudaException("there is no CUDA device in this build: " + device.description());
    }
}
