package dev.gossamer.cli.command;

import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.bench.Bench;
import dev.gossamer.bench.BenchFile;
import dev.gossamer.bench.BenchListing;
import dev.gossamer.bench.BenchRow;
import dev.gossamer.bench.PreparationText;
import dev.gossamer.bench.peer.PeerList;
import dev.gossamer.bench.peer.PeerModes;
import dev.gossamer.bench.peer.Peers;
import dev.gossamer.catalogue.Key;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.cli.option.CommandLineOptions;
import dev.gossamer.cli.option.NumberOption;
import dev.gossamer.cli.option.OutputFormat;
import dev.gossamer.cli.option.PathOption;
import dev.gossamer.cli.option.UsageException;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Keys;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Task;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.RunEnvironment;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Dl4j;
import dev.gossamer.placement.Placement;
import dev.gossamer.placement.Stacked;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;

/** {@code bench}: how fast the engines train, beside each other, PyTorch and the machine's limits. */
public final class BenchCommand extends OptionsCommand {

    private static final String PEER = "peer";
    private static final String PEER_MODE = "peer-mode";
    private static final String CPU = "cpu";
    private static final String CUDA = "cuda";
    private static final String OUTPUT = "output";
    private static final String OPERATIONS = "operations";

    /** What is measured where nothing else is said. */
    private static final Map<Key<?>, String> STANDARD = standard();

    private static Map<Key<?>, String> standard() {
        Map<Key<?>, String> standard = Keys.map(Map.of(
                Network.MODEL, "vgg-11,resnet-20,mlp",
                Gossip.WORKERS, "8",
                Placement.ENGINE, "stacked,dl4j",
                Network.WIDTH, "1",
                Optimization.BATCH_SIZE, "16",
                Optimization.EMA, "0",
                Optimization.STEPS, "20",
                Placement.DEVICE, CPU,
                Placement.PRECISION, "tf32",
                Placement.THREADS, "0"));
        standard.put(Algorithms.KEY, Algorithms.KEY.standard());
        Algorithms.CATALOGUE.keys().forEach(key -> standard.put(key, key.standard()));
        return standard;
    }

    /** Topologies to measure on: the first one that the algorithm can do with. */
    private static final List<String> TOPOLOGIES = List.of("ring", "ring+lazy", "binary-tree");

    private static final String EXPLANATION = """

            % of sgemm: arithmetic of the convolutions and matrix products, forward and backward, over the duration of
            the whole step, as a share of OpenBLAS's rate at 2048 x 2048 x 2048 with all threads just after.
            update % of copy: reading and writing once what the algorithm needs, of SGD parameters, gradients and
            momenta, over the duration of its update and mixing, as a share of the bandwidth of copying 256 MiB; above
            100 where caches help. On a GPU, both are its own, measured with cuBLAS (8192 x 8192, in FP32 with precision
            fp32, in TF32 with tf32 and bf16, also for layers whose products are in another precision) and copies within
            it.
            A peer is PyTorch, in a process of its own, on ready-made images. On a CPU it trains one replica after
            another (loop), one on each thread (threads), all as one network whose convolutions have groups (grouped,
            libtorch's) or in one program (vmap, Python's of PyTorch 2), with channels last or not, each replica updated
            right after its gradients, by the fused optimizer where there is one, mixed by a dense or sparse matrix,
            whichever is faster. Before the first round short trials of 3 steps, 5 s at most, find what is fastest:
            every mode with run.sh's settings of malloc, and all but those with threads with one arena for all threads
            too, then the two fastest modes the other way. With bf16, peers train both in fp32 and in bf16 by autocast.
            The ratio is to the best peer of a row. On a GPU it trains in the given modes: loop, all in one program
            (vmap), that in a CUDA graph (graph), or on CUDA streams within one graph, channels last, with compiled or
            fused update (streams). A lead on a GPU is one over all of them. Of several peers, one that fails is
            reported and left out.
            """;

    private static final List<Key<?>> LISTS = List.of(Network.MODEL, Gossip.WORKERS, Algorithms.KEY, Placement.ENGINE);

    private final Path standardOutput;
    private final EngineFactory engines;

