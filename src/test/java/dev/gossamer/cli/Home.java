package dev.gossamer.cli;

import dev.gossamer.cli.console.Console;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.machine.CudaLibraries;
import dev.gossamer.machine.Gpus;
import dev.gossamer.placement.Devices;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A project folder for tests: an experiment {@code tiny}, a tiny data set of the form of Fashion-MNIST, a console. */
public final class Home {

    private static final int PIXELS = 28 * 28;

    public final Path path;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Where commands look for GPUs: there are none. */
    Devices devices = devices(new Gpus(List.of(), "there is no GPU in this test"));

    private Home(Path path) {
        this.path = path;
    }

    /** Devices with these GPUs, and everything that CUDA 13 needs. */
    static Devices devices(Gpus gpus) {
        return new Devices(() -> gpus, () -> new CudaLibraries(List.of(), List.of(), List.of(), true), false, Map.of(),
                (index, precision, switches, profile) -> null);
    }

    public static Home create(Path path) throws IOException {
        Files.createDirectories(path.resolve("experiments"));
        Files.writeString(path.resolve("experiments/tiny.yaml"), """
                purpose: To see that it runs.
                defaults:
                  data-set: fashion-mnist
                  model: mlp
                  workers: 4
                  batch-size: 5
                  momentum: 0
                  weight-decay: 0
                  steps: 6
                  evaluations: 2
                grid:
                  learning-rate: [0.01, 0.02]
                quick:
                  learning-rate: [0.01]
                """);
        Files.createDirectories(path.resolve("target"));
        Files.writeString(path.resolve("target/machine.json"), "{\"cores\": " + Runtime.getRuntime()
                .availableProcessors()
                + ", \"matrix_product_flop_per_second\": 1e11, \"copy_bytes_per_second\": 1e10}");
        Path data = Files.createDirectories(path.resolve("datasets/fashion-mnist"));
        write(data, "train", 60);
        write(data, "t10k", 30);
        return new Home(path);
    }

    /** Images whose class is the row band that is bright. */
    private static void write(Path folder, String part, int count) throws IOException {
        Random random = new Random(count);
        ByteBuffer images = ByteBuffer.allocate(16 + count * PIXELS).putInt(0x803).putInt(count).putInt(28).putInt(28);
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            int label = random.nextInt(10);
            labels.put((byte) label);
            for (int k = 0; k < PIXELS; k++) {
                images.put((byte) (k * 10 / PIXELS == label ? 150 : random.nextInt(50)));
            }
        }
        Files.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }

    /** Runs the program here, without a terminal. */
    public int run(EngineFactory engines, String... arguments) {
        out.reset();
        err.reset();
        Console console = new Console(stream(out), stream(err), 0);
        return new Main(path, engines, devices, console).run(arguments);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** What the last run wrote to standard output. */
    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What the last run wrote to standard error. */
    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
