package dev.gossamer.experiment;

import dev.gossamer.algorithm.Kept;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Augmentation;
import dev.gossamer.data.BatchSampler;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.Purpose;
import dev.gossamer.data.RandomStream;
import dev.gossamer.data.Seeds;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.record.RunStatus;
import dev.gossamer.record.WorkerCovariance;
import dev.gossamer.topology.Scheme;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The variance experiment of the paper: after T steps of training, every repetition starts from the averaged parameters
 * (the parameters X, where there is no average) and the momenta of that time, and trains on for k steps; the covariance
 * between workers is that of X over the repetitions. Where workers combine before they adapt, X is mixed already for
 * the step to come; the average is one of models that are not, and takes the place of X as it is.
 *
 * <p>Repetition r trains on the batches and dropout masks of the steps T + r k to T + (r + 1) k - 1 of the run's own
 * streams, and all of them with the mixing matrices of the steps T to T + k - 1. The engine is left as it was found.
 */
final class Repetitions {

    private final RunConfiguration configuration;
    private final ReplicaEngine engine;
    private final Scheme scheme;
    private final RunEvents events;
    private final BooleanSupplier stop;
    private final Consumer<CovarianceSum> kept;
    private final Map<Kept, FloatBuffer[]> end = new HashMap<>();
    private final Kept start;
    private final FloatBuffer row;

    /**
     * @param configuration says how many repetitions, of how many steps
     * @param engine the workers at the end of training
     * @param scheme whom they mix with
     * @param events takes how it goes, and the result
     * @param stop asked after every step; true gives up
     * @param kept takes the sums after every repetition, with the engine as it was found
     */
    Repetitions(RunConfiguration configuration, ReplicaEngine engine, Scheme scheme, RunEvents events,
            BooleanSupplier stop, Consumer<CovarianceSum> kept) {
        this.configuration = configuration;
        this.engine = engine;
        this.scheme = scheme;
        this.events = events;
        this.stop = stop;
        this.kept = kept;
        start = engine.matrices().rule().average().orElse(engine.matrices().rule().parameters());
        row = row();
        for (Kept matrix : engine.matrices().rule().kept()) {
            FloatBuffer[] rows = new FloatBuffer[engine.matrices().workers()];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = row();
                engine.matrices().read(matrix, i, rows[i]);
            }
            end.put(matrix, rows);
        }
    }

    /** Outside the heap, which is too small for copies of a matrix. */
    private FloatBuffer row() {
        int bytes = Math.toIntExact(engine.matrices().parameters() * Float.BYTES);
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    /**
     * Trains the repetitions that are not done yet.
     *
     * @param train images to train on
     * @param steps steps of training before T
     * @param factor factor on the learning rate
     * @param earlier sums of the repetitions that are done; empty for none
     * @return finished; interrupted where it was given up, diverged where a loss or a covariance is not finite
     */
    RunStatus run(ImageSet train, Augmentation augmentation, long steps, double factor, double[] earlier) {
        int[] coordinates = coordinates();
        CovarianceSum sum = earlier.length == 0
                ? new CovarianceSum(engine.matrices().workers(), coordinates.length)
                : new CovarianceSum(engine.matrices().workers(), coordinates.length, earlier);
        BatchSampler batches = new BatchSampler(train, augmentation, configuration.sampling().mixup(),
                configuration.sampling().partition(), configuration.gossip().workers(),
                configuration.optimization().batchSize(), configuration.seed());
        try {
            for (int r = sum.repetitions(); r < configuration.covariance().repetitions(); r++) {
                restore(start);
                for (int k = 0; k < configuration.covariance().steps(); k++) {
                    if (stop.getAsBoolean()) {
                        return RunStatus.INTERRUPTED;
                    }
                    events.emit(new RunEvent.Repeating(events.run(), r, configuration.covariance().repetitions()));
                    long drawn = steps + (long) r * configuration.covariance().steps() + k;
                    if (!Double.isFinite(engine.computeGradients(batches.at(drawn), drawn))) {
                        return RunStatus.DIVERGED;
                    }
                    engine.update(configuration.clock(steps + k, factor, scheme),
                            scheme.at(engine.matrices().rule().exchange(steps + k)));
                }
                sum.add(moves(coordinates));
                restore(engine.matrices().rule().parameters());
                kept.accept(sum);
            }
        } finally {
            restore(engine.matrices().rule().parameters());
        }
        if (!Double.isFinite(sum.covariance()[0][0])) {
            return RunStatus.DIVERGED;
        }
        int length = configuration.covariance().steps();
        WorkerCovariance covariance = configuration.optimization().algorithm().isDescent()
                ? sum.beside(scheme, engine.matrices().rule().exchange(steps + length), length)
                : sum.alone(length);
        events.emit(new RunEvent.CovarianceMeasured(events.run(), covariance));
        return RunStatus.FINISHED;
    }

    /** A part of the parameters, equally likely each, in order: the same for all runs of a seed and a model. */
    private int[] coordinates() {
        int d = Math.toIntExact(engine.matrices().parameters());
        int[] chosen = new int[(int) Math.max(1, Math.round(configuration.covariance().coordinates() * d))];
        RandomStream random = new RandomStream(Seeds.derive(configuration.seed(), Purpose.COORDINATES));
        int count = 0;
        for (int i = 0; i < d && count < chosen.length; i++) {
            if (random.nextDouble() * (d - i) < chosen.length - count) {
                chosen[count++] = i;
            }
        }
        return chosen;
    }

    /** Brings everything back to the end of training, and the parameters to those of a matrix. */
    private void restore(Kept parameters) {
        end.forEach((matrix, rows) -> {
            for (int i = 0; i < rows.length; i++) {
                boolean replaced = matrix == engine.matrices().rule().parameters();
                engine.matrices().write(matrix, i, (replaced ? end.get(parameters) : rows)[i].rewind());
            }
        });
    }

    private float[][] moves(int[] coordinates) {
        FloatBuffer[] starts = end.get(start);
        float[][] moves = new float[engine.matrices().workers()][coordinates.length];
        for (int i = 0; i < moves.length; i++) {
            engine.matrices().readParameters(i, row.rewind());
            for (int c = 0; c < coordinates.length; c++) {
                moves[i][c] = row.get(coordinates[c]) - starts[i].get(coordinates[c]);
            }
        }
        return moves;
    }
}
