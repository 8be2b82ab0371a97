package dev.gossamer.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.model.Loss;
import dev.gossamer.record.ConfusionMatrix;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.factory.Nd4j;

/** Scores of outputs that are given, beside ND4J's own counting. */
class ScoreSumTest {

    private static ImageSet images(int[] labels) {
        char[] classes = new char[labels.length];
        for (int i = 0; i < labels.length; i++) {
            classes[i] = (char) labels[i];
        }
        return new ImageSet(new ImageShape(1, 1, 1), new float[labels.length], classes);
    }

    private static Score score(Loss loss, float[][] outputs, ImageSet images) {
        ScoreSum[] parts = new ScoreSum[ScoreSum.chunks(images)];
        for (int chunk = 0; chunk < parts.length; chunk++) {
            int from = ScoreSum.start(images, chunk);
            int count = ScoreSum.start(images, chunk + 1) - from;
            float[] flat = new float[count * outputs[0].length];
            for (int i = 0; i < count; i++) {
                System.arraycopy(outputs[from + i], 0, flat, i * outputs[0].length, outputs[0].length);
            }
            parts[chunk] = ScoreSum.of(loss, flat, images, from, count);
        }
        return ScoreSum.total(parts, images);
    }

    @ParameterizedTest
    @CsvSource({"CROSS_ENTROPY, 7, 333", "CROSS_ENTROPY, 2, 50", "CROSS_ENTROPY, 300, 1000", "SQUARED_ERROR, 4, 101"})
    void confusionIsThatOfNd4j(Loss loss, int classes, int count) {
        Random random = new Random(classes);
        int[] labels = random.ints(count, 0, classes).toArray();
        float[][] outputs = new float[count][classes];
        for (int i = 0; i < count; i++) {
            for (int k = 0; k < classes; k++) {
                outputs[i][k] = (float) random.nextGaussian() + (k == labels[i] ? 1 : 0);
            }
        }
        float[][] truth = new float[count][classes];
        for (int i = 0; i < count; i++) {
            truth[i][labels[i]] = 1;
        }
        Evaluation expected = new Evaluation(classes);
        expected.eval(Nd4j.create(truth), Nd4j.create(outputs));

        ImageSet images = images(labels);
        Score score = score(loss, outputs, images);
        ConfusionMatrix confusion = ConfusionMatrix.of(
                IntStream.range(0, classes).mapToObj(Integer::toString).toList(), images, score.predicted());
        for (int i = 0; i < classes; i++) {
            for (int j = 0; j < classes; j++) {
                assertEquals(expected.getConfusionMatrix().getCount(i, j), confusion.counts()[i][j], i + " as " + j);
            }
        }
        assertEquals(expected.accuracy(), score.accuracy(), 1e-12);
        assertEquals(count, Arrays.stream(confusion.counts()).flatMapToInt(Arrays::stream).sum());
        assertEquals(score.accuracy(),
                (double) IntStream.range(0, classes).map(k -> confusion.counts()[k][k]).sum() / count);
    }

    @Test
    void ofEqualOutputsTheFirstIsPredicted() {
        float[][] outputs = {{1, 3, 3}, {2, 2, 2}, {0, 0, 1}};
        Score score = score(Loss.CROSS_ENTROPY, outputs, images(new int[] {1, 1, 2}));
        assertEquals(List.of(1, 0, 2), score.predicted());
        assertEquals(2 / 3.0, score.accuracy());
    }
}
