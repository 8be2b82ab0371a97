package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.cli.command.ProfileFile;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.experiment.Engines;
import dev.gossamer.experiment.Execution;
import dev.gossamer.experiment.RunChecks;
import dev.gossamer.experiment.Sample;
import dev.gossamer.machine.CudaLibraries;
import dev.gossamer.machine.CudaLibrary;
import dev.gossamer.machine.Gpu;
import dev.gossamer.machine.Gpus;
import dev.gossamer.machine.Route;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Devices;
import dev.gossamer.placement.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on machines with and without GPUs, as the driver would list them. */
class DevicesTest {

    private static final Gpu H200 = new Gpu(0, "NVIDIA H200", 90, "580.65.06", 150L << 30);
    private static final Gpu OLD_DRIVER = new Gpu(0, "NVIDIA H200", 90, "550.54.15", 150L << 30);
    private static final Gpus NONE = new Gpus(List.of(), Gpus.NO_DRIVER);
    private static final CudaLibrary CUDNN = new CudaLibrary("libcudnn.so.9", Optional.empty(), "9.13.0");
    private static final CudaLibraries COMPLETE = new CudaLibraries(List.of(CUDNN), List.of(), List.of(), true);

    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();

    private static Devices devices(Gpu gpu, CudaLibraries libraries, boolean nd4jCuda) {
        return devices(gpu, libraries, nd4jCuda, (index, precision, switches, profile) -> null);
    }

    private static Devices devices(Gpu gpu, CudaLibraries libraries, boolean nd4jCuda, Devices.Opener opener) {
        return new Devices(() -> new Gpus(List.of(gpu), ""), () -> libraries, nd4jCuda, Map.of(), opener);
    }

    private static RunConfiguration run(String device, String engine, String precision) {
        return Sample.configuration(Map.of(
                Placement.DEVICE, device, Placement.ENGINE, engine, Placement.PRECISION, precision, Network.WIDTH,
                "0.01"));
    }

    private void open(Devices devices, RunConfiguration run) {
        checks(devices, run).open();
    }

    private void check(Devices devices, RunConfiguration run) {
        checks(devices, run).check(Sample.data().train().shape(), Sample.data().classes());
    }

    private RunChecks checks(Devices devices, RunConfiguration run) {
        return new RunChecks(Map.of("run", run), new Engines(notes::add, devices), Execution.STANDARD);
    }

    private static String refusal(Devices devices, RunConfiguration run) {
        return assertThrows(ConfigurationException.class, () -> devices.route(run.placement())).getMessage();
    }

    @Test
    void autoTakesAUsableGpuAndSaysSoOnce() {
        Devices devices = devices(H200, COMPLETE, false);
        check(devices, run("auto", "auto", "tf32"));
        assertEquals(List.of("Device: GPU 0, NVIDIA H200 (compute capability 9.0, driver 580.65.06, 161.1 GB), CUDA 13,"
                + " precision tf32"), notes);
        Engines engines = new Engines(notes::add, devices);
        for (int i = 0; i < 3; i++) {
            engines.check(run("auto", "auto", "bf16"), Sample.data().train().shape(), Sample.data().classes());
        }
        assertEquals(2, notes.size());
        assertEquals(Map.of("device", "GPU 0, NVIDIA H200", "compute_capability", "9.0", "driver", "580.65.06",
                "precision", "fp32", "cuda_libraries", "libcudnn.so.9 9.13.0"),
                devices.environment(run("cuda", "stacked", "fp32").placement()));
    }

