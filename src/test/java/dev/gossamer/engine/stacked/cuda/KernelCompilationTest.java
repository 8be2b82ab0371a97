package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gossamer.algorithm.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The kernels become machine code without a warning, and without a thread's values in slow memory. What they need is
 * written to {@code target/kernels.md}.
 */
class KernelCompilationTest {

    private static final int LEAST = 75;
    private static final int MOST = 120;

    /** Kernels that are compiled for their sizes. */
    private static final int SIZED = 39;

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
                KernelReport.table(KernelSource.text(), folder, List.of(75, 80, 90))
                        + KernelReport.table(UpdateKernel.all(Rules.descent(0.9, 1e-3, 0.95)).get(0).source(), folder,
                                List.of(75, 80, 90)));
        check(architectures);
    }

    private void check(List<Integer> architectures) throws IOException, InterruptedException {
        List<KernelReport> reports = KernelReport.of(KernelSource.text(), folder, architectures);
        int kernels = Shim.kernels().size() - SIZED - TestUpdates.kernels().size();
        assertEquals(architectures.size() * kernels, reports.size());
        checkThatNothingIsSpilled(reports);
    }

    private static void checkThatNothingIsSpilled(List<KernelReport> reports) {
        assertEquals(List.of(), reports.stream()
                .filter(report -> Math.max(report.stack(), report.spills()) > allowed(report)).toList());
    }

    /** For sizes of VGG-11's and ResNet-20's layers. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "gather_patches_bf16         | 16,256,8,8,3,1,1,8,8",
        "sum_patches                 | 16,64,32,32,3,2,1,16,16",
        "convolve_tf32_64x128        | 16,64,16,16,128,16,16,3,1,1,0,3,4,0,1,2,1,1,1,1,0",
        "convolve_bf16_16x256        | 16,16,32,32,16,32,32,3,1,1,1,3,5,0,1,3,1,1,0,0,1",
        "group_tf32_64x128_128       | 16,64,16,16,128,16,16,3,1,1,0,4,3,0,1,2,1,1,1,1,0",
        "weights_gradient_tf32_64x18 | 16,64,16,16,128,16,16,3,1,1,0,2,4,2,1"})
    void theCompilerTakesConvolutions(String kernel, String sizes) throws IOException, InterruptedException {
        check(kernel, sizes, List.of(90));
    }

    @Test
    @Tag("slow")
    void theCompilerTakesAllConvolutionsForAllArchitectures() throws IOException, InterruptedException {
        List<String> kernels = Shim.kernels().stream()
                .filter(name -> name.matches(".*_\\d+x\\d+(_\\d+)?|.*_patches(_bf16)?")).toList();
        assertEquals(SIZED, kernels.size());
        for (String kernel : kernels) {
            List<Integer> architectures = List.of(kernel.contains("fp32") ? 75 : 80, 86, 90, 100, 120);
            if (kernel.contains("patches")) {
                check(kernel, "16,256,8,8,3,1,1,8,8", List.of(75, 90, 120));
                check(kernel, "3,5,9,9,3,2,1,5,5", List.of(75, 90, 120));
                check(kernel, "3,5,28,28,11,1,2,22,22", List.of(75, 90, 120));
            } else if (kernel.startsWith("group")) {
                check(kernel, "16,64,8,8,128,8,8,3,1,1,0,3,3,0,1,2,1,1,1,1,0", List.of(80, 90));
                check(kernel, "16,512,4,4,256,4,4,3,1,1,1,1,2,4,1,2,1,0,0,0,1", List.of(90));
            } else if (kernel.startsWith("convolve")) {
                check(kernel, "16,32,16,16,32,16,16,3,1,1,0,3,4,0,1,2,1,1,1,1,0", architectures);
                check(kernel, "3,5,9,9,7,5,5,3,2,1,1,3,2,0,1,2,0,0,0,0,1", architectures);
                check(kernel, "3,16,9,9,7,5,5,1,2,0,0,3,2,0,2,2,0,0,0,0,1", architectures);
            } else {
                check(kernel, "16,64,16,16,64,16,16,3,1,1,0,2,4,2,1", architectures);
                check(kernel, "3,5,9,9,7,5,5,3,2,1,0,3,3,2,0", architectures);
                check(kernel, "3,16,9,9,32,9,9,1,1,0,0,3,3,3,0", architectures);
            }
        }
    }

    /** With as many registers as leave room for two blocks, and as much on its way from memory as two rows are. */
    @Test
    void theCompilerTakesTheUpdateOfDescent() throws IOException, InterruptedException {
        UpdateKernel kernel = UpdateKernel.all(Rules.descent(0.9, 1e-3, 0.95)).get(0);
        checkThatNothingIsSpilled(KernelReport.of(kernel.source(), folder, List.of(80, 90)));
        int bytes = KernelReport.bytesInFlight(kernel.source(), folder, 90).get(kernel.name());
        assertTrue(bytes >= 2 * 3 * 4 * Float.BYTES, bytes + " bytes");
    }

    @Test
    @Tag("slow")
    void theCompilerTakesAllUpdatesForAllArchitectures() throws IOException, InterruptedException {
        for (UpdateKernel kernel : TestUpdates.kernels()) {
            List<KernelReport> reports = KernelReport.of(kernel.source(), folder, List.of(75, 80, 90, 120));
            assertEquals(4, reports.size());
            checkThatNothingIsSpilled(reports);
        }
    }

    private void check(String kernel, String sizes, List<Integer> architectures)
            throws IOException, InterruptedException {
        List<Integer> numbers = Stream.of(sizes.split(",")).map(Integer::valueOf).toList();
        List<KernelReport> reports = KernelReport.of(
                KernelSource.sized(new SizedKernel(kernel, numbers)), folder, architectures);
        assertEquals(architectures.size(), reports.size());
        checkThatNothingIsSpilled(reports);
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
