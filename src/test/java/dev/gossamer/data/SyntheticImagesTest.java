package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SyntheticImagesTest {

    private DataSet colour;
    private DataSet grey;

    @BeforeAll
    void generate() {
        colour = DataSets.synthetic(new Cifar10(), 1);
        grey = DataSets.synthetic(new FashionMnist(), 1);
    }

    static List<Task> tasks() {
        return List.of(new Cifar10(), new FashionMnist());
    }

    private DataSet set(Task task) {
        return task.equals(new Cifar10()) ? colour : grey;
    }

    @Test
    void setsSayWhatTheyAre() {
        assertEquals("synthetic-32x32x3", colour.name());
        assertEquals("synthetic-28x28x1", grey.name());
        for (Task task : tasks()) {
            DataSet set = set(task);
            assertTrue(set.synthetic());
            assertEquals(task.shape(), set.train().shape());
            assertEquals(task.shape(), set.test().shape());
            assertEquals(task.classes(), set.classes());
            assertEquals(task.augmentation(), set.augmentation());
        }
    }

    /** The first ten of a hundred classes are those of ten; a linear model tells groups apart. */
    @Test
    void aSetHasAsManyClassesAsItsTask() {
        for (PublishedTask task : List.of(new Cifar100.Fine(), new Cifar100.Coarse(), new Emnist.Balanced())) {
            DataSet set = DataSets.synthetic(task, 1);
            assertEquals(task.classes(), set.classes());
            assertEquals("synthetic-" + (task.shape().channels() == 3 ? "32x32x3" : "28x28x1") + "-of-"
                    + task.classes(), set.name());
            int[] counts = new int[task.classes()];
            for (int i = 0; i < set.train().size(); i++) {
                counts[set.train().label(i)]++;
            }
            assertTrue(Arrays.stream(counts).max().orElseThrow() - Arrays.stream(counts).min().orElseThrow() <= 1);
        }
        DataSet hundred = DataSets.synthetic(new Cifar100.Fine(), 1);
        int size = hundred.train().shape().size();
        for (int i = 0; i < 10; i++) {
            assertArrayEquals(Arrays.copyOfRange(colour.train().pixels(), i * size, (i + 1) * size),
                    Arrays.copyOfRange(hundred.train().pixels(), i * size, (i + 1) * size));
        }
        SoftmaxRegression model = new SoftmaxRegression(hundred.train(), 100);
        for (float rate : new float[] {1e-4f, 1e-4f, 3e-5f}) {
            model.trainEpoch(rate, 0);
        }
        double accuracy = model.accuracy(hundred.test());
        assertTrue(accuracy > 0.03 && accuracy < 0.5, "above chance, 0.01, and no more than groups: " + accuracy);
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void classesAreEqualInSize(Task task) {
        for (ImageSet images : new ImageSet[] {set(task).train(), set(task).test()}) {
            int[] counts = new int[10];
            for (int i = 0; i < images.size(); i++) {
                counts[images.label(i)]++;
            }
            for (int count : counts) {
                assertEquals(images.size() / 10, count);
            }
        }
    }

    @Test
    void seedDecidesTheImages() {
        DataSet again = DataSets.synthetic(new Cifar10(), 1);
        assertEquals(colour.fingerprint(), again.fingerprint());
        assertArrayEquals(colour.test().pixels(), again.test().pixels());
        assertNotEquals(colour.fingerprint(), DataSets.synthetic(new Cifar10(), 2).fingerprint());
    }

    /** Results on these sets are compared across versions and machines. */
    @Test
    void imagesStayAsTheyAre() {
        assertEquals("3fdc368559b38fba1f591cbb741cdf1b29613aab821d15e7acc16d739a77c21c", colour.fingerprint());
        assertEquals("552cf83c7769e8ffd1b64b3c3e8ec1cac1cf7543a4bb7c1e7d432a29cdb360cb", grey.fingerprint());
    }

    /** By the set's own normalisation, as for CIFAR-10: mean 0, and standard deviation 1 within an image. */
    @ParameterizedTest
    @MethodSource("tasks")
    void normalisationFitsTheImages(Task task) {
        ImageSet train = set(task).train();
        for (int c = 0; c < train.shape().channels(); c++) {
            Moments moments = Moments.of(train, c);
            float[] inputs = train.normalization().table(c);
            double stddev = 1 / (inputs[255] - inputs[0]);
            double mean = -inputs[0] * stddev;
            assertEquals(moments.mean, mean, 0.002);
            assertEquals(moments.stddevWithinImages, stddev, 0.002);
        }
    }

    /** Softmax regression, at its best over four passes with a falling rate, fails: below 60 %, though above chance. */
    @ParameterizedTest
    @MethodSource("tasks")
    void linearModelFails(Task task) {
        double best = 0;
        SoftmaxRegression model = new SoftmaxRegression(set(task).train(), 10);
        float[] learningRates = {1e-4f, 1e-4f, 3e-5f, 1e-5f};
        for (int epoch = 0; epoch < learningRates.length; epoch++) {
            model.trainEpoch(learningRates[epoch], epoch);
            best = Math.max(best, model.accuracy(set(task).test()));
        }
        assertTrue(best > 0.2 && best < 0.6, "best test accuracy " + best);
    }

    @Test
    void mirroredImagesKeepTheirClass() {
        DataSet set = colour;
        assertEquals(Augmentation.CROP_AND_FLIP, set.augmentation());
        double[][] plain = gradients(set.train(), false);
        double[][] mirrored = gradients(set.train(), true);
        for (int label = 0; label < 10; label++) {
            double largest = Arrays.stream(plain[label]).max().orElseThrow();
            assertArrayEquals(plain[label], mirrored[label], 0.03 * largest);
        }
    }

    /** Mean absolute differences down, across and along both diagonals, by class. */
    private static double[][] gradients(ImageSet images, boolean mirror) {
        int[][] directions = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};
        double[][] sums = new double[10][directions.length];
        FloatBuffer buffer = FloatBuffer.allocate(images.shape().size());
        for (int i = 0; i < images.size(); i++) {
            images.normalize(i, i + 1, buffer.clear());
            for (int k = 0; k < directions.length; k++) {
                int down = directions[k][0];
                int across = mirror ? -directions[k][1] : directions[k][1];
                double sum = 0;
                for (int y = 1; y < 31; y++) {
                    for (int x = 1; x < 31; x++) {
                        sum += Math.abs(buffer.get(y * 32 + x) - buffer.get((y + down) * 32 + x + across));
                    }
                }
                sums[images.label(i)][k] += sum;
            }
        }
        return sums;
    }
}
