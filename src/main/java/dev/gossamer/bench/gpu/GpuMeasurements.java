package dev.gossamer.bench.gpu;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.bench.Bench;
import dev.gossamer.bench.BenchListing;
import dev.gossamer.bench.BenchRow;
import dev.gossamer.bench.DeviceComparison;
import dev.gossamer.bench.GoldenSteps;
import dev.gossamer.bench.PreparationText;
import dev.gossamer.bench.StepDurations;
import dev.gossamer.bench.gpu.GpuReport.LeftOut;
import dev.gossamer.bench.gpu.GpuReport.Part;
import dev.gossamer.bench.peer.PeerRates;
import dev.gossamer.bench.peer.Peers;
import dev.gossamer.bench.peer.TorchPeer;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Keys;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Inventory;
import dev.gossamer.data.PublishedTask;
import dev.gossamer.data.Task;
import dev.gossamer.engine.host.NativeBackend;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.model.Network;
import dev.gossamer.placement.Placement;
import dev.gossamer.report.table.Listing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What {@code gpu --full} measures, as parts of its report. */
public final class GpuMeasurements {

    private static final String STACKED = "stacked";
    private static final String WORKERS = "32";
    private static final String MOST_WORKERS = "4096";
    private static final int ROUNDS = 3;
    private static final int MOST_FAILURES = 12;

    private final EngineFactory engines;
    private final int index;
    private final String precision;
    private final Supplier<Map<String, String>> program;
    private final Consumer<String> progress;
    private final Map<String, TorchPeer> peers = new HashMap<>(); // by their Python

    /** How near a precision's steps are. */
    private record Step(String precision, GoldenSteps.Row row) {}

    /** A training on both devices. */
    private record Compared(String model, String precision, DeviceComparison comparison) {}

    /**
     * @param engines makes engines on GPU and CPU
     * @param index number of the GPU
     * @param precision of what is timed
     * @param program the program and the machine, as golden files name them
     * @param progress is told of each measurement
     */
    public GpuMeasurements(EngineFactory engines, int index, String precision,
            Supplier<Map<String, String>> program, Consumer<String> progress) {
        this.engines = engines;
        this.index = index;
        this.precision = precision;
        this.program = program;
        this.progress = progress;
    }

    private RunConfiguration run(Map<Key<?>, String> changes) {
        Map<Key<?>, String> texts = Keys.map();
        texts.putAll(Map.of(Placement.DEVICE, "cuda", Placement.DEVICES, Integer.toString(index), Placement.ENGINE,
                STACKED,
                Gossip.WORKERS, WORKERS, Optimization.EMA, "0", Placement.PRECISION, precision));
        texts.putAll(changes);
        texts.putIfAbsent(Task.KEY, texts.get(Network.MODEL).equals("mlp") ? "fashion-mnist" : "cifar-10");
        texts.put(Gossip.TOPOLOGY, texts.get(Gossip.WORKERS).equals("1") ? "solo" : "ring");
        return RunConfiguration.of(texts);
    }

    private DeviceComparison compare(Map<Key<?>, String> changes, DataSet data) {
        Map<Key<?>, String> onHost = new HashMap<>(changes);
        onHost.put(Placement.DEVICE, "cpu");
        return DeviceComparison.of(engines, run(changes), run(onHost), data);
    }

    /**
     * Training steps on the GPU, for every precision, beside those of a golden file, or of the CPU where there is none.
     *
     * @param golden folder of the files
     * @throws IOException if a file cannot be read
     */
    public Part steps(Path golden, String model, int workers) throws IOException {
        GoldenSteps expected = GoldenSteps.read(golden, model, workers).orElseGet(() -> GoldenSteps.make(
                engines, GoldenSteps.run(model, workers, Map.of(Placement.DEVICE, "cpu")), program.get()));
        List<Step> rows = new ArrayList<>();
        for (String precision : List.of("fp32", "tf32", "bf16")) {
            RunConfiguration onGpu = GoldenSteps.run(model, workers, Map.of(Placement.DEVICE, "cuda",
                    Placement.DEVICES, Integer.toString(index), Placement.PRECISION, precision));
            GoldenSteps.make(engines, onGpu, Map.of())
                    .compareWith(expected, precision).forEach(row -> rows.add(new Step(precision, row)));
        }
        Part part = part("Ten steps of " + workers + " workers on noise, beside the same by "
                + expected.madeBy().get("engine") + " (commit " + expected.madeBy().get("commit") + ").",
                goldenRows(), rows);
        return new Part(part.text(), part.values(), !rows.stream().allMatch(row -> row.row.ok()));
    }

