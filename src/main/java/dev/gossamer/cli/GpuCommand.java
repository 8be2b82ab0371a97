package dev.gossamer.cli;

import dev.gossamer.bench.TorchPeer;
import dev.gossamer.engine.gpu.CudaLibraries;
import dev.gossamer.engine.gpu.CudaLibrary;
import dev.gossamer.engine.gpu.Gpu;
import dev.gossamer.engine.gpu.Route;
import dev.gossamer.engine.stacked.cuda.CudaSelfTest;
import dev.gossamer.experiment.Key;
import dev.gossamer.experiment.RunConfiguration;
import dev.gossamer.report.Listing;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;

/** {@code gpu}: which GPUs there are, what trains on one, and whether it computes what it should. */
final class GpuCommand extends OptionsCommand {

    private static final String DEVICES = "devices";
    private static final String FULL = "full";
    private static final String OUTPUT = "output";
    private static final String PEER = "peer";
    private static final String DATA = "data";
    private static final String PARTS = "parts";
    private static final List<String> MODELS = List.of("vgg-11", "resnet-20");

    private final Path home;
    private final Devices devices;

    /**
     * @param home holds {@code datasets} and {@code runs}
     * @param devices where to look
     * @param console where results go
     */
    GpuCommand(Path home, Devices devices, Console console) {
        super(console);
        this.home = home;
        this.devices = devices;
    }

    @Override
    public String name() {
        return "gpu";
    }

    @Override
    public String summary() {
        return "the GPU, its libraries and a self-test; --full measures it";
    }

    @Override
    CommandLineOptions options() {
        return new CommandLineOptions("gpu [options]",
                "Prints the GPUs of this machine, the CUDA libraries, what would train and why, and compares every\n"
                        + "primitive on the GPU with the reference. Exit code 1 and one line where no GPU is usable.")
                .value(DEVICES, "NUMBER", "which GPU, as nvidia-smi counts (0)")
                .value(Key.PRECISION.toString(), "VALUE", Key.PRECISION.meaning() + " (tf32): " + Key.PRECISION.allowed())
                .flag(FULL, "also runs the tests for GPUs, compares training with the CPU, measures speed and sizes")
                .value(OUTPUT, "DIR", "where --full writes gpu-report.md and gpu-report.json (" + home.resolve("runs")
                        + ")")
                .value(PEER, "PYTHON", "with --full: a Python with PyTorch, to measure beside (python3)")
                .value(PARTS, "WORDS", "with --full: only the parts whose titles have one of these words, for example"
                        + " self-test,size")
                .value(DATA, "DIR", "with --full: where CIFAR-10 is (" + home.resolve("datasets") + ")");
    }

