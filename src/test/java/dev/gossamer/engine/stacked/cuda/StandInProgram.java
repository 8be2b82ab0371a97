package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Stored;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Normalization;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.Scoring;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.machine.CudaLibraries;
import dev.gossamer.model.Network;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A process of {@link StandInsTest}: trains four steps of a network on the CUDA device and on the reference, and prints
 * how far they are apart, relative to the norm of a worker's row. Arguments: model, width, dropout, edge of the images,
 * workers, images of a worker.
 */
final class StandInProgram {

    private static final int CLASSES = 10;
    private static final int STEPS = 4;

    private final Program training;
    private final Program evaluation;
    private final int workers;
    private final int size;
    private final Random random = new Random(1);
    private final Map<String, Double> distances = new LinkedHashMap<>();

    private StandInProgram(String[] arguments) {
        ImageShape shape = new ImageShape(3, Integer.parseInt(arguments[3]), Integer.parseInt(arguments[3]));
        training = program(arguments, shape, true);
        evaluation = program(arguments, shape, false);
        workers = Integer.parseInt(arguments[4]);
        size = Integer.parseInt(arguments[5]);
    }

    public static void main(String[] arguments) {
        CudaLibraries.find().load();
        try {
            StandInProgram program = new StandInProgram(arguments);
            program.train(CudaDevice.open(
                    0, Precision.FP32, Switches.of(System.getenv()), Optional.empty()));
            program.distances.forEach((what, distance) -> System.out.println(what + " " + distance));
        } catch (CudaException e) {
            System.out.println(e.getMessage());
            System.exit(3);
        }
    }

    private static Program program(String[] arguments, ImageShape shape, boolean training) {
        return Compiler.compile(Network.of(arguments[0], Double.parseDouble(arguments[1]),
                Double.parseDouble(arguments[2]))
                .configuration(shape, CLASSES, 7, DataType.FLOAT), shape, training);
    }

    private final Update rule = Rules.descent(0.9, 1e-3, 0.9);

    private void train(CudaDevice device) {
        Scheme scheme = Topologies.parse(workers == 1 ? "solo" : "ring", workers);
        try (Replicas actual = device.load(training, evaluation, workers, rule);
                Replicas expected = HostDevice.reference().load(training, evaluation, workers, rule)) {
            fill(actual, expected);
            for (int t = 0; t < STEPS; t++) {
                computeGradients(actual, expected);
                Clock clock = new Clock(t, 0.01);
                actual.matrices().step(clock, scheme.at(t));
                expected.matrices().step(clock, scheme.at(t));
                rule.kept().forEach(matrix -> compare(matrix, actual, expected));
                distance("consensus distance", expected.matrices().consensusDistance(rule.parameters()),
                        actual.matrices().consensusDistance(rule.parameters()));
            }
            ImageSet images = images(50);
            distance("loss of the mean", expected.scoring().score(rule.parameters(), Scoring.MEAN, images).loss(),
                    actual.scoring().score(rule.parameters(), Scoring.MEAN, images).loss());
            distance("loss of an average", expected.scoring().score(rule.evaluated(), 0, images).loss(),
                    actual.scoring().score(rule.evaluated(), 0, images).loss());
        }
    }

    private void fill(Replicas actual, Replicas expected) {
        for (int i = 0; i < workers; i++) {
            for (Kept matrix : List.of(rule.parameters(), rule.evaluated())) {
                float[] values = gaussian((int) training.size(), 0.05);
                actual.matrices().write(matrix, i, FloatBuffer.wrap(values));
                expected.matrices().write(matrix, i, FloatBuffer.wrap(values));
            }
        }
    }

    private void computeGradients(Replicas actual, Replicas expected) {
        Batch batch = Batch.of(images(workers * size), workers);
        long[] seeds = random.longs(workers).toArray();
        double[] actualLosses = new double[workers];
        double[] losses = new double[workers];
        actual.gradients().compute(batch, seeds, actualLosses);
        expected.gradients().compute(batch, seeds, losses);
        for (int i = 0; i < workers; i++) {
            distance("losses", losses[i], actualLosses[i]);
        }
        compare(rule.gradients(), actual, expected);
    }

    private void compare(Stored matrix, Replicas actual, Replicas expected) {
        for (int i = 0; i < workers; i++) {
            FloatBuffer first = FloatBuffer.allocate((int) training.size());
            FloatBuffer second = FloatBuffer.allocate((int) training.size());
            actual.matrices().read(matrix, i, first);
            expected.matrices().read(matrix, i, second);
            double difference = 0;
            double norm = 0;
            for (int k = 0; k < first.capacity(); k++) {
                difference += Math.pow((double) first.get(k) - second.get(k), 2);
                norm += Math.pow(second.get(k), 2);
            }
            note(matrix.name(), Math.sqrt(difference / norm));
        }
    }

    private void distance(String what, double expected, double actual) {
        note(what, expected == actual ? 0 : Math.abs(actual - expected) / Math.abs(expected));
    }

    /** Not a number is larger than any. */
    private void note(String what, double distance) {
        distances.merge(what, distance, (first, second) -> second <= first ? first : second);
    }

    private float[] gaussian(int count, double scale) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    private ImageSet images(int count) {
        byte[] pixels = new byte[count * training.images().size()];
        random.nextBytes(pixels);
        byte[] labels = new byte[count];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) random.nextInt(CLASSES);
        }
        return new ImageSet(training.images(), pixels, labels,
                new Normalization(new double[] {0.3, 0.4, 0.5}, new double[] {0.2, 0.25, 0.3}));
    }
}