    /**
     * @param output file where none is given
     * @param engines makes the engines that are measured
     * @param console where progress and results go
     */
    public BenchCommand(Path output, EngineFactory engines, Console console) {
        super(console);
        this.standardOutput = output;
        this.engines = engines;
    }

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public String summary() {
        return "how fast the engines train, beside PyTorch and the limits of this machine";
    }

    @Override
    CommandLineOptions options() {
        CommandLineOptions options = new CommandLineOptions("bench [options]",
                "Measures " + summary() + ":\nimages of noise, on a ring, or on ring+lazy or binary-tree where the algorithm needs that; they take"
                        + " turns."
                        + " Prints median and range over the rounds.");
        STANDARD.forEach((key, standard) -> {
            String meaning = key.meaning() + " (" + standard + "): " + key.allowed();
            if (LISTS.contains(key)) {
                options.list(key.toString(), "VALUE", meaning);
            } else {
                options.value(key.toString(), "VALUE", meaning);
            }
        });
        options.value(Placement.DEVICES.toString(), "VALUE", Placement.DEVICES.meaning() + " (0): "
                + Placement.DEVICES.allowed());
        NumberOption.ROUNDS.addTo(options,
                "number of rounds, each with every model, number of workers, algorithm and engine, and every peer, once");
        options.list(PEER, "NAME", "what to measure beside: " + PeerList.allowed());
        options.list(PEER_MODE, "MODE", "how peers train (on a CPU all, on a GPU loop), the fastest of those that each has: "
                + "all, on a CPU " + String.join(", ", PeerModes.of(false)) + ", on a GPU "
                + String.join(", ", PeerModes.of(true)) + ", of which streams is the best");
        options.flag(OPERATIONS, "also prints what a step of the stacked engine on the CPU consists of, beside the least"
                + " that each operation could take");
        options.value(OUTPUT, "FILE", "everything measured, replaced where it exists (" + standardOutput + ")");
        OutputFormat.addTo(options);
        return options;
    }

    @Override
    String explanation() {
        return EXPLANATION;
    }

    @Override
    int run(CommandLine line, List<String> arguments) throws IOException {
        OutputFormat format = OutputFormat.of(line);
        int rounds = (int) NumberOption.ROUNDS.wholeNumber(line);
        List<List<RunConfiguration>> cases = cases(line);
        if (line.hasOption(OPERATIONS)) {
            checkOperations(cases);
        }
        Path output = output(line);
        Peers peers = peers(line);
        Bench bench = new Bench(engines, peers, rounds, console().err()::println);
        cases.forEach(runs -> runs.forEach(bench::check));
        cases.forEach(runs -> runs.forEach(engines::open));
        List<BenchRow> rows = bench.measure(cases);
        console().out().print(format.print(BenchListing.of(!peers.isEmpty()), rows));
        rows.forEach(this::printPreparation);
        if (line.hasOption(OPERATIONS)) {
            rows.forEach(this::printOperations);
        }
        String command = "./run.sh bench " + String.join(" ", arguments);
        Map<String, Object> environment = RunEnvironment.of(command.strip());
        if (!peers.isEmpty()) {
            environment.put("peers", peers.versions());
        }
        BenchFile.write(output, environment, rows);
        console().err().println("Everything measured: " + output);
        return ExitCode.DONE;
    }

    private static void checkOperations(List<List<RunConfiguration>> cases) {
        if (cases.stream().flatMap(List::stream).map(RunConfiguration::placement)
                .noneMatch(placement -> !(placement.engine() instanceof Dl4j) && placement.device().equals(CPU))) {
            throw new UsageException("operations needs the engine stacked on the device cpu, which is not measured here");
        }
    }

    /** Not among the results, which a program may read. */
    private void printPreparation(BenchRow row) {
        row.preparation().ifPresent(preparation -> console().err()
                .print("\n" + row.run().network().model().form() + ", "
                + row.run().gossip().workers() + " workers\n" + PreparationText.of(preparation, row.estimatedBytes())));
    }

    /** Not among the results either. */
    private void printOperations(BenchRow row) {
        RunConfiguration run = row.run();
        Bench.operations(engines, run).ifPresent(table -> console().err()
                .print("\n" + run.network().model().form() + ", " + run.placement().engine().form() + "\n" + table));
    }