    @Override
    int run(CommandLine line, List<String> arguments) throws IOException {
        RunConfiguration given = RunConfiguration.of(Map.of(
                Key.DEVICES, line.getOptionValue(DEVICES, Key.DEVICES.standard()),
                Key.PRECISION, line.getOptionValue(Key.PRECISION.toString(), Key.PRECISION.standard())));
        int index = given.devices();
        String precision = given.precision();
        Route route = devices.route(index);
        Optional<Gpu> gpu = route.gpu();
        gpu.ifPresent(card -> print(card, route));
        if (route.kind() == Route.Kind.CPU) {
            console().err().println("error: " + route.reason());
            return ExitCode.FAILED;
        }
        if (route.kind() == Route.Kind.ND4J_CUDA) {
            console().out().println("Self-test and --full are of CUDA 13 only.");
            return ExitCode.DONE;
        }
        if (line.hasOption(FULL)) {
            return full(index, line, "./run.sh gpu " + String.join(" ", arguments));
        }
        List<CudaSelfTest.Row> rows = devices.selfTest(index, precision);
        console().out().print(selfTest().table(rows));
        return rows.stream().allMatch(CudaSelfTest.Row::ok) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private int full(int index, CommandLine line, String command) throws IOException {
        Path output = PathOption.of(OUTPUT, line.getOptionValue(OUTPUT, home.resolve("runs").toString()));
        Path data = PathOption.of(DATA, line.getOptionValue(DATA, home.resolve("datasets").toString()));
        Map<String, Object> environment = RunEnvironment.of(command.strip());
        environment.putAll(devices.environment(
                RunConfiguration.of(Map.of(Key.DEVICE, "cuda", Key.DEVICES, Integer.toString(index)))));
        GpuMeasurements measure = new GpuMeasurements(
                new Engines(console().err()::println, devices), index, console().err()::println);
        GpuReport report = new GpuReport(
                output, environment, title -> isWanted(title, line.getOptionValue(PARTS, "")), console().err()::println);
        for (String precision : RunConfiguration.PRECISIONS) {
            report.add("Self-test, " + precision, () -> selfTestPart(index, precision));
        }
        report.add("Tests", () -> GpuTests.run(home, devices.askedLibraries().orElseThrow(),
                output.resolve("gpu-tests.log").toAbsolutePath()));
        for (String model : List.of("vgg-11", "resnet-20", "mlp")) {
            report.add("Ten steps beside the CPU, " + model, () -> measure.steps(model, 10, "4"));
        }
        report.add("200 steps on CIFAR-10 beside the CPU", () -> measure.realTraining(data, 200, console()));
        for (String model : MODELS) {
            addSpeeds(report, measure, model, line.getOptionValue(PEER, "python3"));
        }
        report.add("Not measured", () -> new GpuReport.Part(
                "A full cifar-ring-32, several GPUs, and every other card than this one.", Map.of()));
        console().out().println(report.file());
        return report.hasFailures() ? ExitCode.FAILED : ExitCode.DONE;
    }

    private static void addSpeeds(GpuReport report, GpuMeasurements measure, String model, String python) {
        report.add("Speed, " + model, () -> measure.speed(model, Optional.empty()));
        for (String mode : TorchPeer.MODES) {
            report.add("Speed, " + model + ", beside PyTorch, mode " + mode,
                    () -> measure.speedBeside(model, python, mode));
        }
        for (String workers : List.of("32", "128", "512")) {
            report.add("Size, " + model + ", " + workers + " workers", () -> measure.size(model, workers));
        }
        report.add("Size, " + model + ", as many workers as fit", () -> measure.largest(model));
    }

    private GpuReport.Part selfTestPart(int index, String precision) {
        List<CudaSelfTest.Row> rows = devices.selfTest(index, precision);
        if (!rows.stream().allMatch(CudaSelfTest.Row::ok)) {
            throw new IllegalStateException("a primitive is wrong:\n```\n" + selfTest().table(rows) + "```");
        }
        return GpuMeasurements.part("Every primitive beside the reference device, relative.", selfTest(), rows);
    }

    private static boolean isWanted(String title, String words) {
        return Stream.of(words.split(","))
                .anyMatch(word -> title.toLowerCase(Locale.ROOT).contains(word.strip().toLowerCase(Locale.ROOT)));
    }

    private void print(Gpu chosen, Route route) {
        PrintStream out = console().out();
        devices.gpus().list().forEach(out::println);
        out.println("Route: " + switch (route.kind()) {
            case CUDA13 -> "CUDA 13, on GPU " + chosen.index();
            case ND4J_CUDA -> "ND4J's CUDA backend: " + route.reason();
            case CPU -> "none, the CPU trains";
        });
        devices.askedLibraries().ifPresent(this::print);
    }

    private void print(CudaLibraries libraries) {
        console().out().print(libraries().table(libraries.found()));
        libraries.missing().forEach(name -> console().out().println(name + " is missing"));
    }

    private static Listing<CudaLibrary> libraries() {
        return new Listing<CudaLibrary>()
                .text("library", "library", CudaLibrary::name)
                .text("version", "version", CudaLibrary::version)
                .text("file", "file", CudaLibrary::place);
    }

    private static Listing<CudaSelfTest.Row> selfTest() {
        return new Listing<CudaSelfTest.Row>()
                .text("primitive", "primitive", CudaSelfTest.Row::primitive)
                .number("deviation", "largest deviation", CudaSelfTest.Row::deviation, GpuCommand::scientific)
                .number("allowed", "allowed", CudaSelfTest.Row::allowed, GpuCommand::scientific)
                .number("cosine", "least cosine", CudaSelfTest.Row::cosine,
                        value -> String.format(Locale.ROOT, "%.6f", (Double) value))
                .text("ok", "", row -> row.ok() ? "ok" : "WRONG")
                .text("note", "ways taken", CudaSelfTest.Row::note);
    }

    private static String scientific(Object value) {
        return String.format(Locale.ROOT, "%.1e", (Double) value);
    }
}
