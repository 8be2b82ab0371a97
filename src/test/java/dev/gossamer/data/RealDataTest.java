package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recomputes the constants of the real data sets where these are present. */
class RealDataTest {

    private static final Path DIRECTORY = Path.of("datasets");

    private static DataSet load(PublishedTask task) {
        assumeTrue(
                Inventory.of(task, DIRECTORY).isComplete(),
                "no " + task + " data in " + DIRECTORY + "/; ./run.sh data fetch " + task + " brings it");
        return DataSets.open(task, DIRECTORY, null);
    }

    @Test
    void cifar() {
        DataSet set = load(new Cifar10());
        assertEquals(50_000, set.train().size());
        assertEquals(10_000, set.test().size());
        double[] mean = {0.4914, 0.4822, 0.4465};
        double[] stddev = {0.2023, 0.1994, 0.2010};
        for (int c = 0; c < 3; c++) {
            Moments moments = Moments.of(set.train(), c);
            assertEquals(mean[c], moments.mean, 0.00005);
            assertEquals(stddev[c], moments.stddevWithinImages, 0.00005);
        }
        assertNormalised(set.train(), mean, stddev);
        assertClassesAreEqual(set);
    }

    @Test
    void cifar100() {
        for (Cifar100 task : List.of(new Cifar100.Fine(), new Cifar100.Coarse())) {
            DataSet set = load(task);
            assertMoments(set, new double[] {0.5071, 0.4865, 0.4409}, new double[] {0.2673, 0.2564, 0.2762});
            assertClassesAreEqual(set);
        }
    }

    @Test
    void svhn() {
        assertMoments(load(new Svhn()), new double[] {0.4377, 0.4438, 0.4728}, new double[] {0.1980, 0.2010, 0.1970});
    }

    @Test
    void fashion() {
        assertMnistLike(new FashionMnist(), 0.2860, 0.3530);
    }

    @Test
    void mnist() {
        assertMoments(load(new Mnist()), new double[] {0.1307}, new double[] {0.3081});
    }

    @Test
    void kmnist() {
        assertMnistLike(new Kmnist(), 0.1918, 0.3483);
    }

    @Test
    void emnistBalanced() {
        assertMnistLike(new Emnist.Balanced(), 0.1751, 0.3332);
    }

    @Test
    void emnistLetters() {
        assertMnistLike(new Emnist.Letters(), 0.1722, 0.3309);
    }

    @Test
    void emnistDigits() {
        assertMnistLike(new Emnist.Digits(), 0.1733, 0.3317);
    }

    private static void assertMnistLike(PublishedTask task, double mean, double stddev) {
        DataSet set = load(task);
        assertMoments(set, new double[] {mean}, new double[] {stddev});
        assertClassesAreEqual(set);
    }

    private static void assertMoments(DataSet set, double[] mean, double[] stddev) {
        PublishedTask task = PublishedTask.of(set.name());
        assertEquals(task.trainImages(), set.train().size());
        assertEquals(task.testImages(), set.test().size());
        for (int c = 0; c < mean.length; c++) {
            Moments moments = Moments.of(set.train(), c);
            assertEquals(mean[c], moments.mean, 0.00005);
            assertEquals(stddev[c], moments.stddev, 0.00005);
        }
        assertNormalised(set.train(), mean, stddev);
    }

    /** The set's own normalisation must use these constants. */
    private static void assertNormalised(ImageSet images, double[] mean, double[] stddev) {
        FloatBuffer inputs = FloatBuffer.allocate(images.shape().size());
        images.normalize(3, 4, inputs);
        int plane = images.shape().height() * images.shape().width();
        for (int k = 0; k < inputs.capacity(); k++) {
            int pixel = images.pixels()[3 * images.shape().size() + k] & 0xFF;
            assertEquals((pixel / 255.0 - mean[k / plane]) / stddev[k / plane], inputs.get(k), 1e-6);
        }
    }

    private static void assertClassesAreEqual(DataSet set) {
        int[] counts = new int[set.classes()];
        for (int i = 0; i < set.test().size(); i++) {
            counts[set.test().label(i)]++;
        }
        for (int count : counts) {
            assertEquals(set.test().size() / set.classes(), count);
        }
    }
}
