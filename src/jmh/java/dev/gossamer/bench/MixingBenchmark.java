package dev.gossamer.bench;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Algorithms;
import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.method.MovingAverage;
import dev.gossamer.catalogue.Settings;
import dev.gossamer.catalogue.Values;
import dev.gossamer.engine.BlockedMatrices;
import dev.gossamer.engine.Workforce;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Topologies;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Update of n workers with a million parameters each, on all cores. Its floor is the time to copy
 * {@link dev.gossamer.algorithm.Trace#traffic} / 2 matrices of 4 n MB: for D-SGD, X, G and M read, X and M written once
 * are 20 n MB; the moving average adds 8 n MB.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MixingBenchmark {

    private static final int PARAMETERS = 1_000_000;

    /** Number of workers n. */
    @Param({"8", "32"})
    public int workers;

    /** Name of the topology. */
    @Param({"ring", "fully-connected"})
    public String topology;

    /** Name of the algorithm, whose keys are as they are where nobody sets them. */
    @Param("d-sgd")
    public String algorithm;

    /** Decay of the moving average; 0 for none. */
    @Param({"0", "0.95"})
    public double ema;

    private final List<FloatPointer> memory = new ArrayList<>();
    private Workforce workforce;
    private BlockedMatrices matrices;
    private MixingMatrix mixing;
    private final Clock clock = new Clock(0, 0.05);

    /** Fills the matrices. */
    @Setup(Level.Trial)
    public void open() {
        workforce = new Workforce(Runtime.getRuntime().availableProcessors(), () -> {});
        mixing = Topologies.parse(topology, workers).at(0);
        AlgorithmFamily family = Algorithms.CATALOGUE.find(algorithm).orElseThrow().entry();
        Algorithm chosen = family.algorithm(Settings.of(family, Values.NONE));
        Update rule = Update.of(ema > 0 ? new MovingAverage(chosen, ema) : chosen);
        Map<Stored, List<FloatBuffer>> rows = new HashMap<>();
        rule.stored().forEach(matrix -> rows.put(matrix, rows()));
        matrices = new BlockedMatrices(rule, rows, workforce);
    }

    private List<FloatBuffer> rows() {
        List<FloatBuffer> rows = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            FloatPointer row = new FloatPointer(PARAMETERS);
            memory.add(row);
            FloatBuffer values = row.asBuffer();
            for (int k = 0; k < PARAMETERS; k++) {
                values.put(k, 1f / (1 + (i + k) % 1000));
            }
            rows.add(values);
        }
        return rows;
    }

    /** One step. */
    @Benchmark
    public void step() {
        matrices.step(clock, mixing);
    }

    /** Frees the matrices. */
    @TearDown(Level.Trial)
    public void close() {
        workforce.close();
        memory.forEach(FloatPointer::close);
    }
}
