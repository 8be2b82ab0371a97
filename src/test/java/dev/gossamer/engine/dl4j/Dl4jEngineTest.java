package dev.gossamer.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.Augmentation;
import dev.gossamer.data.Batch;
import dev.gossamer.data.BatchSampler;
import dev.gossamer.data.Draws;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.data.Partition;
import dev.gossamer.engine.Columns;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.Score;
import dev.gossamer.engine.Scoring;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

class Dl4jEngineTest {

    private static final int WORKERS = 5;
    private static final int BATCH = 4;
    private static final int CLASSES = 10;
    private static final ImageShape SHAPE = new ImageShape(3, 32, 32);
    private static final ImageSet IMAGES = randomImages(300);
    private static final Clock CLOCK = new Clock(0, 0.05);

    private static Update rule(boolean ema) {
        return Rules.descent(0.9, 1e-4, ema ? 0.5 : 0);
    }

    private static ImageSet randomImages(int count) {
        return NoiseImages.of(new Random(1), SHAPE, count, CLASSES);
    }

    private static Dl4jEngine engine(String model, int workers, boolean ema, int threads) {
        return new Dl4jEngine(
                () -> Network.of(model, 0.05, 0.5)
                .configuration(SHAPE, CLASSES, 7, DataType.FLOAT),
                SHAPE, CLASSES, workers, rule(ema), 7, threads);
    }

    /** As on a backend whose memory is elsewhere. */
    private static Dl4jEngine withoutHostMemory(String model) {
        return new Dl4jEngine(
                () -> Network.of(model, 0.05, 0.5)
                .configuration(SHAPE, CLASSES, 7, DataType.FLOAT),
                SHAPE, CLASSES, WORKERS, rule(true), 7, 3, false);
    }

    private static float[] parameters(ReplicaEngine engine, int worker) {
        FloatBuffer values = FloatBuffer.allocate((int) engine.matrices().parameters());
        engine.matrices().readParameters(worker, values);
        return values.array();
    }