    @Test
    void autoSaysWhyAGpuIsNotUsed() {
        check(devices(OLD_DRIVER, COMPLETE, false), run("auto", "auto", "tf32"));
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).startsWith("Device: cpu; GPU 0, NVIDIA H200 (compute capability 9.0, driver 550.54.15,"
                + " 161.1 GB) is not used: the driver is too old for CUDA 13: needs 580 or newer, has 550.54.15"),
                notes.get(0));
    }

    @Test
    void autoSaysWhyADriverHasNoGpu() {
        Devices broken = Home.devices(new Gpus(List.of(), "nvidia-smi failed: Driver/library version mismatch"));
        check(broken, run("auto", "auto", "tf32"));
        assertEquals(List.of("Device: cpu; nvidia-smi failed: Driver/library version mismatch"), notes);
        assertEquals("nvidia-smi failed: Driver/library version mismatch",
                broken.environment(run("auto", "auto", "tf32").placement()).get("gpu_not_used"));
        notes.clear();
        RunConfiguration second = Sample.configuration(Map.of(Placement.DEVICES, "1", Network.WIDTH, "0.01"));
        check(devices(H200, COMPLETE, false), second);
        assertEquals(List.of("Device: cpu; there is no GPU 1, only 0"), notes);
    }

    @Test
    void whereThereIsNoneNothingIsSaid() {
        check(Home.devices(NONE), run("auto", "auto", "tf32"));
        check(Home.devices(NONE), run("cpu", "auto", "tf32"));
        check(Home.devices(NONE), run("auto", "auto", "fp32"));
        assertEquals(List.of(), notes);
        assertEquals("fp32", Home.devices(NONE).environment(run("cpu", "auto", "tf32").placement()).get("precision"));
    }

    /** It is said, recorded, and refused where the CPU does not know it, see {@code PrecisionTest}. */
    @Test
    void bf16OnACpuIsSaidAndRecorded() {
        RunConfiguration run = run("cpu", "auto", "bf16");
        assertEquals("bf16", Home.devices(NONE).environment(run.placement()).get("precision"));
        if (HostDevice.hasBf16()) {
            check(Home.devices(NONE), run);
            assertTrue(Home.devices(NONE).open(run.placement()).description().contains(", bf16)"));
            assertEquals(List.of("Device: cpu; precision bf16", "Note: precision bf16 changes nothing here: no"
                    + " convolution of this network has numbers of channels that are multiples of 16."), notes);
        } else {
            assertThrows(ConfigurationException.class, () -> check(Home.devices(NONE), run));
            assertEquals(List.of(), notes);
        }
    }

    @Test
    void nothingIsNotedWhereBf16RoundsConvolutions() {
        assumeTrue(HostDevice.hasBf16(), "this CPU does not know bf16");
        checks(Home.devices(NONE), Sample.configuration(Map.of(Placement.DEVICE, "cpu", Placement.ENGINE, "auto",
                Placement.PRECISION, "bf16", Network.MODEL, "resnet-20"))).check(new ImageShape(3, 32, 32), 10);
        assertEquals(List.of("Device: cpu; precision bf16"), notes);
    }

    @Test
    void cpuLooksForNothing() {
        Devices devices = new Devices(
                () -> {
                    throw new AssertionError("GPUs are looked for in vain");
                },
                () -> {
                    throw new AssertionError("libraries are looked for in vain");
                },
                false, Map.of(), (index, precision, switches, profile) -> {
                    throw new AssertionError("a GPU is opened in vain");
                });
        assertEquals(Route.Kind.CPU, devices.route(run("cpu", "auto", "tf32").placement()).kind());
        assertEquals(Map.of("device", "cpu", "precision", "fp32"),
                devices.environment(run("cpu", "auto", "tf32").placement()));
    }

    @Test
    void cudaWithoutAUsableGpuIsRefusedWithTheReason() {
        RunConfiguration run = run("cuda", "auto", "tf32");
        assertEquals("device cuda: " + Gpus.NO_DRIVER, refusal(Home.devices(NONE), run));
        assertTrue(refusal(devices(OLD_DRIVER, COMPLETE, true), run).contains("needs 580 or newer, has 550.54.15"));
        CudaLibraries without = new CudaLibraries(List.of(), List.of("libcudnn.so.9"), List.of(folder), true);
        assertTrue(refusal(devices(H200, without, false), run)
                .contains("is not used: the library libcudnn.so.9 is missing; looked in " + folder + "; "));
        CudaLibraries unbound = new CudaLibraries(List.of(), List.of(), List.of(), false);
        assertTrue(refusal(devices(H200, unbound, false), run).contains("the Java binding of CUDA is missing"));
    }

    @Test
    void anEngineIsNotGivenADeviceThatItDoesNotKnow() {
        Devices cuda13 = devices(H200, COMPLETE, false);
        assertEquals(Route.Kind.CPU, cuda13.route(run("auto", "dl4j", "tf32").placement()).kind());
        assertTrue(refusal(cuda13, run("cuda", "dl4j", "tf32")).endsWith("only stacked does"));
        assertEquals("device cuda: " + H200 + " is not used: engine reference runs on the CPU only",
                refusal(cuda13, run("cuda", "reference", "tf32")));
        RunConfiguration reference = Sample.configuration(
                Map.of(Placement.ENGINE, "reference", Placement.THREADS, "1", Network.WIDTH, "0.01"));
        try (ReplicaEngine engine = new Engines(notes::add, cuda13).create(reference, Sample.data())) {
            assertTrue(engine.description().endsWith("reference, 1 thread"), engine.description());
        }
        Gpu turing = new Gpu(0, "Tesla T4", 75, "535.1", 16L << 30);
        Devices nd4j = devices(turing, COMPLETE, true);
        assertEquals(Route.Kind.ND4J_CUDA, nd4j.route(run("auto", "auto", "tf32").placement()).kind());
        assertTrue(refusal(nd4j, run("cuda", "stacked", "tf32")).endsWith("only dl4j does"));
        assertTrue(refusal(nd4j, run("cpu", "dl4j", "tf32")).startsWith("this build has ND4J's CUDA backend"));
    }

    @Test
    void theMemoryOfTheGpuIsChecked() {
        RunConfiguration large = Sample.configuration(Map.of(Gossip.WORKERS, "4096", Network.WIDTH, "16"));
        assertTrue(assertThrows(ConfigurationException.class, () -> check(
                devices(new Gpu(0, "Small", 75, "580.1", 16L << 30), COMPLETE, false), large))
                .getMessage().contains(" GB of GPU memory, but GPU 0, Small, has 17.2 GB"));
    }

    @Test
    void aRefusalMakesNothing() throws IOException {
        Home home = Home.create(folder.resolve("home"));
        Engines engines = new Engines(notes::add, home.devices);
        assertEquals(ExitCode.USAGE, home.run(engines, "tiny", "--device", "cuda"));
        assertEquals("error: device cuda: there is no GPU in this test\n", home.err());
        assertFalse(Files.exists(home.path.resolve("runs")));
        assertEquals(ExitCode.USAGE, home.run(engines, "tiny", "--device", "gpu"));
        assertEquals("error: device must be auto, cpu or cuda, got \"gpu\"\n", home.err());
        assertEquals(ExitCode.USAGE, home.run(engines, "tiny", "--device", "cpu,cuda"));
        assertEquals("error: device takes one value, got cpu, cuda\n", home.err());
    }

    @Test
    void aRunRecordsItsDevice() throws IOException {
        Home home = Home.create(folder.resolve("home"));
        home.devices = devices(OLD_DRIVER, COMPLETE, false);
        Engines engines = new Engines(notes::add, home.devices);
        assertEquals(ExitCode.DONE, home.run(engines, "tiny", "--width", "0.01", "--steps", "1", "--learning-rate",
                "0.01"), home.err());
        Path run = home.path.resolve("runs/tiny/ring-lr0.01-seed1");
        String environment = Files.readString(run.resolve("environment.json"));
        assertTrue(environment.contains("\"device\" : \"cpu\""), environment);
        assertTrue(environment.contains("\"gpu_not_used\" : \"GPU 0, NVIDIA H200 "), environment);
        String configuration = Files.readString(run.resolve("config.yaml"));
        assertTrue(configuration.contains("device: auto\ndevices: 0\nprecision: tf32\n")
                || configuration.contains("device: \"auto\"\ndevices: 0\nprecision: \"tf32\"\n"), configuration);
    }

    /** As with libraries of CUDA 12 under the names of those of 13; bf16 alone needs a newer GPU. */
    @Test
    void aGpuThatCannotBeOpenedIsNone() throws IOException {
        List<String> opened = new ArrayList<>();
        Devices devices = devices(H200, COMPLETE, false, (index, precision, switches, profile) -> {
            opened.add(precision + " on " + index);
            if (precision != Precision.BF16) {
                throw new CudaException("cudaGetDeviceCount: no");
            }
            return null;
        });
        RunConfiguration run = run("auto", "auto", "tf32");
        check(devices, run);
        assertEquals(List.of(), opened, "what is only shown opens nothing");
        open(devices, run);
        open(devices, run);
        assertEquals("Device: cpu; " + H200 + " is not used: cudaGetDeviceCount: no", notes.get(1));
        assertEquals("cpu", devices.environment(run.placement()).get("device"));
        assertEquals(H200 + " is not used: cudaGetDeviceCount: no", devices.environment(run.placement())
                .get("gpu_not_used"));
        assertInstanceOf(HostDevice.class, devices.open(run.placement()));
        assertEquals(List.of("tf32 on 0"), opened);
        open(devices, run("auto", "auto", "bf16"));
        assertEquals(Route.Kind.CUDA13, devices.route(run("auto", "auto", "bf16").placement()).kind());
        assertEquals("device cuda: " + H200 + " is not used: cudaGetDeviceCount: no",
                refusal(devices, run("cuda", "auto", "tf32")));
        Home home = Home.create(folder.resolve("home"));
        home.devices = devices;
        assertEquals(ExitCode.USAGE, home.run(new Engines(notes::add, devices), "tiny", "--device", "cuda"));
        assertEquals("error: device cuda: " + H200 + " is not used: cudaGetDeviceCount: no\n", home.err());
        assertFalse(Files.exists(home.path.resolve("runs")));
    }

    @Test
    void aProfileThatCannotBeWrittenIsRefused() throws IOException, InterruptedException {
        RunConfiguration run = run("auto", "auto", "tf32");
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Path file = folder.resolve("profile.csv");
        for (Path path : List.of(folder, pipe, folder.resolve("missing/profile.csv"), file)) {
            Devices devices = new Devices(() -> new Gpus(List.of(H200), ""), () -> COMPLETE, false,
                    Map.of("GOSSAMER_CUDA_PROFILE", path.toString()), (index, precision, switches, profile) -> null,
                    ProfileFile::new);
            if (path.equals(file)) {
                Files.writeString(file, "an earlier one");
                check(devices, run);
                assertEquals("an earlier one", Files.readString(file));
                open(devices, run);
                assertEquals("program,operation,way,milliseconds\n", Files.readString(file));
            } else {
                String message = assertThrows(ConfigurationException.class, () -> open(devices, run)).getMessage();
                assertTrue(message.startsWith("GOSSAMER_CUDA_PROFILE") && message.contains(path.toString()), message);
            }
        }
    }

    @Test
    void theWorkspaceIsCounted() {
        RunConfiguration run = run("auto", "auto", "tf32");
        Gpu small = new Gpu(0, "Small", 90, "580.1", 4L << 30);
        check(devices(small, COMPLETE, false), run);
        Devices devices = new Devices(() -> new Gpus(List.of(small), ""), () -> COMPLETE, false,
                Map.of("GOSSAMER_CUDA_WORKSPACE", "3000"), (index, precision, switches, profile) -> null);
        assertTrue(assertThrows(ConfigurationException.class, () -> check(devices, run)).getMessage()
                .contains(" GB of GPU memory, but GPU 0, Small, has 4.3 GB"));
    }

    @Test
    void theCommandPrintsWhatThereIsOrWhyThereIsNone() throws IOException {
        Home home = Home.create(folder.resolve("home"));
        for (String options : List.of("gpu", "gpu --full")) {
            assertEquals(ExitCode.FAILED, home.run((run, data) -> null, options.split(" ")));
            assertEquals("error: there is no GPU in this test\n", home.err());
            assertEquals("", home.out());
        }
        assertFalse(Files.exists(home.path.resolve("runs")));
        CudaLibraries without = new CudaLibraries(List.of(CUDNN), List.of("libcublas.so.13"), List.of(folder), true);
        home.devices = devices(H200, without, false);
        assertEquals(ExitCode.FAILED, home.run((run, data) -> null, "gpu"));
        assertTrue(home.out().startsWith("GPU 0, NVIDIA H200 (compute capability 9.0, driver 580.65.06, 161.1 GB)\n"
                + "Route: none, the CPU trains\n"), home.out());
        assertTrue(home.out().contains("libcudnn.so.9  9.13.0   class path"), home.out());
        assertTrue(home.out().endsWith("libcublas.so.13 is missing\n"), home.out());
        assertTrue(home.err().contains("the library libcublas.so.13 is missing; looked in " + folder), home.err());
        assertEquals(ExitCode.FAILED, home.run((run, data) -> null, "gpu", "--devices", "3"));
        assertEquals("error: there is no GPU 3, only 0\n", home.err());
        assertEquals(ExitCode.USAGE, home.run((run, data) -> null, "gpu", "--devices", "one"));
    }
}
