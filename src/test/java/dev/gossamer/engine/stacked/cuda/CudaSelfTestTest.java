package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Replicas;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The self-test passes on a device that works, and notices each kernel that does nothing. */
class CudaSelfTestTest {

    private static Path shim;

    @BeforeAll
    static void compileTheKernels(@TempDir Path folder) throws IOException, InterruptedException {
        shim = Shim.compile(folder);
    }

    /** Replicas on the shim that remember what they launch, and never launch one kernel. */
    private record ShimDevice(boolean grouped, String broken, Set<String> launched) implements Device {

        @Override
        public String description() {
            return "shim";
        }

        @Override
        public Replicas load(Program training, Program evaluation, int workers, boolean ema) {
            return new CudaReplicas(new ShimGpu(shim, grouped, broken, launched), training, evaluation, workers, ema);
        }
    }

    @Test
    void aDeviceThatWorksPasses() {
        for (boolean grouped : new boolean[] {false, true}) {
            List<CudaSelfTest.Row> rows =
                    CudaSelfTest.run(new ShimDevice(grouped, null, new TreeSet<>()), Precision.FP32);
            rows.forEach(row -> assertTrue(row.ok(), row.toString()));
            assertEquals(18, rows.size());
        }
    }

    @Test
    @Tag("slow")
    void eachKernelIsMissedWhereItDoesNothing() {
        Set<String> launched = new TreeSet<>();
        CudaSelfTest.run(new ShimDevice(false, null, launched), Precision.FP32);
        Set<String> all = new TreeSet<>(Shim.kernels());
        all.addAll(Set.of("multiply", "convolve"));
        launched.remove("await"); // no kernel
        assertEquals(all, launched);
        for (String kernel : all) {
            boolean grouped = kernel.equals("convolve");
            List<CudaSelfTest.Row> rows =
                    CudaSelfTest.run(new ShimDevice(grouped, kernel, new TreeSet<>()), Precision.FP32);
            assertFalse(rows.stream().allMatch(CudaSelfTest.Row::ok), kernel + " may do nothing");
        }
    }
}
