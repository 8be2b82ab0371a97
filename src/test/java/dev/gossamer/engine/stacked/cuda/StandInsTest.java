package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The CUDA device by way of its own bindings, in processes with stand-ins for CUDA's libraries. */
class StandInsTest {

    private static final Pattern CALL = Pattern.compile("(?<!new )\\b((?:cuda|cu[A-Z]|cublas|cudnn|nvrtc)\\w+)\\(");

    @TempDir
    Path folder;

    private StandIns standIns;

    @BeforeEach
    void makeThem() throws IOException, InterruptedException {
        standIns = StandIns.make(folder);
    }

    private StandIns.Ended train(String arguments) throws IOException, InterruptedException {
        return standIns.run(StandInProgram.class.getName(), arguments.split(" "));
    }

    /** Every distance that is printed is below a limit, that of gradients below another one. */
    private static void assertClose(StandIns.Ended ended, double limit) {
        List<String> lines = ended.clean().out().lines().toList();
        assertEquals(8, lines.size(), ended.out());
        for (String line : lines) {
            double distance = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            assertTrue(distance < limit, ended.out());
        }
        assertTrue(ended.calls("cudaGraphLaunch") > 0, "nothing was recorded");
    }

    @Test
    void theyHaveAllThatTheProgramCalls() throws IOException {
        Set<String> called = new TreeSet<>();
        for (Path file : javaFiles()) {
            String text = Files.readString(file);
            if (text.contains("org.bytedeco.cuda.global")) {
                CALL.matcher(text).results().forEach(found -> called.add(found.group(1)));
            }
        }
        assertTrue(called.contains("cudnnConvolutionForward"), called::toString);
        String all = "";
        for (String file : List.of("cuda.cpp", "cudart.cpp", "cublas.cpp", "cudnn.cpp", "nvrtc.cpp")) {
            try (InputStream stream = StandIns.class.getResourceAsStream("standins/" + file)) {
                all += new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        String defined = all;
        called.removeIf(name -> Pattern.compile("(?m)^API [\\w* ]+\\b" + name + "\\(").matcher(defined).find());
        assertEquals(Set.of(), called);
    }

    private static List<Path> javaFiles() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java")).collect(Collectors.toList());
        }
    }

    @ParameterizedTest
    @Tag("slow")
    @ValueSource(strings = {
        "linear 1 0 8 1 4", "mlp 0.1 0 16 4 5", "vgg-11 0.25 0.5 32 1 2", "vgg-11 0.25 0.3 32 4 3",
        "resnet-20 0.25 0 16 3 3", "resnet-20 0.5 0 16 1 2", "resnet-20-evonorm 0.5 0 16 4 2",
        "lenet-groupnorm 0.25 0 12 2 2", "wide-resnet-16-4 0.1 0 8 2 2"})
    void networksTrainAsOnTheReference(String arguments) throws IOException, InterruptedException {
        assertClose(train(arguments), 1e-3);
    }

    /** Whatever is wrong with cuDNN's algorithms, another way is taken, recorded, and leaves nothing behind. */
    @ParameterizedTest
    @Tag("slow")
    @ValueSource(strings = {
        "0=refused,1=refused,2=refused,5=refused,7=refused", "1=uncapturable,0=slow", "1=wrong,0=large,2=random",
        "0=missing,1=missing,2=missing,5=missing,7=missing", "1=refused,0=uncapturable,2=wrong,5=wrong,7=slow"})
    void badAlgorithmsAreNotTaken(String faults) throws IOException, InterruptedException {
        standIns.with("STANDIN_CUDNN", faults);
        assertClose(train("resnet-20 0.25 0 8 2 2"), 1e-3);
    }

    /** Memory for cuBLAS, and not much more. */
    @Test
    void whereMemoryIsShortThatIsSaidAndAllIsFreed() throws IOException, InterruptedException {
        StandIns.Ended ended = standIns.with("STANDIN_MEMORY", "34")
                .run(StandInProgram.class.getName(), "mlp", "0.5", "0", "16", "3", "4");
        assertEquals(3, ended.code(), ended.err());
        assertTrue(ended.out().matches("GPU 0 is out of memory: \\d+ MiB for .* are needed, and \\d of 34 MiB are free;"
                + " use fewer workers or smaller batches"), ended.out());
        assertEquals(List.of(), ended.faults());
    }

    /** Whichever call fails, it is named, and all that was made before is freed. */
    @ParameterizedTest
    @Tag("slow")
    @CsvSource({
        "cudaStreamCreateWithFlags:1=2, cudaStreamCreate failed with cudaErrorMemoryAllocation: out of memory",
        "cuModuleLoadData:1=209, cuModuleLoadData failed with CUDA_ERROR_NO_BINARY_FOR_GPU: no kernel image is"
                + " available for execution on the device",
        "cublasCreate_v2:1=1, cublasCreate failed with CUBLAS_STATUS_NOT_INITIALIZED: the library was not initialized",
        "cublasSetWorkspace_v2:1=7, cublasSetWorkspace failed with CUBLAS_STATUS_INVALID_VALUE: an unsupported value or"
                + " parameter was passed to the function",
        "cudnnCreate:1=1001, cudnnCreate failed with CUDNN_STATUS_NOT_INITIALIZED: in cudnnCreate",
        "cudaMemcpyAsync:3=1, cudaMemcpy to the GPU failed with cudaErrorInvalidValue: invalid argument",
        "cudaMallocHost:2=2, cudaMallocHost of 0 MiB failed with cudaErrorMemoryAllocation: out of memory",
        "cudaGraphLaunch:3=1, cudaGraphLaunch failed with cudaErrorInvalidValue: invalid argument",
        "nvrtcCompileProgram:1=11, nvrtcCompileProgram failed: NVRTC_ERROR_INTERNAL_ERROR"})
    void aCallThatFailsIsNamedAndAllIsFreed(String failure, String sentence) throws IOException, InterruptedException {
        StandIns.Ended ended = standIns.with("STANDIN_FAIL", failure)
                .run(StandInProgram.class.getName(), "mlp", "0.05", "0", "8", "2", "3");
        assertEquals(3, ended.code(), ended.err() + ended.out());
        assertEquals(sentence, ended.out());
        assertEquals(List.of(), ended.faults());
    }
}
