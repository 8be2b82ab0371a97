package dev.gossamer.cli.command;

import dev.gossamer.bench.gpu.GpuFull;
import dev.gossamer.bench.gpu.GpuMeasurements;
import dev.gossamer.bench.gpu.GpuPart;
import dev.gossamer.bench.gpu.GpuReport;
import dev.gossamer.bench.gpu.GpuVariants;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.console.Interruption;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.NumberOption;
import dev.gossamer.cli.option.PathOption;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.engine.stacked.cuda.CudaSelfTest;
import dev.gossamer.experiment.Engines;
import dev.gossamer.experiment.RunEnvironment;
import dev.gossamer.machine.CudaLibraries;
import dev.gossamer.machine.CudaLibrary;
import dev.gossamer.machine.Gpu;
import dev.gossamer.machine.Route;
import dev.gossamer.placement.Devices;
import dev.gossamer.placement.Placement;
import dev.gossamer.record.FolderLock;
import dev.gossamer.record.RecordException;
import dev.gossamer.report.table.Listing;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;

/** {@code gpu}: which GPUs there are, what trains on one, and whether it computes what it should. */
public final class GpuCommand extends OptionsCommand {

    private static final String DEVICES = "devices";
    private static final String PRECISION = "precision";
    private static final String FULL = "full";
    private static final String VARIANTS = "variants";
    private static final String WAYS = "ways";
    private static final String PARTS = "parts";
    private static final String OUTPUT = "output";
    private static final String PEER = "peer";
    private static final String DATA = "data";
    private static final String MODEL = "model";
    private static final String WORKERS = "workers";
    private static final String STEPS = "steps";
    /** Words that parts have in common. */
    private static final String GROUPS =
            "self-test, tests, ten-steps, speed, pytorch, variants, size, sweep or cifar-10";

    private static final String EXPLANATION = """

            --full carries out its parts in the order of their worth, each in a process of its own with a time limit of
            its own, and writes gpu-report.md and gpu-report.json anew after each. With --minutes it ends in time, and
            says with which command to go on. What the processes print is in gpu-parts/, beside the report. --parts adds
            to the report that is there; words are self-test, tests, ten-steps, speed, pytorch, variants, size, sweep,
            cifar-10, and names of models.
            --variants times training steps, three rounds of each value, and the environment's own first, last and in
            between; what lies within the range of these is no difference. It writes gpu-variants.csv and
            gpu-variants.json.
            """;

    private final Path home;
    private final Devices devices;
    /** When this program began, but for the start of Java: driver and libraries are looked for later. */
    private final long begin = System.nanoTime();

    /**
     * @param home holds {@code datasets} and {@code runs}
     * @param devices where to look
     * @param console where results go
     */
    public GpuCommand(Path home, Devices devices, Console console) {
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
        return "the GPU, its libraries and a self-test; --full and --variants measure it";
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("gpu [options]",
                "Prints the GPUs of this machine, the CUDA libraries, what would train and why, and compares every\n"
                        + "primitive on the GPU with the reference. Exit code 1 and one line where no GPU is usable.")
                .value(DEVICES, "NUMBER", "which GPU, as nvidia-smi counts (0)")
                .value(PRECISION, "VALUE", Placement.PRECISION.meaning() + " (tf32): " + Placement.PRECISION.allowed())
                .flag(FULL, "checks and measures all: training beside the CPU, PyTorch, variants, sizes, a sweep")
                .flag(WAYS, "also prints, for each convolution of the models, the way that was taken and the time or"
                        + " refusal of each other, whether the step is a CUDA graph, and the memory beside the"
                        + " estimate")
                .flag(VARIANTS, "times every value of the switches GOSSAMER_CUDA_... beside those of the environment");
        NumberOption.MINUTES.addTo(options,
                "with --full or --variants: most minutes in all, such as 8 or 0.5 (no limit)");
        return options
                .list(PARTS, "WORD", "with --full: only the parts whose titles have one of these words, see below")
                .value(OUTPUT, "DIR", "with --full or --variants: where the report or table is written ("
                        + home.resolve("runs") + ")")
                .value(PEER, "PYTHON", "with --full: a Python with PyTorch, to measure beside (python3)")
                .value(DATA, "DIR", "with --full: where CIFAR-10 is (" + home.resolve("datasets") + ")")
                .list(MODEL, "VALUE", "with --variants or --ways: " + String.join(", ", GpuParts.MODELS) + " (all)")
                .value(WORKERS, "NUMBER", "with --variants or --ways: number of workers (32)")
                .value(STEPS, "NUMBER", "with --variants: steps of a round, of which there are three (20)");
    }

