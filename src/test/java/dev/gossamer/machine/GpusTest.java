package dev.gossamer.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With shell scripts in place of nvidia-smi, and a folder in place of the root. */
@DisabledOnOs(OS.WINDOWS)
class GpusTest {

    private static final String H200 = "NVIDIA H200, 9.0, 580.65.06, 143771 MiB, GPU-11";
    private static final String T4 = "Tesla T4, 7.5, 535.183.01, 15360 MiB, GPU-22";

    @TempDir
    Path root;

    private final Map<String, String> variables = new HashMap<>();

    private Path script(String file, String content) throws IOException {
        Path script = root.resolve(file);
        Files.createDirectories(script.getParent());
        Files.writeString(script, "#!/bin/sh\n" + content + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script;
    }

    /** Puts a program that does this into PATH. */
    private void nvidiaSmi(String content) throws IOException {
        variables.put("PATH", script("bin/nvidia-smi", content).getParent().toString());
    }

    private Gpus find() {
        return Gpus.find(new Machine(root, variables, Duration.ofSeconds(20)));
    }

    private void driver(String version) throws IOException {
        Path file = Files.createDirectories(root.resolve("proc/driver/nvidia")).resolve("version");
        Files.writeString(file, "NVRM version: NVIDIA UNIX x86_64 Kernel Module  " + version + "  Sun Jul 27 2025\n");
    }

    @Test
    void itsListIsRead() throws IOException {
        nvidiaSmi("[ \"$1\" = --query-gpu=index,name,compute_cap,driver_version,memory.total,uuid ] || exit 3\n"
                + "echo '0, " + H200 + "'; echo '1, " + T4 + "'");
        Gpus gpus = find();
        assertEquals(List.of(
                new Gpu(0, "NVIDIA H200", 90, "580.65.06", 143771L << 20),
                new Gpu(1, "Tesla T4", 75, "535.183.01", 15360L << 20)), gpus.list());
        assertEquals("", gpus.whyNone());
        assertEquals("GPU 0, NVIDIA H200 (compute capability 9.0, driver 580.65.06, 150.8 GB)",
                gpus.list().get(0).toString());
    }

    @Test
    void warningsAreNoGpus() throws IOException {
        nvidiaSmi("echo '0, " + H200 + "'; echo 'WARNING: infoROM is corrupted at gpu 0000:02:00.0' >&2");
        assertEquals(1, find().list().size());
    }

    @Test
    void onlyTheBeginningOfALongOutputIsRead() throws IOException {
        nvidiaSmi("echo hello; head -c 5000000 /dev/zero | tr '\\0' x");
        assertEquals(root + "/bin/nvidia-smi printed something else than a list of GPUs: \"hello\"",
                find().whyNone());
        List<String> output = new Machine(root, variables, Duration.ofSeconds(20))
                .run(root.resolve("bin/nvidia-smi")).orElseThrow().output();
        assertEquals(1 << 20, String.join("\n", output).length());
    }

    @Test
    void memoryThatTheDriverDoesNotTellIsUnknown() throws IOException {
        nvidiaSmi("echo '0, NVIDIA GB10, 12.1, 580.95.05, [N/A], GPU-33'");
        assertEquals(List.of(new Gpu(0, "NVIDIA GB10", 121, "580.95.05", 0)), find().list());
        assertEquals("12.1", find().list().get(0).capabilityInWords());
    }

    @ParameterizedTest
    @ValueSource(strings = {"usr/bin", "usr/local/nvidia/bin", "usr/lib/wsl/lib"})
    void itIsFoundInTheUsualFolders(String folder) throws IOException {
        script(folder + "/nvidia-smi", "echo '0, " + T4 + "'");
        assertEquals(75, find().list().get(0).capability());
    }

    @Test
    void pathGoesFirst() throws IOException {
        script("usr/bin/nvidia-smi", "echo '0, " + T4 + "'");
        nvidiaSmi("echo '0, " + H200 + "'");
        assertEquals(90, find().list().get(0).capability());
    }

    @Test
    void cudaVisibleDevicesChoosesAndNumbersAnew() throws IOException {
        nvidiaSmi("echo '0, " + H200 + "'; echo '1, " + T4 + "'");
        variables.put("CUDA_VISIBLE_DEVICES", "1");
        assertEquals(List.of(new Gpu(0, "Tesla T4", 75, "535.183.01", 15360L << 20)), find().list());
        variables.put("CUDA_VISIBLE_DEVICES", "GPU-22, GPU-11");
        assertEquals(List.of(75, 90), find().list().stream().map(Gpu::capability).toList());
        variables.put("CUDA_VISIBLE_DEVICES", "0,7,1");
        assertEquals(List.of(90), find().list().stream().map(Gpu::capability).toList());
        for (String none : List.of("", "-1", "MIG-5")) {
            variables.put("CUDA_VISIBLE_DEVICES", none);
            assertEquals("CUDA_VISIBLE_DEVICES=" + none + " hides every GPU", find().whyNone());
        }
    }

    @Test
    void withoutItTheDriverIsLookedFor() throws IOException {
        assertEquals("there is no NVIDIA driver here (no nvidia-smi and no /proc/driver/nvidia/version)",
                find().whyNone());
        driver("570.133.20");
        assertEquals("the NVIDIA driver 570.133.20 is loaded, but its program nvidia-smi is neither in PATH nor in"
                + " /usr/bin, /usr/local/nvidia/bin, /usr/lib/wsl/lib", find().whyNone());
    }

    @Test
    void itsOwnReasonsArePassedOn() throws IOException {
        nvidiaSmi("echo 'No devices were found'; exit 6");
        assertEquals("the NVIDIA driver finds no GPU", find().whyNone());
        nvidiaSmi("echo \"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\"; exit 9");
        assertEquals(root + "/bin/nvidia-smi failed: NVIDIA-SMI has failed because it couldn't communicate with the"
                + " NVIDIA driver.", find().whyNone());
        driver("470.57.02");
        nvidiaSmi("echo 'Field \"compute_cap\" is not a valid field to query.' >&2; exit 2");
        assertEquals(root + "/bin/nvidia-smi failed (driver 470.57.02): Field \"compute_cap\" is not a valid field to"
                + " query.", find().whyNone());
        nvidiaSmi("exit 1");
        assertEquals(root + "/bin/nvidia-smi failed (driver 470.57.02): exit code 1", find().whyNone());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "hello", "0, NVIDIA H200", "x, NVIDIA H200, 9.0, 580.65.06, 143771 MiB, GPU-1",
        "0, NVIDIA H200, nine, 580.65.06, 143771 MiB, GPU-1", "0, NVIDIA H200, 9.0, [N/A], 143771 MiB, GPU-1",
        "0, NVIDIA H200, 9.0, 99999999999.1, 143771 MiB, GPU-1",
        "0, \"NVIDIA, 9.0, 580.65.06, 1 MiB", "0, NVIDIA, H200, 9.0, 580.65.06, 143771 MiB, GPU-1"
    })
    void anythingElseIsShown(String output) throws IOException {
        nvidiaSmi("cat <<'END'\n" + output + "\nEND");
        assertEquals(root + "/bin/nvidia-smi printed something else than a list of GPUs: \"" + output + "\"",
                find().whyNone());
    }