    private static Listing<Step> goldenRows() {
        return new Listing<Step>()
                .text("precision", "precision", Step::precision)
                .text("what", "what", step -> step.row.what())
                .number("error", "relative error", step -> step.row.error(), digits("%.1e"))
                .number("allowed", "allowed", step -> step.row.allowed(), digits("%.1e"))
                .number("cosine", "cosine", step -> step.row.cosine(), digits("%.5f"))
                .number("stretch", "stretch", step -> step.row.stretch(), digits("%.3f"))
                .text("ok", "", step -> step.row.ok() ? "ok" : "WRONG");
    }

    /**
     * ResNet-20 on real images, on both devices.
     *
     * @param data the folder of data sets
     * @param reader reads one in it
     * @throws LeftOut if CIFAR-10 is not in the folder, or the CPU cannot train
     */
    public Part realTraining(Path data, int steps, Function<Task, DataSet> reader) throws LeftOut {
        if (!NativeBackend.isPresent()) {
            throw new LeftOut("this package has no native library to train on the CPU");
        }
        Inventory inventory = Inventory.of(PublishedTask.of("cifar-10"), data);
        if (!inventory.isComplete()) {
            throw new LeftOut("CIFAR-10 is not in " + data + "; ./run.sh data fetch cifar-10 downloads it");
        }
        Map<Key<?>, String> changes = Map.of(Network.MODEL, "resnet-20", Gossip.WORKERS, "8", Optimization.STEPS,
                Integer.toString(steps));
        Compared row = new Compared("resnet-20", "tf32", compare(changes, reader.apply(Task.parse("cifar-10"))));
        return part(steps + " steps of 8 workers on CIFAR-10: loss of the last tenth of them.", comparisons(),
                List.of(row));
    }

    /** Steps of 32 workers beside the limits of the GPU. */
    public Part speed(String model) {
        return prepared("Ring of 32 workers, batch 16, precision " + precision + ", " + ROUNDS + " rounds: median and"
                        + " range. % of sgemm and of copy are shares of what this GPU reaches with cuBLAS and with"
                        + " copies within its memory.",
                measured(Peers.none(), model, WORKERS, ROUNDS), false);
    }

    /**
     * The same beside PyTorch in one of its modes.
     *
     * @throws LeftOut if there is no PyTorch
     */
    public Part speedBeside(String model, String python, String mode) throws LeftOut {
        TorchPeer peer;
        try {
            peer = peers.computeIfAbsent(python, path -> TorchPeer.python(path, "cuda:" + index));
        } catch (ConfigurationException e) {
            throw new LeftOut(e.getMessage());
        }
        List<BenchRow> rows = measured(new Peers(List.of(peer), List.of(mode)), model, WORKERS, 1);
        String ways = rows.get(0).bestPeer().map(PeerRates::ways).stream().flatMap(List::stream)
                .collect(Collectors.joining(", "));
        return part("Beside PyTorch " + peer.version() + ", mode " + mode + (ways.isEmpty() ? "" : " (" + ways + ")")
                + ". Ring of 32 workers, batch 16, precision " + precision + ", one round.",
                BenchListing.of(true), rows);
    }

    /**
     * Steps of another number of workers.
     *
     * @throws LeftOut if they do not fit into the memory, by the estimate
     */
    public Part size(String model, String workers) throws LeftOut {
        try {
            check(model, workers);
        } catch (ConfigurationException e) {
            throw new LeftOut(e.getMessage());
        }
        return sized(model, Integer.parseInt(workers), "");
    }

    /** Steps of as many workers as fit into the memory. */
    public Part largest(String model) {
        int most = most(model);
        return asManyAsFit(most, workers -> sized(model, workers, "By the estimate, " + most + " workers fit. "));
    }

