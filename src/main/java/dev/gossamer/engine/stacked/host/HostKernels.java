package dev.gossamer.engine.stacked.host;

import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Primitives;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.DropoutMask;
import dev.gossamer.model.Loss;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * The kernels of one program, one batch size and one lane. Kernels are made in the program's order; then the tensors
 * are given their places; then the kernels may run.
 */
abstract class HostKernels implements Primitives<Kernel>, AutoCloseable {

    /** Images of a lane. */
    protected final int batch;

    private final Map<Tensor, FloatBuffer> values = new HashMap<>();
    private BufferPlan plan;
    private BytePointer memory;

    HostKernels(int batch) {
        this.batch = batch;
    }

    /** Bytes that a tensor takes. */
    abstract long bytes(Tensor tensor);

    /**
     * Bytes of an array of a lane, all of whose values a buffer has to reach.
     *
     * @throws IllegalArgumentException if there are 2^31 or more
     */
    static long checked(long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("the CPU computes at most 2^29 - 1 values of a layer at once, got "
                    + bytes / Float.BYTES + ": use smaller batches or images");
        }
        return bytes;
    }

    /** Bytes needed besides the tensors. */
    abstract long otherBytes();

    /**
     * Gives the tensors their places.
     *
     * @param plan offsets of the tensors
     * @param memory as much memory as the plan and {@link #otherBytes} say, aligned to 64 bytes
     */
    void place(BufferPlan plan, BytePointer memory) {
        this.plan = plan;
        this.memory = memory;
    }

    /**
     * The values of a tensor that lies in C order, [b, channels, height, width]; valid after {@link #place}.
     *
     * @return one buffer for all calls, whose position is of no meaning
     */
    final FloatBuffer values(Tensor tensor) {
        return values.computeIfAbsent(tensor, t -> new FloatPointer(memory.getPointer(plan.offset(t)))
                .capacity((long) batch * t.size()).asBuffer());
    }

    @Override
    public abstract void close();

    @Override
    public Kernel meanLoss(Backward.MeanLoss operation) {
        int classes = operation.logits().size();
        double[] target = new double[classes];
        double[] exponentials = new double[classes];
        return replica -> {
            FloatBuffer logits = values(operation.logits());
            FloatBuffer gradient = values(operation.gradient());
            double loss = 0;
            for (int i = 0; i < batch; i++) {
                int from = i * classes;
                fill(target, replica, i, operation.smoothing());
                loss += operation.kind() == Loss.CROSS_ENTROPY
                        ? crossEntropy(logits, gradient, from, exponentials, target, replica.batchSize())
                                - smoothed(logits, from, classes, ofLabels(logits, from, replica, i),
                                        operation.smoothing())
                        : squaredError(logits, gradient, from, target, replica.batchSize());
            }
            replica.loss(loss / replica.batchSize());
        };
    }

    private static void fill(double[] target, Replica replica, int i, double smoothing) {
        Arrays.fill(target, smoothing / target.length);
        target[replica.label(i)] += replica.share(i) * (1 - smoothing);
        target[replica.partnerLabel(i)] += (1 - replica.share(i)) * (1 - smoothing);
    }

    private static double squaredError(FloatBuffer outputs, FloatBuffer gradient, int from, double[] target,
            int batchSize) {
        double sum = 0;
        for (int k = 0; k < target.length; k++) {
            double difference = outputs.get(from + k) - target[k];
            gradient.put(from + k, (float) (2 * difference / target.length / batchSize));
            sum += difference * difference;
        }
        return sum / target.length;
    }

    /**
     * But for the logits' mean by the target, which is to be subtracted from it. In double precision, as the largest
     * logit may be far from the others.
     */
    private static double crossEntropy(FloatBuffer logits, FloatBuffer gradient, int from, double[] exponentials,
            double[] target, int batchSize) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < exponentials.length; k++) {
            largest = Math.max(largest, logits.get(from + k));
        }
        double sum = 0;
        for (int k = 0; k < exponentials.length; k++) {
            exponentials[k] = Math.exp(logits.get(from + k) - largest);
            sum += exponentials[k];
        }
        for (int k = 0; k < exponentials.length; k++) {
            gradient.put(from + k, (float) ((exponentials[k] / sum - target[k]) / batchSize));
        }
        return largest + Math.log(sum);
    }

    /** The logits' mean by the target without smoothing. */
    private static double ofLabels(FloatBuffer logits, int from, Replica replica, int i) {
        double own = logits.get(from + replica.label(i));
        double share = replica.share(i);
        return share == 1 ? own : share * own + (1 - share) * logits.get(from + replica.partnerLabel(i));
    }

    /** The logits' mean by the target; without smoothing, a logit of minus infinity counts nothing. */
    private static double smoothed(FloatBuffer logits, int from, int classes, double own, double smoothing) {
        if (smoothing == 0) {
            return own;
        }
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += logits.get(from + k);
        }
        return (1 - smoothing) * own + smoothing * sum / classes;
    }

    /** Dropout of values in C order. */
    protected final void drop(Forward.Drop operation, FloatBuffer x, Replica replica) {
        DropoutMask mask = DropoutMask.of(operation.probability(), replica.seed(), operation.stream());
        FloatBuffer y = values(operation.y());
        int first = replica.firstImage() * operation.x().size();
        for (int i = 0; i < batch * operation.x().size(); i++) {
            y.put(i, x.get(i) * mask.factor(first + i));
        }
    }
}