    @Test
    void nothingAndNonsenseAreNoGpus() throws IOException {
        nvidiaSmi("true");
        assertEquals(root + "/bin/nvidia-smi printed nothing", find().whyNone());
        nvidiaSmi("head -c 100000 /dev/urandom");
        assertEquals(List.of(), find().list());
        Files.delete(root.resolve("bin/nvidia-smi"));
        Files.write(root.resolve("bin/nvidia-smi"), new byte[] {127, 'E', 'L', 'F', 0, 0});
        Files.setPosixFilePermissions(root.resolve("bin/nvidia-smi"), PosixFilePermissions.fromString("rwx------"));
        assertTrue(find().list().isEmpty());
    }

    @Test
    void oneThatHangsIsStopped() throws IOException {
        nvidiaSmi("echo $$ >" + root + "/pid; sleep 100; echo '0, " + H200 + "'");
        long start = System.nanoTime();
        Gpus gpus = Gpus.find(new Machine(root, variables, Duration.ofSeconds(1)));
        assertTrue(System.nanoTime() - start < 30e9);
        assertEquals(root + "/bin/nvidia-smi did not answer within 1 s", gpus.whyNone());
        long pid = Long.parseLong(Files.readString(root.resolve("pid")).strip());
        ProcessHandle.of(pid).ifPresent(process -> process.onExit().orTimeout(20, TimeUnit.SECONDS).join());
    }
}
