package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernels become machine code without a warning, and without a thread's values in slow memory. What they need is
 * written to {@code target/kernels.md}.
 */
class KernelCompilationTest {

    private static final int LEAST = 75;
    private static final int MOST = 120;

    @TempDir
    private Path folder;

    @BeforeEach
    void lookForTheCompiler() throws InterruptedException {
        assumeTrue(Shim.runs("nvcc", "--version"), "there is no CUDA compiler (nvcc)");
    }

    @Test
    void theCompilerTakesThem() throws IOException, InterruptedException {
        check(List.of(90));
    }

    @Test
    @Tag("slow")
    void theCompilerTakesThemForAllArchitectures() throws IOException, InterruptedException {
        List<Integer> architectures = KernelReport.architectures().stream()
                .filter(architecture -> architecture >= LEAST && architecture <= MOST).toList();
        assertTrue(architectures.size() > 3, architectures.toString());
        Files.writeString(Path.of("target", "kernels.md"),
                KernelReport.table(KernelSource.text(), folder, List.of(75, 80, 90)));
        check(architectures);
    }

    private void check(List<Integer> architectures) throws IOException, InterruptedException {
        List<KernelReport> reports = KernelReport.of(KernelSource.text(), folder, architectures);
        assertEquals(architectures.size() * Shim.kernels().size(), reports.size());
        assertEquals(List.of(), reports.stream()
                .filter(report -> Math.max(report.stack(), report.spills()) > allowed(report)).toList());
    }

    /** Bytes: on Blackwell the assembler spills up to five registers. */
    private static int allowed(KernelReport report) {
        return report.kernel().equals("dense_forward") && report.architecture() >= 100 ? 40 : 0;
    }

    /** Three loads, of which the third waits for the first; a store. */
    @Test
    void bytesOnTheirWayAreThoseBeforeAUse() throws IOException, InterruptedException {
        Map<String, Integer> bytes = KernelReport.bytesInFlight("""
                extern "C" __global__ void chase(const int* a, const float4* b, float* c) {
                    int first = a[threadIdx.x];
                    float4 second = b[threadIdx.x];
                    float third = c[first];
                    c[0] = second.x + second.y + second.z + second.w + third;
                }
                extern "C" __global__ void nothing(float* c) {
                    c[0] = 1;
                }
                """, folder, 90);
        assertEquals(Map.of("chase", 20, "nothing", 0), bytes);
    }
}
