package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.method.MovingAverage;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.data.Augmentation;
import dev.gossamer.data.Batch;
import dev.gossamer.data.BatchSampler;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.Normalization;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.Likeness;
import dev.gossamer.engine.Preparation;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.Scoring;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.topology.MixingMatrix;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/** Checks a device, operation by operation, against the plain implementation, on small random networks. */
public final class CudaSelfTest {

    private static final int WORKERS = 3;
    private static final int BATCH = 5;

    /**
     * So many images that dense layers take other code, and so many that they and batch norm do: see {@link
     * DenseLayer}, and {@link CudaKernels} for channels that find no room in shared memory.
     */
    private static final List<Integer> LARGE_BATCHES = List.of(20, 900);

    private static final int IMAGES = 60;

    /** Relative deviation that sums in single precision may have. */
    private static final double ROUNDING = 2e-4;

    private final Device device;
    private final Precision precision;
    private final Random random = new Random(1);
    private final List<Row> rows = new ArrayList<>();
    private final Update rule = Update.of(new MovingAverage(new StochasticGradientDescent(0.9, 0.01), 0.8));

    /** Where factors are rounded, gradients that point almost the same way, and are almost as long, will do. */
    private static final double LEAST_COSINE = 0.99;
    private static final double MOST_STRETCH = 0.1;

    /**
     * How an operation did.
     *
     * @param primitive the operation, with the way to carry it out where there are several
     * @param deviation largest relative deviation of losses and gradients, or of what else it computes
     * @param allowed largest deviation that is due to rounding
     * @param cosine least cosine of the angle between a worker's gradients and the reference's; 1 of what is no
     *     gradient
     * @param ok whether the deviation is no larger than allowed, or the gradients do all the same
     * @param note what else there is to say
     */
    public record Row(String primitive, double deviation, double allowed, double cosine, boolean ok, String note) {