    private Peers peers(CommandLine line) {
        boolean gpu = text(line, Placement.DEVICE).equals(CUDA);
        List<String> modes = list(line.getOptionValue(PEER_MODE, gpu ? "loop" : PeerModes.ALL));
        List<String> allowed = PeerModes.of(gpu);
        modes.stream().filter(mode -> !mode.equals(PeerModes.ALL) && !allowed.contains(mode)).findFirst()
                .ifPresent(mode -> {
                    throw new UsageException("peer-mode must be of all, " + String.join(", ", allowed) + ", got "
                            + Shown.value(mode));
                });
        if (!line.hasOption(PEER)) {
            if (line.hasOption(PEER_MODE)) {
                throw new UsageException("peer-mode needs peer, which says what is measured beside");
            }
            return Peers.none();
        }
        String device = gpu ? CUDA + ":" + text(line, Placement.DEVICES) : CPU;
        Path home = Path.of(System.getProperty("gossamer.home", ""));
        return new Peers(PeerList.open(list(line.getOptionValue(PEER)), device, home, console().err()::println), modes);
    }

    private Path output(CommandLine line) throws IOException {
        Path output = PathOption.of(OUTPUT, line.getOptionValue(OUTPUT, standardOutput.toString())).toAbsolutePath();
        if (Files.isDirectory(output)) {
            throw new UsageException("output must be a file, got the folder " + output);
        }
        Files.createDirectories(output.getParent());
        return output;
    }

    /** For each model, number of workers and algorithm, the runs that take turns: one for each engine. */
    private static List<List<RunConfiguration>> cases(CommandLine line) {
        List<List<RunConfiguration>> cases = new ArrayList<>();
        for (String model : values(line, Network.MODEL)) {
            for (String workers : values(line, Gossip.WORKERS)) {
                for (String algorithm : values(line, Algorithms.KEY)) {
                    Map<Key<?>, String> texts = texts(line, model, workers, algorithm);
                    cases.add(values(line, Placement.ENGINE).stream().map(engine -> run(texts, engine)).toList());
                }
            }
        }
        return cases;
    }

    private static Map<Key<?>, String> texts(CommandLine line, String model, String workers, String algorithm) {
        Map<Key<?>, String> texts = Keys.map();
        STANDARD.keySet().forEach(key -> texts.put(key, text(line, key)));
        if (texts.get(Placement.DEVICE).equals("auto")) {
            throw new UsageException("device must be cpu or cuda for bench, got \"auto\"");
        }
        texts.put(Placement.DEVICES, text(line, Placement.DEVICES));
        texts.put(Network.MODEL, model);
        texts.put(Gossip.WORKERS, workers);
        texts.put(Algorithms.KEY, algorithm);
        texts.put(Placement.ENGINE, Stacked.NAME);
        boolean grey = model.equals("mlp") || model.equals("linear");
        texts.put(Task.KEY, grey ? "fashion-mnist" : "cifar-10");
        texts.put(Gossip.TOPOLOGY, workers.matches("0*1") ? "solo" : TOPOLOGIES.stream()
                .filter(topology -> isFit(texts, topology)).findFirst().orElse(TOPOLOGIES.get(0)));
        return texts;
    }

    private static boolean isFit(Map<Key<?>, String> texts, String topology) {
        RunConfiguration run = run(texts, Gossip.TOPOLOGY, topology);
        try {
            run.optimization().algorithm().check(run.gossip()::scheme);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static RunConfiguration run(Map<Key<?>, String> texts, String engine) {
        return run(texts, Placement.ENGINE, engine);
    }

    private static RunConfiguration run(Map<Key<?>, String> texts, Key<?> key, String text) {
        Map<Key<?>, String> all = Keys.map(texts);
        all.put(key, text);
        return RunConfiguration.of(all);
    }

    private static List<String> values(CommandLine line, Key<?> key) {
        return list(text(line, key));
    }

    private static List<String> list(String text) {
        return List.of(text.split(",", -1)).stream().map(String::strip).distinct().toList();
    }

    private static String text(CommandLine line, Key<?> key) {
        boolean gpu = line.getOptionValue(Placement.DEVICE.toString(), CPU).equals(CUDA);
        String standard = key == Placement.ENGINE && gpu ? Stacked.NAME : STANDARD.getOrDefault(key, key.standard());
        return line.getOptionValue(key.toString(), standard);
    }
}
