package dev.gossamer.engine.stacked.host;

import dev.gossamer.algorithm.Update;
import dev.gossamer.engine.BlockedMatrices;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.Workforce;
import dev.gossamer.engine.host.NativeBackend;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** The cores of the host. */
public final class HostDevice implements Device {

    private final int threads;
    private final boolean reference;
    private final String libraries;

    private HostDevice(int threads, boolean reference, String libraries) {
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
        return new HostDevice(NativeBackend.sensible(threads), false, "cpu (oneDNN " + OneDnnKernels.version() + ")");
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
        return new HostDevice(NativeBackend.sensible(threads), true, "reference");
    }

    @Override
    public String description() {
        return libraries + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public Replicas load(Program training, Program evaluation, int workers, Update rule) {
        if (reference) {
            return load(training, evaluation, workers, 1, rule, NativeBackend.workforceWithout(workers, threads),
                    List.of(), ReferenceKernels::new, ReferenceKernels::new);
        }
        int shares = shares(training, workers);
        List<DenseFactors> factored = FactoredGradients.layers(training, workers, rule);
        return load(training, evaluation, workers, shares, rule, NativeBackend.workforce(workers * shares, threads),
                factored, batch -> new OneDnnKernels(batch, true, factored),
                batch -> new OneDnnKernels(batch, false));
    }

    private static Replicas load(Program training, Program evaluation, int workers, int shares, Update rule,
            Workforce workforce, List<DenseFactors> factored, IntFunction<HostKernels> trainingKernels,
            IntFunction<HostKernels> evaluationKernels) {
        Lanes trained = new Lanes(training, workforce.threads(), trainingKernels);
        Lanes evaluated = new Lanes(evaluation, workforce.threads(), evaluationKernels);
        HostRows rows = new HostRows(rule, workers, Math.toIntExact(training.size()), !factored.isEmpty());
        FactoredGradients gradients =
                new FactoredGradients(factored, rows.rows(rule.gradients()), workforce.threads());
        try {
            return new Replicas(new HostGradients(trained, rows, gradients, rule, shares, workforce),
                    new BlockedMatrices(rule, rule.stored().stream()
                            .collect(Collectors.toMap(Function.identity(), rows::rows)), gradients,
                            training.tensors(), workforce),
                    new HostScoring(evaluated, rows, workforce),
                    () -> {
                        trained.close();
                        evaluated.close();
                        gradients.close();
                        rows.close();
                        workforce.close();
                    });
        } catch (RuntimeException | OutOfMemoryError e) {
            gradients.close();
            rows.close();
            workforce.close();
            throw e;
        }
    }

    /**
     * A single replica's mini-batch is divided among the threads where its images are independent; otherwise operations
     * divide their work. With several replicas neither is done, so that results are the same for any number of threads.
     */
    private int shares(Program training, int workers) {
        return workers > 1 || training.couplesImages() ? 1 : threads;
    }
}