    private static double train(ReplicaEngine engine, int steps) {
        Scheme scheme = Topologies.parse("ring", engine.matrices().workers());
        double loss = 0;
        BatchSampler batches = new BatchSampler(
                IMAGES, Augmentation.CROP_AND_FLIP, Partition.parse("shared"), engine.matrices().workers(), BATCH, 3);
        for (int t = 0; t < steps; t++) {
            loss = engine.computeGradients(batches.at(t), t);
            engine.update(CLOCK, scheme.at(t));
        }
        return loss;
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg-11", "resnet-20", "mlp"})
    void threadsAndRepetitionsDoNotChangeABit(String model) {
        float[][] finals = new float[3][];
        for (int run = 0; run < finals.length; run++) {
            try (Dl4jEngine engine = engine(model, WORKERS, false, run == 2 ? 1 : 3)) {
                train(engine, 6);
                finals[run] = parameters(engine, 2);
            }
        }
        assertArrayEquals(finals[0], finals[1], "a repetition differs");
        assertArrayEquals(finals[0], finals[2], "one thread and three differ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg-11", "resnet-20", "mlp"})
    void copiesInPlaceOfHostMemoryGiveTheSame(String model) {
        try (Dl4jEngine host = engine(model, WORKERS, true, 2); Dl4jEngine other = withoutHostMemory(model)) {
            FloatBuffer start = FloatBuffer.wrap(parameters(host, 1));
            start.put(5, 0.25f);
            host.matrices().writeParameters(3, start.rewind());
            other.matrices().writeParameters(3, start.rewind());
            assertEquals(train(host, 4), train(other, 4), 1e-4);
            for (int i = 0; i < WORKERS; i++) {
                assertArrayEquals(parameters(host, i), parameters(other, i), 1e-4f);
            }
            double distance = distance(host);
            assertEquals(distance, distance(other), 1e-4 * distance);
            Score expected = host.evaluate(Scoring.MEAN, IMAGES);
            assertEquals(expected.loss(), other.evaluate(Scoring.MEAN, IMAGES).loss(), 1e-4);
        }
    }

    private static double distance(Dl4jEngine engine) {
        return engine.matrices().consensusDistance(engine.matrices().rule().models());
    }

    @Test
    void allWorkersStartEqualAndDriftApartWhenTheyTrainAlone() {
        try (Dl4jEngine engine = engine("vgg-11", WORKERS, false, 2)) {
            assertEquals(0, distance(engine));
            assertArrayEquals(parameters(engine, 0), parameters(engine, 4));
            train(engine, 2);
            assertTrue(distance(engine) > 0);
            assertFalse(Arrays.equals(parameters(engine, 0), parameters(engine, 4)));
        }
    }

    @Test
    void consensusDistanceIsThatOfTheParameters() {
        try (Dl4jEngine engine = engine("vgg-11", WORKERS, false, 2)) {
            train(engine, 4);
            float[] mean = engine.arrays().matrix(engine.matrices().rule().parameters()).mean(0).toFloatVector();
            double expected = 0;
            for (int i = 0; i < WORKERS; i++) {
                float[] row = parameters(engine, i);
                for (int k = 0; k < row.length; k++) {
                    expected += Math.pow((double) row[k] - mean[k], 2) / WORKERS;
                }
            }
            assertEquals(expected, distance(engine), 1e-4 * expected);
        }
    }

    @Test
    void dropoutMasksDifferBetweenWorkersAndSteps() {
        try (Dl4jEngine engine = engine("vgg-11", 2, false, 2)) {
            Batch same = sameImages(2);
            double first = engine.computeGradients(same, 0);
            float[][] gradients = engine.arrays().matrix(engine.matrices().rule().gradients()).toFloatMatrix();
            assertFalse(Arrays.equals(gradients[0], gradients[1]), "two workers with equal inputs share a mask");
            assertNotEquals(first, engine.computeGradients(same, 1));
            assertEquals(first, engine.computeGradients(same, 0), "a step's masks do not come back");
        }
    }

    private static Batch sameImages(int workers) {
        int[] labels = new int[workers * BATCH];
        Arrays.setAll(labels, i -> IMAGES.label(i % BATCH));
        int[] places = new int[Draws.NUMBERS * labels.length];
        Arrays.setAll(places, k -> k % Draws.NUMBERS == 0 ? k / Draws.NUMBERS % BATCH : 0);
        return new Batch(new Draws(IMAGES, places), labels, workers, BATCH);
    }

    @Test
    void parametersAreReadAndWrittenWhereTheBufferStands() {
        try (Dl4jEngine engine = engine("linear", 3, false, 2)) {
            int d = (int) engine.matrices().parameters();
            float[][] before = engine.arrays().matrix(engine.matrices().rule().parameters()).toFloatMatrix();
            FloatBuffer values = FloatBuffer.allocate(d + 5);
            for (int k = 0; k < d + 5; k++) {
                values.put(k, k);
            }
            engine.matrices().writeParameters(1, values.position(3));
            assertEquals(d + 3, values.position());
            FloatBuffer read = FloatBuffer.allocate(2 * d);
            engine.matrices().readParameters(1, read);
            engine.matrices().readParameters(2, read);
            assertEquals(0, read.remaining());
            assertEquals(3, read.get(0));
            assertEquals(d + 2, read.get(d - 1));
            assertArrayEquals(before[2], Arrays.copyOfRange(read.array(), d, 2 * d));
            assertArrayEquals(before[0], parameters(engine, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> engine.matrices().readParameters(Scoring.MEAN, read));
        }
    }

    @Test
    void scoresTheMovingAverageOfAWorkerAndOfTheMean() {
        try (Dl4jEngine trained = engine("vgg-11", WORKERS, true, 2);
                Dl4jEngine copy = engine("vgg-11", 1, false, 1)) {
            train(trained, 5);
            float[] average = trained.arrays().matrix(trained.matrices().rule().evaluated()).getRow(3).toFloatVector();
            copy.matrices().writeParameters(0, FloatBuffer.wrap(average));
            assertEquals(copy.evaluate(0, IMAGES), trained.evaluate(3, IMAGES));
            copy.matrices().writeParameters(0, FloatBuffer.wrap(
                    trained.arrays().matrix(trained.matrices().rule().evaluated()).mean(0).toFloatVector()));
            Score mean = trained.evaluate(Scoring.MEAN, IMAGES);
            assertEquals(copy.evaluate(0, IMAGES).loss(), mean.loss(), 1e-5);
            assertNotEquals(trained.evaluate(0, IMAGES), trained.evaluate(3, IMAGES));
        }
    }

    @Test
    void scoreIsTheMeanOverImagesWhateverTheChunks() {
        try (Dl4jEngine engine = engine("vgg-11", 1, false, 2)) {
            Score all = engine.evaluate(0, IMAGES);
            double loss = 0;
            double accuracy = 0;
            for (int i = 0; i < IMAGES.size(); i++) {
                Score one = engine.evaluate(0, single(i));
                loss += one.loss() / IMAGES.size();
                accuracy += one.accuracy() / IMAGES.size();
            }
            assertEquals(loss, all.loss(), 1e-5);
            assertEquals(accuracy, all.accuracy(), 1e-9);
        }
    }

    private static ImageSet single(int i) {
        return part(i, i + 1);
    }

    private static ImageSet part(int from, int to) {
        byte[] pixels = Arrays.copyOfRange(IMAGES.pixels(), from * SHAPE.size(), to * SHAPE.size());
        byte[] labels = new byte[to - from];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (byte) IMAGES.label(from + i);
        }
        return new ImageSet(SHAPE, pixels, labels, IMAGES.normalization());
    }

    /** More would take more memory in evaluation than in training. */
    @Test
    void batchNormSeesFiftyImagesAtOnce() {
        try (Dl4jEngine engine = engine("resnet-20", 1, false, 2)) {
            double first = engine.evaluate(0, part(0, 50)).loss();
            double second = engine.evaluate(0, part(50, 100)).loss();
            assertEquals((first + second) / 2, engine.evaluate(0, part(0, 100)).loss(), 1e-12);
            double halves = engine.evaluate(0, part(0, 25)).loss() + engine.evaluate(0, part(25, 50)).loss();
            assertTrue(Math.abs(halves / 2 - first) > 1e-6, "batch norm does not see all fifty");
        }
    }

    @Test
    void rejectsBatchesAndMatricesForOtherNumbersOfWorkers() {
        try (Dl4jEngine engine = engine("linear", WORKERS, false, 2)) {
            var batch = assertThrows(IllegalArgumentException.class, () -> engine.computeGradients(sameImages(2), 0));
            assertEquals("the engine has 5 workers, but the batch is for 2", batch.getMessage());
            var mixing = assertThrows(
                    IllegalArgumentException.class, () -> engine.update(CLOCK, Topologies.parse("ring", 4).at(0)));
            assertEquals("the engine has 5 workers, but the mixing matrix is for 4", mixing.getMessage());
        }
    }

    @Test
    void eachWorkerTrainsOnItsPartOfTheBatch() {
        try (Dl4jEngine all = engine("linear", 3, false, 2);
                Dl4jEngine alone = engine("linear", 1, false, 1)) {
            Batch batch = new BatchSampler(
                    IMAGES, Augmentation.CROP_AND_FLIP, Partition.parse("shared"), 3, BATCH, 3).at(0);
            double mean = all.computeGradients(batch, 0);
            double sum = 0;
            for (int i = 0; i < 3; i++) {
                sum += alone.computeGradients(part(batch, i), 0);
                assertArrayEquals(
                        alone.arrays().matrix(alone.matrices().rule().gradients()).toFloatVector(),
                        all.arrays().matrix(all.matrices().rule().gradients()).getRow(i).toFloatVector(), 1e-6f);
            }
            assertEquals(sum / 3, mean, 1e-9);
        }
    }

    private static Batch part(Batch batch, int worker) {
        int values = BATCH * Draws.NUMBERS;
        int[] places = Arrays.copyOfRange(batch.draws().places(), worker * values, (worker + 1) * values);
        int[] labels = Arrays.copyOfRange(batch.labels(), worker * BATCH, (worker + 1) * BATCH);
        return new Batch(new Draws(IMAGES, places), labels, 1, BATCH);
    }

    @Test
    void rowsBeyondTwoBillionValuesAreFound() {
        assertEquals(300L * 9_750_922, ReplicaArrays.offset(300, 9_750_922));
    }

    /** What is compressed tensor by tensor is the same on both engines. */
    @ParameterizedTest
    @ValueSource(strings = {"vgg-11", "resnet-20", "resnet-20-evonorm", "wide-resnet-16-4", "lenet-groupnorm", "mlp", "linear"})
    void tensorsHaveTheColumnsThatTheyHaveInAProgram(String model) {
        var network = Network.of(model, 0.05, 0.5).configuration(SHAPE, CLASSES, 7, DataType.FLOAT);
        List<Columns> tensors = Compiler.compile(network, SHAPE, true).tensors();
        try (Dl4jEngine engine = engine(model, 2, false, 1)) {
            assertEquals(tensors, engine.arrays().tensors());
            assertEquals(engine.matrices().parameters(), tensors.get(tensors.size() - 1).to());
        }
        assertEquals(tensors.stream().map(tensor -> (long) (tensor.to() - tensor.from())).sorted().toList(),
                LongStream.of(Models.tensors(network)).sorted().boxed().toList());
    }
}