        /** Of what has no direction. */
        Row(String primitive, double deviation, double allowed) {
            this(primitive, deviation, allowed, 1, deviation <= allowed, "");
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
     * @param ways the same device with only one of the ways to carry out convolutions, by its name: each is checked
     * @param precision how they compute products
     * @return a row for each operation, and for each convolution by each way
     */
    public static List<Row> run(Device device, Map<String, Device> ways, Precision precision) {
        CudaSelfTest test = new CudaSelfTest(device, precision);
        test.checkNetworks(SmallNetworks.all(), ways);
        LARGE_BATCHES.forEach(test::checkLargeBatch);
        test.checkDraws();
        test.checkMatrices();
        test.checkNetworks(SmallNetworks.later(), ways);
        return List.copyOf(test.rows);
    }

    private void checkNetworks(List<SmallNetworks.Network> networks, Map<String, Device> ways) {
        networks.forEach(network -> checkGradients(device, network, ""));
        ways.forEach((name, way) -> networks.stream()
                .filter(SmallNetworks.Network::convolutional)
                .forEach(network -> checkGradients(way, network, name)));
    }

    /** Rounded factors let a ReLU near 0 decide otherwise: of thousands, a few, which is some percent of a gradient. */
    private double allowed(boolean convolutional) {
        return switch (precision) {
            case FP32 -> ROUNDING;
            case TF32 -> convolutional ? 0.05 : ROUNDING;
            case BF16 -> 0.2;
        };
    }

    private void checkGradients(Device tested, SmallNetworks.Network network, String way) {
        checkGradients(tested, network.name() + (way.isEmpty() ? "" : ", " + way), network.program(),
                batch(network.program(), BATCH), allowed(network.convolutional()));
    }

    private void checkLargeBatch(int size) {
        Program program = SmallNetworks.dense().program();
        checkGradients(device, "dense layer, " + size + " images", program, batch(program, size), allowed(false));
    }

    /** Images as training takes them. */
    private void checkDraws() {
        Program program = SmallNetworks.dense().program();
        Batch batch = new BatchSampler(
                images(program, IMAGES), new Augmentation(true, true, 4), Partition.SHARED, WORKERS, BATCH, 1).at(0);
        checkGradients(device, "cropped, mirrored and cut images", program, batch, allowed(false));
    }

    private void checkGradients(Device tested, String name, Program program, Batch batch, double allowed) {
        try (Replicas actual = tested.load(program, program, WORKERS, rule);
                Replicas expected = HostDevice.reference().load(program, program, WORKERS, rule)) {
            fill(rule.parameters(), program, actual, expected);
            long[] seeds = random.longs(WORKERS).toArray();
            double[] actualLosses = new double[WORKERS];
            double[] losses = new double[WORKERS];
            actual.gradients().compute(batch, seeds, actualLosses);
            expected.gradients().compute(batch, seeds, losses);
            double ofLosses = 0;
            for (int i = 0; i < WORKERS; i++) {
                ofLosses = larger(ofLosses, Math.abs(actualLosses[i] - losses[i]) / losses[i]);
            }
            rows.add(row(name, ofLosses, compare(rule.gradients(), program, actual, expected), allowed,
                    actual.gradients().preparation()));
        }
    }

    private static Row row(String name, double ofLosses, Likeness gradients, double allowed,
            Optional<Preparation> preparation) {
        double deviation = larger(ofLosses, gradients.error());
        boolean alike = allowed > ROUNDING && ofLosses <= allowed && gradients.cosine() >= LEAST_COSINE
                && gradients.stretch() - 1 <= MOST_STRETCH;
        String wrong = preparation.stream()
                .flatMap(made -> made.choices().stream())
                .flatMap(choice -> choice.candidates().stream().filter(Preparation.Candidate::wrong)
                        .map(way -> choice.operation() + " by " + way.name() + ": " + way.refusal()))
                .collect(Collectors.joining("; "));
        boolean ok = (deviation <= allowed || alike) && wrong.isEmpty();
        return new Row(name, deviation, allowed, gradients.cosine(), ok, wrong.isEmpty() ? ways(preparation) : wrong);
    }

    /** The ways that were taken for convolutions. */
    private static String ways(Optional<Preparation> preparation) {
        return preparation.stream().flatMap(made -> made.choices().stream())
                .map(Preparation.Choice::chosen).distinct().collect(Collectors.joining(", "));
    }

    private void checkMatrices() {
        Program program = SmallNetworks.dense().program();
        Program forward = new Program(program.images(), program.input(), program.logits(),
                program.operations().subList(0, SmallNetworks.DENSE_FORWARD), program.parameters(), program.loss());
        try (Replicas actual = device.load(program, forward, WORKERS, rule);
                Replicas expected = HostDevice.reference().load(program, forward, WORKERS, rule)) {
            for (Stored matrix : rule.stored()) {
                fill(matrix, program, actual, expected);
            }
            MixingMatrix mixing = MixingMatrix.of(new double[][] {{0.5, 0.3, 0.2}, {0, 1, 0}, {0.25, 0, 0.75}});
            Clock clock = new Clock(0, 0.1);
            actual.matrices().step(clock, mixing);
            expected.matrices().step(clock, mixing);
            double deviation = 0;
            for (Stored matrix : rule.stored()) {
                deviation = larger(deviation, compare(matrix, program, actual, expected).error());
            }
            rows.add(new Row("local step, mixing and moving average", deviation, 1e-6));
            double distance = expected.matrices().consensusDistance(rule.models());
            rows.add(new Row("consensus distance",
                    Math.abs(actual.matrices().consensusDistance(rule.models()) - distance) / distance, 1e-6));
            ImageSet images = images(program, IMAGES);
            for (int worker : new int[] {1, Scoring.MEAN}) {
                double loss = expected.scoring().score(rule.evaluated(), worker, images).loss();
                double found = actual.scoring().score(rule.evaluated(), worker, images).loss();
                rows.add(new Row(worker == Scoring.MEAN ? "evaluation of the mean" : "evaluation of a worker",
                        Math.abs(found - loss) / loss, allowed(false)));
            }
        }
    }

    private void fill(Stored matrix, Program program, Replicas first, Replicas second) {
        for (int i = 0; i < WORKERS; i++) {
            float[] values = gaussian((int) program.size(), 0.5);
            first.matrices().write(matrix, i, FloatBuffer.wrap(values));
            second.matrices().write(matrix, i, FloatBuffer.wrap(values));
        }
    }

    /** Two matrices, for the worst of their rows. */
    private static Likeness compare(Stored matrix, Program program, Replicas actual, Replicas expected) {
        double error = 0;
        double cosine = 1;
        double stretch = 1;
        for (int i = 0; i < WORKERS; i++) {
            Likeness row = Likeness.of(row(matrix, i, program, actual), row(matrix, i, program, expected));
            error = larger(error, row.error());
            cosine = -larger(-cosine, -row.cosine());
            stretch = 1 + larger(Math.abs(stretch - 1), Math.abs(row.stretch() - 1));
        }
        return new Likeness(error, cosine, stretch);
    }

    private static double[] row(Stored matrix, int worker, Program program, Replicas replicas) {
        FloatBuffer values = FloatBuffer.allocate((int) program.size());
        replicas.matrices().read(matrix, worker, values);
        double[] row = new double[values.capacity()];
        Arrays.setAll(row, values::get);
        return row;
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

    private Batch batch(Program program, int size) {
        return Batch.of(images(program, WORKERS * size), WORKERS);
    }

    private ImageSet images(Program program, int count) {
        byte[] pixels = new byte[count * program.images().size()];
        random.nextBytes(pixels);
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) random.nextInt(program.logits().size());
        }
        return new ImageSet(program.images(), pixels, labels,
                new Normalization(new double[] {0.4, 0.5}, new double[] {0.2, 0.3}));
    }
}
