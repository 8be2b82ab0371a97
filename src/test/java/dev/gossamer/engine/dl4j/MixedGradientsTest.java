package dev.gossamer.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.data.Augmentation;
import dev.gossamer.data.Batch;
import dev.gossamer.data.BatchSampler;
import dev.gossamer.data.Draws;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Mixup;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Network;
import dev.gossamer.model.PooledNet;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** By its definition: a batch that is mixed is between two batches of images that were mixed before. */
class MixedGradientsTest {

    private static final int CLASSES = 10;
    private static final int WORKERS = 2;
    private static final int SIZE = 5;
    private static final ImageShape SHAPE = new ImageShape(3, 8, 8);
    private static final Update RULE = Rules.descent(0, 0, 0);

    private static ComputationGraphConfiguration network(String model, String smoothing) {
        if (model.equals("pooled")) {
            return PooledNet.network(1).configuration(SHAPE, CLASSES, 1, DataType.FLOAT);
        }
        Map<Key<?>, String> texts = Map.of(Network.MODEL, model, Network.WIDTH, "0.125",
                Network.LABEL_SMOOTHING, smoothing);
        return Network.of(new Values(texts)).configuration(SHAPE, CLASSES, 1, DataType.FLOAT);
    }

    private static ReplicaEngine engine(String name, String model, String smoothing) {
        return switch (name) {
            case "dl4j" ->
                new Dl4jEngine(() -> network(model, smoothing), SHAPE, CLASSES, WORKERS, RULE, 1, 1);
            case "cpu" -> new StackedEngine(network(model, smoothing), SHAPE, WORKERS, RULE, 1, HostDevice.cpu(2));
            default -> new StackedEngine(network(model, smoothing), SHAPE, WORKERS, RULE, 1, HostDevice.reference());
        };
    }

    private static Batch mixed() {
        ImageSet images = NoiseImages.of(new Random(3), SHAPE, 40, CLASSES);
        return new BatchSampler(
                images, Augmentation.parse("crop+flip+cutout-3"), 0.7, Partition.SHARED, WORKERS, SIZE, 5).at(3);
    }

    /** Images that a batch mixes, mixed in double precision, and labelled as the numbers of the images say. */
    private static Batch before(Batch batch, IntUnaryOperator labelled) {
        Draws draws = batch.draws();
        Mixup mixup = draws.mixup();
        float[] alone = new float[WORKERS * SIZE * SHAPE.size()];
        new Draws(draws.source(), draws.places(), draws.holes(), Mixup.NONE)
                .render(0, WORKERS * SIZE, FloatBuffer.wrap(alone));
        float[] mixed = new float[alone.length];
        char[] labels = new char[WORKERS * SIZE];
        for (int i = 0; i < labels.length; i++) {
            double share = mixup.shares()[i];
            int partner = mixup.partners()[i];
            for (int k = 0; k < SHAPE.size(); k++) {
                mixed[i * SHAPE.size() + k] = (float) (share * alone[i * SHAPE.size() + k]
                        + (1 - share) * alone[partner * SHAPE.size() + k]);
            }
            labels[i] = (char) batch.labels()[labelled.applyAsInt(i)];
        }
        return Batch.of(new ImageSet(SHAPE, mixed, labels), WORKERS);
    }

    private static double[] gradients(ReplicaEngine engine, Batch batch, double[] losses) {
        engine.gradients().compute(batch, new long[WORKERS], losses);
        int size = (int) engine.matrices().parameters();
        double[] all = new double[WORKERS * size];
        for (int i = 0; i < WORKERS; i++) {
            FloatBuffer row = FloatBuffer.allocate(size);
            engine.matrices().read(RULE.gradients(), i, row);
            for (int k = 0; k < size; k++) {
                all[i * size + k] = row.get(k);
            }
        }
        return all;
    }

    /** Mean over the classes and a worker's images of the squared distance of the two targets. */
    private static double variance(Batch batch, int worker) {
        return IntStream.range(worker * SIZE, (worker + 1) * SIZE)
                .filter(i -> batch.labels()[i] != batch.labels()[batch.draws().mixup().partners()[i]])
                .count() * 2.0 / CLASSES / SIZE;
    }

    /** A squared error is that of the mixed target, which is smaller by a number that no parameter changes. */
    @ParameterizedTest
    @CsvSource({"mlp, 0", "mlp, 0.2", "resnet-20, 0", "lenet, 0.1", "pooled, 0"})
    void lossesAndGradientsAreBetweenThoseOfTheClasses(String model, String smoothing) {
        Batch batch = mixed();
        int[] partners = batch.draws().mixup().partners();
        float[] shares = batch.draws().mixup().shares();
        assertTrue(shares[0] > 0.01 && shares[0] < 0.99 && shares[0] != shares[SIZE], () -> Arrays.toString(shares));
        for (String name : new String[] {"dl4j", "cpu", "reference"}) {
            try (ReplicaEngine engine = engine(name, model, smoothing)) {
                double[] losses = new double[WORKERS];
                double[] own = new double[WORKERS];
                double[] other = new double[WORKERS];
                double[] actual = gradients(engine, batch, losses);
                double[] first = gradients(engine, before(batch, i -> i), own);
                double[] second = gradients(engine, before(batch, i -> partners[i]), other);
                double largest = Arrays.stream(first).map(Math::abs).max().getAsDouble();
                for (int i = 0; i < WORKERS; i++) {
                    double share = shares[i * SIZE];
                    assertTrue(Math.abs(own[i] - other[i]) > 1e-3, name);
                    double between = share * own[i] + (1 - share) * other[i];
                    if (model.equals("pooled")) {
                        between -= share * (1 - share) * variance(batch, i);
                    }
                    assertEquals(between, losses[i], 1e-5 * own[i], name);
                    int size = actual.length / WORKERS;
                    for (int k = i * size; k < (i + 1) * size; k++) {
                        assertEquals(share * first[k] + (1 - share) * second[k], actual[k], 2e-5 * largest, name);
                    }
                }
            }
        }
    }
}
