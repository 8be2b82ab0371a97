package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.Workforce;
import dev.gossamer.engine.host.NativeBackend;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Replicas;

/** The cores of the host. */
public final class HostDevice implements Device {

    private final int threads;
    private final boolean reference;

    private HostDevice(int threads, boolean reference) {
        this.threads = threads;
        this.reference = reference;
    }

    /**
     * The fast one: oneDNN.
     *
     * @param threads number of threads wanted, at least 1; there are never more than twice the processors. Replicas are
     *     shared out among them
     */
    public static HostDevice cpu(int threads) {
        return new HostDevice(NativeBackend.sensible(threads), false);
    }

    /** The plain one, which every other device is checked against: one value at a time, one thread. */
    public static HostDevice reference() {
        return new HostDevice(1, true);
    }

    @Override
    public String description() {
        String what = reference ? "reference" : "cpu (oneDNN " + OneDnnKernels.version() + ")";
        return what + ", " + threads + (threads == 1 ? " thread" : " threads");
    }

    @Override
    public Replicas load(Program training, Program evaluation, int workers, boolean ema) {
        int parts = parts(training, workers);
        Workforce workforce = NativeBackend.workforce(workers * parts, threads);
        if (reference) {
            return new HostReplicas(
                    training, evaluation, workers, parts, ema, workforce, ReferenceKernels::new, ReferenceKernels::new);
        }
        return new HostReplicas(training, evaluation, workers, parts, ema, workforce,
                batch -> new OneDnnKernels(batch, true), batch -> new OneDnnKernels(batch, false));
    }

    /**
     * A single replica's mini-batch is divided among the threads where its images are independent; otherwise operations
     * divide their work. With several replicas neither is done, so that results are the same for any number of threads.
     */
    private int parts(Program training, int workers) {
        return workers > 1 || training.couplesImages() ? 1 : threads;
    }
}
