package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.data.Augmentation;
import dev.gossamer.data.Batch;
import dev.gossamer.data.BatchStream;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.Normalization;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.SgdStep;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Replicas;
import dev.gossamer.engine.stacked.Replicas.Matrix;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Checks a device, operation by operation, against the plain implementation, on small random networks. */
public final class CudaSelfTest {

    private static final int WORKERS = 3;
    private static final int BATCH = 5;
    private static final int IMAGES = 60;

    /** Relative deviation that sums in single precision may have. */
    private static final double ROUNDING = 2e-4;

    private final Device device;
    private final Precision precision;
    private final Random random = new Random(1);
    private final List<Row> rows = new ArrayList<>();

    /**
     * How an operation did.
     *
     * @param primitive the operation
     * @param deviation largest relative deviation of losses and gradients, or of what else it computes
     * @param allowed largest deviation that is due to rounding
     */
    public record Row(String primitive, double deviation, double allowed) {

        /** Whether the deviation is no larger than allowed. */
        public boolean ok() {
            return deviation <= allowed;
        }
    }

    private CudaSelfTest(Device device, Precision precision) {
        this.device = device;
        this.precision = precision;
    }

    /**
     * Checks all operations.
     *
     * @param device the device to check
     * @param precision how it computes products
     * @return a row for each operation
     */
    public static List<Row> run(Device device, Precision precision) {
        CudaSelfTest test = new CudaSelfTest(device, precision);
        SmallNetworks.all().forEach(test::checkGradients);
        test.checkDraws();
        test.checkMatrices();
        return List.copyOf(test.rows);
    }

    /** Rounded factors let a ReLU near 0 decide otherwise: of thousands, a few, which is some percent of a gradient. */
    private double allowed(boolean convolutional) {
        return switch (precision) {
            case FP32 -> ROUNDING;
            case TF32 -> convolutional ? 0.05 : ROUNDING;
            case BF16 -> 0.2;
        };
    }

    private void checkGradients(SmallNetworks.Network network) {
        checkGradients(network.name(), network.program(), batch(network.program()), allowed(network.convolutional()));
    }

    /** The device makes images from the draws, the reference gets those that the host makes. */
    private void checkDraws() {
        Program program = SmallNetworks.dense().program();
        try (BatchStream batches = new BatchStream(
                images(program), Augmentation.CROP_AND_FLIP, Partition.SHARED, WORKERS, BATCH, 1, 0)) {
            checkGradients("cropped and mirrored images", program, batches.next(), allowed(false));
        }
    }

    private void checkGradients(String name, Program program, Batch batch, double allowed) {
        try (Replicas actual = device.load(program, program, WORKERS, false);
                Replicas expected = HostDevice.reference().load(program, program, WORKERS, false)) {
            fill(Matrix.PARAMETERS, program, actual, expected);
            long[] seeds = random.longs(WORKERS).toArray();
            double[] actualLosses = new double[WORKERS];
            double[] losses = new double[WORKERS];
            actual.computeGradients(batch, seeds, actualLosses);
            expected.computeGradients(batch, seeds, losses);
            double deviation = 0;
            for (int i = 0; i < WORKERS; i++) {
                deviation = larger(deviation, Math.abs(actualLosses[i] - losses[i]) / losses[i]);
            }
            deviation = larger(deviation, deviation(Matrix.GRADIENTS, program, actual, expected));
            rows.add(new Row(name, deviation, allowed));
        }
    }

    private void checkMatrices() {
        Program program = SmallNetworks.dense().program();
        Program forward = new Program(program.images(), program.input(), program.logits(),
                program.operations().subList(0, SmallNetworks.DENSE_FORWARD), program.parameters());
        try (Replicas actual = device.load(program, forward, WORKERS, true);
                Replicas expected = HostDevice.reference().load(program, forward, WORKERS, true)) {
            for (Matrix matrix : Matrix.values()) {
                fill(matrix, program, actual, expected);
            }
            MixingMatrix mixing = MixingMatrix.of(new double[][] {{0.5, 0.3, 0.2}, {0, 1, 0}, {0.25, 0, 0.75}});
            SgdStep step = new SgdStep(0.1, 0.9, 0.01, 0.8);
            actual.step(step, mixing);
            expected.step(step, mixing);
            double deviation = 0;
            for (Matrix matrix : Matrix.values()) {
                deviation = larger(deviation, deviation(matrix, program, actual, expected));
            }
            rows.add(new Row("local step, mixing and moving average", deviation, 1e-6));
            double distance = expected.consensusDistance();
            rows.add(new Row("consensus distance",
                    Math.abs(actual.consensusDistance() - distance) / distance, 1e-6));
            ImageSet images = images(program);
            for (int worker : new int[] {1, ReplicaEngine.MEAN}) {
                double loss = expected.score(Matrix.AVERAGE, worker, images).loss();
                double found = actual.score(Matrix.AVERAGE, worker, images).loss();
                rows.add(new Row(worker == ReplicaEngine.MEAN ? "evaluation of the mean" : "evaluation of a worker",
                        Math.abs(found - loss) / loss, allowed(false)));
            }
        }
    }

    private void fill(Matrix matrix, Program program, Replicas first, Replicas second) {
        for (int i = 0; i < WORKERS; i++) {
            float[] values = gaussian((int) program.size(), 0.5);
            first.write(matrix, i, FloatBuffer.wrap(values));
            second.write(matrix, i, FloatBuffer.wrap(values));
        }
    }

    /** Norm of the difference of a row over the norm of the row, for the worst row. */
    private static double deviation(Matrix matrix, Program program, Replicas actual, Replicas expected) {
        double worst = 0;
        for (int i = 0; i < WORKERS; i++) {
            FloatBuffer first = FloatBuffer.allocate((int) program.size());
            FloatBuffer second = FloatBuffer.allocate((int) program.size());
            actual.read(matrix, i, first);
            expected.read(matrix, i, second);
            double difference = 0;
            double norm = 0;
            for (int k = 0; k < first.capacity(); k++) {
                difference += Math.pow((double) first.get(k) - second.get(k), 2);
                norm += Math.pow(second.get(k), 2);
            }
            worst = larger(worst, Math.sqrt(difference / norm));
        }
        return worst;
    }

    /** The larger one; not a number is larger than any. */
    private static double larger(double first, double second) {
        return second <= first ? first : second;
    }

    private float[] gaussian(int count, double scale) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    private Batch batch(Program program) {
        FloatBuffer images = FloatBuffer.wrap(gaussian(WORKERS * BATCH * program.images().size(), 1));
        int[] labels = random.ints(WORKERS * BATCH, 0, program.logits().size()).toArray();
        return new Batch(images, labels, WORKERS, BATCH, program.images());
    }

    private ImageSet images(Program program) {
        byte[] pixels = new byte[IMAGES * program.images().size()];
        random.nextBytes(pixels);
        byte[] labels = new byte[IMAGES];
        for (int i = 0; i < IMAGES; i++) {
            labels[i] = (byte) random.nextInt(program.logits().size());
        }
        return new ImageSet(program.images(), pixels, labels,
                new Normalization(new double[] {0.4, 0.5}, new double[] {0.2, 0.3}));
    }
}
