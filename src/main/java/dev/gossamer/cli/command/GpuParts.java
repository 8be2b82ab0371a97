package dev.gossamer.cli.command;

import dev.gossamer.bench.GoldenSteps;
import dev.gossamer.bench.gpu.GpuMeasurements;
import dev.gossamer.bench.gpu.GpuPart;
import dev.gossamer.bench.gpu.GpuReport.Part;
import dev.gossamer.bench.gpu.GpuSweep;
import dev.gossamer.bench.gpu.GpuTests;
import dev.gossamer.bench.gpu.GpuVariants;
import dev.gossamer.cli.Main;
import dev.gossamer.cli.console.Console;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Task;
import dev.gossamer.engine.stacked.cuda.CudaSelfTest;
import dev.gossamer.experiment.Engines;
import dev.gossamer.placement.Devices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The parts of {@code gpu --full}, in the order of their worth. */
public final class GpuParts {

    /** Before the name of a model: the part that times it. */
    static final String TIMING = "Timing, ";
    static final List<String> MODELS = List.of("vgg-11", "resnet-20", "mlp");
    /** Seconds for what comes after the tests, or the last variant. */
    private static final double RESERVE = 3;
    private static final List<String> WITH_CONVOLUTIONS = List.of("vgg-11", "resnet-20");
    /** PyTorch's modes, the fastest on a GPU first. */
    private static final List<String> MODES = List.of("streams", "graph", "vmap", "loop");

    private final GpuSettings settings;
    private final Devices devices;
    private final Console console;
    private final GpuMeasurements measure;
    private final List<GpuPart> parts = new ArrayList<>();

    /**
     * @param settings what the user wants
     * @param devices where the GPU is
     * @param console is told what goes on
     */
    GpuParts(GpuSettings settings, Devices devices, Console console) {
        this.settings = settings;
        this.devices = devices;
        this.console = console;
        measure = new GpuMeasurements(new Engines(console.err()::println, devices), settings.index(),
                settings.precision(), SlimPackage::program, console.err()::println);
        addChecks();
        MODELS.forEach(model -> add("Speed, " + model, 25, 180, seconds -> measure.speed(model)));
        for (String mode : MODES) {
            MODELS.forEach(model -> add("PyTorch " + mode + ", " + model, 40, 300,
                    seconds -> measure.speedBeside(model, settings.python(), mode)));
        }
        MODELS.forEach(model -> add("Variants, " + model, 60, 600, seconds -> variants(model, seconds)));
        addSizes();
        addTrainings();
    }

    /** All of them. */
    List<GpuPart> all() {
        return List.copyOf(parts);
    }

    /** What a process of its own does: one of all, or the timing of a model with the switches of its environment. */
    GpuPart find(String id) {
        return Stream.concat(parts.stream(), MODELS.stream().map(this::timing))
                .filter(part -> part.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private GpuPart timing(String model) {
        return new GpuPart(TIMING + model, 0, 0,
                seconds -> measure.timing(model, settings.workers(), settings.steps()));
    }

    private void add(String title, int least, int limit, GpuPart.Work work) {
        parts.add(new GpuPart(title, least, limit, work));
    }

    private void addChecks() {
        for (String precision : List.of("tf32", "fp32", "bf16")) {
            add("Self-test, " + precision, 20, 180, seconds -> selfTest(precision));
        }
        add("Tests tagged gpu", 60, 1200, seconds -> GpuTests.run(settings.home(),
                devices.askedLibraries().orElseThrow(),
                settings.output().resolve("gpu-tests.log").toAbsolutePath(), seconds - RESERVE));
        for (int workers : GoldenSteps.WORKERS) {
            GoldenSteps.MODELS.forEach(model -> add("Ten steps, " + model + ", workers: " + workers, 15, 300,
                    seconds -> measure.steps(settings.home().resolve("golden"), model, workers)));
        }
    }

    private void addSizes() {
        for (String workers : List.of("128", "512", "1024")) {
            MODELS.forEach(model -> add("Size, " + model + ", " + workers + " workers", 20, 180,
                    seconds -> measure.size(model, workers)));
        }
        MODELS.forEach(model -> add("Size, " + model + ", as many workers as fit", 40, 300,
                seconds -> measure.largest(model)));
    }

    private void addTrainings() {
        for (String model : WITH_CONVOLUTIONS) {
            add("Sweep with a kill, " + model, 60, 600, seconds -> GpuSweep.onCifar(Main.class, settings.data(),
                    settings.output(), settings.index(), settings.precision(), model).run(seconds));
        }
        add("200 steps on CIFAR-10 beside the CPU", 60, 600,
                seconds -> measure.realTraining(settings.data(), 200, this::read));
    }

    private DataSet read(Task task) {
        return DataSource.choose(task, settings.data().toString(), settings.data(), false).open(console);
    }

    private Part selfTest(String precision) {
        List<CudaSelfTest.Row> rows = devices.selfTest(settings.index(), precision);
        boolean fine = rows.stream().allMatch(CudaSelfTest.Row::ok);
        Part part = GpuMeasurements.part(fine ? "Every primitive beside the reference device, relative."
                : "A primitive is WRONG.", GpuCommand.selfTest(), rows);
        return new Part(part.text(), part.values(), !fine);
    }

    private Part variants(String model, double seconds) throws IOException {
        GpuVariants variants = settings.variants("gpu-variants-" + model, console.err()::println, () -> false);
        variants.measure(settings.run(model), seconds - RESERVE);
        return GpuMeasurements.part("Ring of " + settings.workers() + " workers, batch 16, precision "
                + settings.precision() + "; ratio to the median of the baselines. What lies between the fastest and the"
                + " slowest baseline is no difference.", GpuVariants.listing(), variants.rows());
    }
}