    private Part sized(String model, int workers, String before) {
        progress.accept(model + ": " + workers + " workers");
        return prepared(before + "Batch 16, precision " + precision + ".",
                measured(Peers.none(), model, Integer.toString(workers), 1), false);
    }

    /** Rows with how the GPU was made ready for them: recorded or not, memory, ways of convolutions. */
    private static Part prepared(String what, List<BenchRow> rows, boolean peer) {
        Part part = part(what, BenchListing.of(peer), rows);
        String preparations = rows.stream()
                .flatMap(row -> row.preparation().stream()
                        .map(preparation -> PreparationText.of(preparation, row.estimatedBytes())))
                .collect(Collectors.joining("\n"));
        return preparations.isEmpty() ? part : new Part(part.text() + "\n\n```\n" + preparations + "```", Map.of(
                "rows", part.values(),
                "preparation", rows.stream().flatMap(row -> row.preparation().stream()).toList(),
                "estimated_bytes", rows.stream().map(BenchRow::estimatedBytes).toList()));
    }

    /** How the GPU is made ready for a model, as text. */
    public String preparation(String model, String workers) {
        return Bench.preparation(engines, run(Map.of(Network.MODEL, model, Gossip.WORKERS, workers)));
    }

    /** Durations of a step, in rounds, as {@code gpu --variants} compares them. */
    public Part timing(String model, String workers, String steps) {
        List<Map<String, Double>> rounds = new ArrayList<>();
        for (StepDurations round : Bench.rounds(engines,
                run(Map.of(Network.MODEL, model, Gossip.WORKERS, workers, Optimization.STEPS, steps)), ROUNDS)) {
            rounds.add(Map.of("step", round.step(), "gradients", round.gradients(), "update", round.update()));
        }
        return new Part("", rounds);
    }

    /**
     * Does something with a number of workers that may be too large: where the GPU fails, with a twentieth less.
     *
     * @throws CudaException if it fails even so, a dozen times
     */
    static <T> T asManyAsFit(int most, IntFunction<T> work) {
        int workers = most;
        for (int failures = 1; ; failures++) {
            try {
                return work.apply(workers);
            } catch (CudaException e) {
                if (failures == MOST_FAILURES || workers == 1) {
                    throw e;
                }
                workers -= (workers + 19) / 20;
            }
        }
    }

    private void check(String model, String workers) {
        RunConfiguration run = run(Map.of(Network.MODEL, model, Gossip.WORKERS, workers));
        Task task = run.task();
        engines.check(run, task.shape(), task.classes());
    }

    private boolean fits(String model, int workers) {
        try {
            check(model, Integer.toString(workers));
            return true;
        } catch (ConfigurationException e) {
            return false;
        }
    }

    private int most(String model) {
        int fits = 1;
        int tooMany = Integer.parseInt(MOST_WORKERS) + 1;
        while (tooMany - fits > 1) {
            int middle = (fits + tooMany) / 2;
            if (fits(model, middle)) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        return fits;
    }

    private List<BenchRow> measured(Peers beside, String model, String workers, int rounds) {
        return new Bench(engines, beside, rounds, progress).measure(List.of(List.of(
                run(Map.of(Network.MODEL, model, Gossip.WORKERS, workers, Optimization.STEPS, "20")))));
    }

    private static Listing<Compared> comparisons() {
        return new Listing<Compared>()
                .text("model", "model", Compared::model)
                .text("precision", "precision", Compared::precision)
                .number("deviation", "largest deviation", row -> row.comparison.parameterDeviation(), digits("%.1e"))
                .number("gpu_loss", "loss on the GPU", row -> row.comparison.firstLoss(), digits("%.4f"))
                .number("cpu_loss", "loss on the CPU", row -> row.comparison.secondLoss(), digits("%.4f"));
    }

    private static Function<Object, String> digits(String format) {
        return value -> String.format(Locale.ROOT, format, (Double) value);
    }

    /** A table for people, and its rows as programs get them. */
    public static <R> Part part(String what, Listing<R> listing, List<R> rows) {
        try {
            Object values = new ObjectMapper().readValue(listing.json(rows), List.class);
            return new Part(what + "\n\n```\n" + listing.table(rows) + "```", values);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a listing writes JSON", e);
        }
    }
}
