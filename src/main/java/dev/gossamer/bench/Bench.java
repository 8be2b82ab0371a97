package dev.gossamer.bench;

import dev.gossamer.bench.peer.Peers;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.Task;
import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.experiment.EngineFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Measures engines beside each other, beside the limits of the machine and beside peers, for several models and
 * numbers of workers. All take turns: a round has each of them once, and the limits after each, so that a machine whose
 * speed drifts is as fast for one as for the other.
 */
public final class Bench {

    /** Steps that are not counted: memory is touched for the first time, and code compiled. */
    static final int WARM_UP = 5;

    /** The same for peers, which are compiled. */
    static final int PEER_WARM_UP = 3;

    private final EngineFactory engines;
    private final Peers peers;
    private final int rounds;
    private final Consumer<String> progress;

    /**
     * @param engines makes the engines
     * @param peers other programs that are measured beside them
     * @param rounds number of rounds, at least 1
     * @param progress is told of each measurement
     */
    public Bench(EngineFactory engines, Peers peers, int rounds, Consumer<String> progress) {
        this.engines = engines;
        this.peers = peers;
        this.rounds = rounds;
        this.progress = progress;
    }

    /**
     * Checks, without measuring, whether a run can be measured.
     *
     * @throws dev.gossamer.catalogue.ConfigurationException if the model does not fit into the memory, or a
     *     peer does not have it
     */
    public void check(RunConfiguration run) {
        Task task = run.task();
        engines.check(run, task.shape(), task.classes());
        peers.check(run);
    }

    /**
     * Measures runs in turns: a round has each of them once.
     *
     * @param cases for each model and number of workers, the same run on different engines, with its number of steps
     * @return a row for each run
     */
    public List<BenchRow> measure(List<List<RunConfiguration>> cases) {
        List<Case> measured = cases.stream().map(runs -> new Case(runs, peers.rounds(runs.get(0)))).toList();
        for (int round = 0; round < rounds; round++) {
            for (Case next : measured) {
                measure(next, round);
            }
        }
        return measured.stream().flatMap(Case::rows).toList();
    }

    /**
     * Measures a run on one engine, without anything beside it.
     *
     * @return the durations of each round
     */
    public static List<StepDurations> rounds(EngineFactory engines, RunConfiguration run, int rounds) {
        DataSet data = RandomImages.of(run.task());
        int steps = Math.toIntExact(run.steps(data.train().size()));
        try (ReplicaEngine engine = engines.create(run, data)) {
            List<StepDurations> durations = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                durations.add(EngineTiming.measure(engine, run, data, WARM_UP, steps));
            }
            return durations;
        }
    }

    /**
     * How a device is made ready for a run, as text; nothing where the device does not tell.
     *
     * @param run whose steps are made ready
     */
    public static String preparation(EngineFactory engines, RunConfiguration run) {
        DataSet data = RandomImages.of(run.task());
        try (ReplicaEngine engine = engines.create(run, data)) {
            engine.gradients().prepare(run.optimization().batchSize());
            return engine.gradients().preparation()
                    .map(made -> PreparationText.of(made, estimatedBytes(run, data)))
                    .orElse("");
        }
    }

    /**
     * What a step of a run consists of, as a table; nothing where the device does not tell.
     *
     * @param run whose steps are measured
     */
    public static Optional<String> operations(EngineFactory engines, RunConfiguration run) {
        DataSet data = RandomImages.of(run.task());
        Program program = Compiler.compile(network(run, data), data.train().shape(), true);
        int steps = Math.toIntExact(run.steps(data.train().size()));
        try (ReplicaEngine engine = engines.create(run, data)) {
            StepDurations durations = EngineTiming.measure(engine, run, data, WARM_UP, steps);
            return EngineTiming.profile(engine, run, data, steps)
                    .map(profile -> OperationTable.of(run, program, profile, durations, Limits.of(run)));
        }
    }

    private static long estimatedBytes(RunConfiguration run, DataSet data) {
        return StackedEngine.bytesOfAll(network(run, data), data.train().shape(), run.gossip().workers(),
                run.optimization().batchSize(),
                run.optimization().rule(), run.placement().precision().equals("bf16"));
    }

    private void measure(Case runs, int round) {
        RunConfiguration first = runs.runs.get(0);
        String place = "round " + (round + 1) + "/" + rounds + ", " + first.network().model().form() + ", "
                + first.gossip().workers()
                + (first.gossip().workers() == 1 ? " worker, " : " workers, ");
        runs.peers.measure(PEER_WARM_UP, line -> progress.accept(place + line));
        for (int i = 0; i < runs.runs.size(); i++) {
            RunConfiguration run = runs.runs.get(i);
            StepDurations durations;
            try (ReplicaEngine engine = engines.create(run, runs.data)) {
                runs.descriptions[i] = engine.description();
                durations = durations(engine, run, runs.data, place);
                runs.preparations.set(i, engine.gradients().preparation());
            }
            Limits limits = limits(run, place); // after the engine, which loads the libraries of a GPU
            runs.rounds.get(i).add(new Round(limits, durations));
        }
    }

    /** The same run on different engines, and what was measured of it. */
    private static final class Case {
        final List<RunConfiguration> runs;
        final DataSet data;
        final String[] descriptions;
        final List<Optional<Preparation>> preparations;
        final List<List<Round>> rounds;
        final Peers.Rounds peers;

        Case(List<RunConfiguration> runs, Peers.Rounds peers) {
            this.runs = runs;
            this.peers = peers;
            data = RandomImages.of(runs.get(0).task());
            descriptions = new String[runs.size()];
            preparations = new ArrayList<>(Collections.nCopies(runs.size(), Optional.empty()));
            rounds = runs.stream().<List<Round>>map(run -> new ArrayList<>()).toList();
        }

        Stream<BenchRow> rows() {
            return IntStream.range(0, runs.size()).mapToObj(
                    i -> row(runs.get(i), descriptions[i], data, rounds.get(i), preparations.get(i), peers));
        }
    }

    private Limits limits(RunConfiguration run, String place) {
        Limits limits = Limits.of(run);
        report(place + "limits: %.0f GFLOP/s, %.1f GB/s", limits.matrixProductRate() / 1e9,
                limits.copyBandwidth() / 1e9);
        return limits;
    }

    private StepDurations durations(ReplicaEngine engine, RunConfiguration run, DataSet data, String place) {
        int steps = Math.toIntExact(run.steps(data.train().size()));
        StepDurations durations = EngineTiming.measure(engine, run, data, WARM_UP, steps);
        report(place + run.placement().engine().form() + ": %.1f images/s", imagesPerStep(run) / durations.step());
        return durations;
    }

    private void report(String format, Object... values) {
        progress.accept(String.format(Locale.ROOT, format, values));
    }

    private static BenchRow row(RunConfiguration run, String description, DataSet data, List<Round> rounds,
            Optional<Preparation> preparation, Peers.Rounds peers) {
        Program program = Compiler.compile(network(run, data), data.train().shape(), true);
        return new BenchRow(run, description, program.size(), Arithmetic.flopPerImage(program), rounds, preparation,
                estimatedBytes(run, data), peers.rates(), peers.failures());
    }

    private static ComputationGraphConfiguration network(RunConfiguration run, DataSet data) {
        return run.network().configuration(data.train().shape(), data.classes(),
                run.seed(), DataType.FLOAT);
    }

    static double imagesPerStep(RunConfiguration run) {
        return (double) run.gossip().workers() * run.optimization().batchSize();
    }
}
