package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.model.ActivationFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The self-test passes on a device that works, and notices each kernel that does nothing. */
class CudaSelfTestTest {

    private static Path shim;

    @BeforeAll
    static void compileTheKernels() throws IOException, InterruptedException {
        shim = Shim.compile();
    }

    /** Replicas on the shim that remember what they launch, and never launch one kernel. */
    private record ShimDevice(String ways, Precision precision, String broken, Set<String> launched)
            implements Device {

        @Override
        public String description() {
            return "shim";
        }

        @Override
        public Replicas load(Program training, Program evaluation, int workers, Update rule) {
            ShimGpu gpu = new ShimGpu(shim, Switches.STANDARD.with(Switch.ROUTES, ways), broken, launched)
                    .with(precision);
            return gpu.load(training, evaluation, workers, rule);
        }
    }

    /** What is no convolution's is checked with patches, whose trials are the shortest. */
    private static List<CudaSelfTest.Row> run(Precision precision, String broken, Set<String> launched) {
        Map<String, Device> ways = new LinkedHashMap<>();
        for (String way : List.of("own", "cudnn")) {
            ways.put(way, new ShimDevice(way, precision, broken, launched));
        }
        return CudaSelfTest.run(new ShimDevice("patches", precision, broken, launched), ways, precision);
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "BF16"})
    void aDeviceThatWorksPasses(Precision precision) {
        List<CudaSelfTest.Row> rows = run(precision, null, new TreeSet<>());
        rows.forEach(row -> assertTrue(row.ok(), row.toString()));
        assertEquals(33 + ActivationFunction.values().length + 2 * 11, rows.size());
    }

    @Test
    @Tag("slow")
    void eachKernelIsMissedWhereItDoesNothing() {
        Map<String, Precision> launching = new TreeMap<>();
        for (Precision precision : List.of(Precision.FP32, Precision.BF16)) {
            Set<String> launched = new TreeSet<>();
            run(precision, null, launched);
            launched.forEach(kernel -> launching.putIfAbsent(kernel, precision));
        }
        launching.remove("await"); // no kernel
        Set<String> all = new TreeSet<>(Shim.kernels());
        all.addAll(Set.of("multiply", "convolve"));
        // Of the own convolutions' kernels one wins for each shape: OwnWayTest checks them all.
        all.removeIf(kernel -> kernel.matches("(convolve|group|weights_gradient)_.*|sum_parts"));
        launching.keySet().retainAll(all);
        assertEquals(all, launching.keySet());
        all.removeAll(Set.of("fill_noise", "sketch")); // no results depend on them
        for (String kernel : all) {
            assertFalse(run(launching.get(kernel), kernel, new TreeSet<>()).stream().allMatch(CudaSelfTest.Row::ok),
                    kernel + " may do nothing");
        }
    }
}
