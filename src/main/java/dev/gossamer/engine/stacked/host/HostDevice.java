package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.BlockedMatrices;
import dev.gossamer.engine.ReplicaMatrices;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.Workforce;
import dev.gossamer.engine.host.NativeBackend;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Program;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** The cores of the host. */
public final class HostDevice implements Device {

    /** Loads what is called, and has oneDNN's version. */
    private static final FutureTask<String> LIBRARIES = new FutureTask<>(() -> {
        String version = OneDnnKernels.version();
        NativeBackend.loadLibraries();
        return version;
    });

    private final int threads;
    private final boolean reference;
    private final boolean bf16;
    private final String libraries;

    private HostDevice(int threads, boolean reference, boolean bf16, String libraries) {
        this.bf16 = bf16;
        this.threads = threads;
        this.reference = reference;
        this.libraries = libraries;
    }

    /**
     * The fast one: oneDNN.
     *
     * @param threads number of threads wanted, at least 1; there are never more than twice the processors. Replicas are
     *     shared out among them
     * @throws LinkageError if oneDNN cannot be loaded
     */
    public static HostDevice cpu(int threads) {
        return cpu(threads, false);
    }

    /**
     * The fast one.
     *
     * @param bf16 whether convolutions multiply values rounded to BF16, and activations and their gradients are rounded
     *     between the operations on them, sums of blocks and results of norms included. Sums within an operation,
     *     parameters, their gradients, dense layers and the loss stay in single precision. Only where
     *     {@link #hasBf16} is it faster
     */
    public static HostDevice cpu(int threads, boolean bf16) {
        return new HostDevice(NativeBackend.sensible(threads), false, bf16,
                "cpu (oneDNN " + version() + (bf16 ? ", bf16" : "") + ")");
    }

    /**
     * Whether the CPU multiplies BF16 values, by AVX512_BF16 or AMX.
     *
     * @throws LinkageError if oneDNN cannot be loaded
     */
    public static boolean hasBf16() {
        return OneDnnKernels.hasBf16();
    }

    /**
     * Begins to load the libraries of the fast one, beside what the current thread does next. Where they cannot be
     * loaded, whoever needs them is told.
     */
    public static void beginToLoad() {
        Thread thread = new Thread(LIBRARIES, "libraries");
        thread.setDaemon(true);
        thread.start();
    }

    private static String version() {
        LIBRARIES.run();
        try {
            return LIBRARIES.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinkageError why) {
                throw why;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while oneDNN was loaded", e);
        }
    }

    /** The plain one, which every other device is checked against: one value at a time, one thread. */
    public static HostDevice reference() {
        return reference(1);
    }

    /**
     * The plain one. It is Java alone: neither oneDNN nor ND4J are loaded.
     *
     * @param threads number of threads that replicas are shared out among, at least 1
     */
    public static HostDevice reference(int threads) {
        return new HostDevice(NativeBackend.sensible(threads), true, false, "reference");
    }

    /** Whether precision bf16 changes anything of a program here: where a convolution has whole blocks of channels. */
    public static boolean rounds(Program program) {
        return program.operations().stream().anyMatch(operation ->
                operation instanceof Forward.Convolve convolution && OneDnnConvolutions.rounds(convolution.filter()));
    }

    @Override
    public String description() {
        return libraries + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    /**
     * A single replica's mini-batch is divided among the threads where its images are independent; otherwise operations
     * divide their work. With several replicas neither is done, so that results are the same for any number of threads.
     */
    @Override
    public Replicas load(Program training, Program evaluation, int workers, Update rule) {
        if (reference) {
            return load(training, evaluation, workers, 1, 1, rule, RowOrder.PACKED,
                    NativeBackend.workforceWithout(workers, threads), List.of(), ReferenceKernels::new,
                    ReferenceKernels::new);
        }
        List<DenseFactors> factored = FactoredGradients.layers(training, workers, rule);
        RowOrder order = rule.isOfPlaces() ? RowOrder.PACKED : OneDnnKernels.rowOrder(training, bf16);
        int shares = workers > 1 || training.couplesImages() ? 1 : threads;
        int operationThreads = workers > 1 || shares > 1 ? 1 : threads;
        return load(training, evaluation, workers, shares, operationThreads, rule, order,
                NativeBackend.workforce(threads), factored,
                batch -> new OneDnnKernels(batch, true, order, bf16, factored),
                batch -> new OneDnnKernels(batch, false, order, bf16));
    }

    private static Replicas load(Program training, Program evaluation, int workers, int shares, int operationThreads,
            Update rule, RowOrder order, Workforce workforce, List<DenseFactors> factored,
            IntFunction<HostKernels> trainingKernels, IntFunction<HostKernels> evaluationKernels) {
        Deque<Runnable> closing = new ArrayDeque<>(List.of(workforce::close));
        try {
            HostRows rows = new HostRows(rule, workers, Math.toIntExact(training.size()));
            closing.push(rows::close);
            FactoredGradients gradients =
                    new FactoredGradients(factored, rows.rows(rule.gradients()), workforce.threads());
            closing.push(gradients::close);
            Lanes trained = new Lanes(training, workforce.threads(), trainingKernels);
            closing.push(trained::close);
            Lanes evaluated = new Lanes(evaluation, workforce.threads(), evaluationKernels);
            closing.push(evaluated::close);
            ReplicaMatrices matrices = new BlockedMatrices(rule, rule.stored().stream()
                    .collect(Collectors.toMap(Function.identity(), rows::rows)), gradients,
                    training.tensors(), workforce);
            if (!order.layouts().isEmpty()) {
                OrderedMatrices ordered = new OrderedMatrices(matrices, rows, training.parameters(), order);
                closing.push(ordered::close);
                matrices = ordered;
            }
            return new Replicas(
                    new HostGradients(trained, rows, gradients, rule, shares, operationThreads, workforce), matrices,
                    new HostScoring(evaluated, rows, workforce), () -> closing.forEach(Runnable::run));
        } catch (RuntimeException | Error e) {
            closing.forEach(Runnable::run);
            throw e;
        }
    }
}