    @Override
    String explanation() {
        return EXPLANATION;
    }

    @Override
    int run(CommandLine line, List<String> arguments) throws IOException {
        GpuSettings settings = settings(line, arguments);
        List<GpuPart> parts = wanted(settings);
        Route route = devices.route(settings.index());
        Optional<Gpu> gpu = route.gpu();
        gpu.ifPresent(card -> print(card, route));
        if (route.kind() == Route.Kind.CPU) {
            console().err().println("error: " + route.reason());
            return ExitCode.FAILED;
        }
        if (route.kind() == Route.Kind.ND4J_CUDA) {
            console().out().println("Self-test, --full and --variants are of CUDA 13 only.");
            return ExitCode.DONE;
        }
        if (line.hasOption(FULL)) {
            FolderLock lock = lock(settings);
            try (lock) {
                return full(settings, parts);
            }
        }
        if (line.hasOption(VARIANTS)) {
            FolderLock lock = lock(settings);
            try (lock) {
                return variants(settings);
            }
        }
        List<CudaSelfTest.Row> rows = devices.selfTest(settings.index(), settings.precision());
        console().out().print(selfTest().table(rows));
        if (line.hasOption(WAYS)) {
            printWays(settings);
        }
        return rows.stream().allMatch(CudaSelfTest.Row::ok) ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Two processes would take turns to replace each other's report. */
    private static FolderLock lock(GpuSettings settings) throws IOException {
        return FolderLock.take(Files.createDirectories(settings.parts())).orElseThrow(() -> new RecordException(
                "the folder " + settings.output() + " is in use by another process; wait for it, stop it, or give"
                        + " another --output"));
    }

    private void printWays(GpuSettings settings) {
        GpuMeasurements measure = new GpuMeasurements(new Engines(console().err()::println, devices), settings.index(),
                settings.precision(), SlimPackage::program, console().err()::println);
        settings.models().forEach(model -> console().out().print("\n" + model + ", " + settings.workers()
                + " workers, batch 16\n" + measure.preparation(model, settings.workers())));
    }

    /** All parts, with these options. */
    public List<GpuPart> parts(List<String> arguments) {
        return new GpuParts(settings(options().parse(arguments), arguments), devices, console()).all();
    }

    /** The part that a process of its own carries out. */
    public GpuPart part(String id, List<String> arguments) {
        return new GpuParts(settings(options().parse(arguments), arguments), devices, console()).find(id);
    }

    private GpuSettings settings(CommandLine line, List<String> arguments) {
        rejectWithout(line, List.of(FULL), List.of(PARTS, PEER, DATA));
        rejectWithout(line, List.of(VARIANTS), List.of(STEPS));
        rejectWithout(line, List.of(VARIANTS, WAYS), List.of(MODEL, WORKERS));
        rejectWithout(line, List.of(FULL, VARIANTS), List.of(OUTPUT, NumberOption.MINUTES.toString()));
        if (line.hasOption(FULL) && line.hasOption(VARIANTS)) {
            throw new UsageException("--full has the variants among its parts; give --full or --variants");
        }
        if (line.hasOption(WAYS) && (line.hasOption(FULL) || line.hasOption(VARIANTS))) {
            throw new UsageException("--ways is of gpu alone; --full prints the ways of what it times");
        }
        RunConfiguration given = RunConfiguration.of(Map.of(
                Placement.DEVICES, line.getOptionValue(DEVICES, Placement.DEVICES.standard()),
                Placement.PRECISION, line.getOptionValue(PRECISION, Placement.PRECISION.standard()),
                Gossip.WORKERS, line.getOptionValue(WORKERS, Gossip.WORKERS.standard()),
                Gossip.TOPOLOGY, "solo",
                Optimization.STEPS, line.getOptionValue(STEPS, "20")));
        double seconds = NumberOption.MINUTES.isGiven(line)
                ? 60 * NumberOption.MINUTES.number(line) : Double.POSITIVE_INFINITY;
        return new GpuSettings(home, given.placement().gpu(), given.placement().precision(),
                PathOption.of(OUTPUT, line.getOptionValue(OUTPUT, home.resolve("runs").toString())),
                PathOption.of(DATA, line.getOptionValue(DATA, home.resolve("datasets").toString())),
                line.getOptionValue(PEER, "python3"), models(line), Integer.toString(given.gossip().workers()),
                Long.toString(given.steps(0)), devices.switches(), words(line), seconds, arguments);
    }

    private static void rejectWithout(CommandLine line, List<String> one, List<String> options) {
        boolean fine = one.stream().anyMatch(line::hasOption);
        options.stream().filter(option -> !fine && line.hasOption(option)).findFirst().ifPresent(option -> {
            throw new UsageException("--" + option + " is of gpu --" + String.join(" and gpu --", one));
        });
    }

    private static List<String> models(CommandLine line) {
        List<String> models = list(line, MODEL, String.join(",", GpuParts.MODELS));
        models.stream().filter(model -> !GpuParts.MODELS.contains(model)).findFirst().ifPresent(model -> {
            throw new UsageException("model must be one or more of " + String.join(", ", GpuParts.MODELS) + ", got "
                    + Shown.value(model));
        });
        return models;
    }

    private static List<String> words(CommandLine line) {
        return line.hasOption(PARTS) ? list(line, PARTS, "") : List.of();
    }

    private static List<String> list(CommandLine line, String option, String standard) {
        return Stream.of(line.getOptionValue(option, standard).split(",", -1)).map(String::strip).distinct().toList();
    }

    /** The parts that have one of the words in their titles. */
    private List<GpuPart> wanted(GpuSettings settings) {
        List<GpuPart> all = new GpuParts(settings, devices, console()).all();
        if (settings.words().isEmpty()) {
            return all;
        }
        for (String word : settings.words()) {
            if (!GpuPart.id(word).matches(".*[a-z0-9].*") || all.stream().noneMatch(part -> part.isMeant(word))) {
                throw new UsageException("parts must be words of titles of parts, such as " + GROUPS + ", got "
                        + Shown.value(word));
            }
        }
        return all.stream().filter(part -> settings.words().stream().anyMatch(part::isMeant)).toList();
    }

    private int full(GpuSettings settings, List<GpuPart> parts) throws IOException {
        Map<String, Object> environment = RunEnvironment.of("./run.sh gpu " + words(settings.arguments()));
        environment.putAll(devices.environment(RunConfiguration.of(Map.of(Placement.DEVICE, "cuda",
                Placement.DEVICES, Integer.toString(settings.index()), Placement.PRECISION, settings.precision()))
                .placement()));
        List<GpuPart> all = new GpuParts(settings, devices, console()).all();
        List<String> order = all.stream().map(GpuPart::title).toList();
        GpuReport report = settings.words().isEmpty()
                ? GpuReport.anew(settings.output(), environment, order)
                : GpuReport.adding(settings.output(), environment, order);
        List<GpuPart> later = all.stream()
                .filter(part -> report.notDone().contains(part.title()) && !parts.stream().map(GpuPart::id).toList()
                .contains(part.id())).toList();
        try (Interruption interruption = Interruption.install(console())) {
            boolean fine = new GpuFull(report, environment, settings.parts(), later,
                    (part, file, seconds) -> GpuChild.command(part.id(), file, seconds, settings.arguments()),
                    rest -> goOn(settings, rest), console().err()::println, interruption, begin)
                    .run(parts, settings.seconds());
            console().out().println(report.file());
            return interruption.getAsBoolean() ? ExitCode.INTERRUPTED : fine ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    private int variants(GpuSettings settings) throws IOException {
        Files.createDirectories(settings.output());
        try (Interruption interruption = Interruption.install(console())) {
            GpuVariants variants = settings.variants("gpu-variants", console().err()::println, interruption);
            for (int i = 0; i < settings.models().size() && !interruption.getAsBoolean(); i++) {
                double left = settings.seconds() - (System.nanoTime() - begin) * 1e-9;
                variants.measure(settings.run(settings.models().get(i)), left / (settings.models().size() - i));
            }
            console().out().print(GpuVariants.listing().table(variants.rows()));
            console().out().println(settings.output().resolve("gpu-variants.json"));
            return interruption.getAsBoolean() ? ExitCode.INTERRUPTED
                    : variants.hasFailures() ? ExitCode.FAILED : ExitCode.DONE;
        }
    }

    /** The command for some parts, with all other options as they were. */
    private static String goOn(GpuSettings settings, List<GpuPart> rest) {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < settings.arguments().size(); i++) {
            String argument = settings.arguments().get(i);
            if (argument.equals("--" + PARTS)) {
                i++;
            } else if (!argument.startsWith("--" + PARTS + "=")) {
                arguments.add(argument);
            }
        }
        arguments.addAll(List.of("--" + PARTS, String.join(",", rest.stream().map(GpuPart::id).toList())));
        return "./run.sh gpu " + words(arguments);
    }

    /** Arguments as a shell takes them. */
    private static String words(List<String> arguments) {
        return String.join(" ", arguments.stream()
                .map(word -> word.matches("[\\w./,:=+@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
                .toList());
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

    static Listing<CudaSelfTest.Row> selfTest() {
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
