package dev.gossamer.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Recomputes the constants of the real data sets where these are present. */
class RealDataTest {

    private static final Path DIRECTORY = Path.of("datasets");

    private static DataSet load(Task task) {
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
    void fashion() {
        DataSet set = load(new FashionMnist());
        assertEquals(60_000, set.train().size());
        assertEquals(10_000, set.test().size());
        Moments moments = Moments.of(set.train(), 0);
        assertEquals(0.2860, moments.mean, 0.00005);
        assertEquals(0.3530, moments.stddev, 0.00005);
        assertNormalised(set.train(), new double[] {0.2860}, new double[] {0.3530});
        assertClassesAreEqual(set);
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
        int[] counts = new int[10];
        for (int i = 0; i < set.test().size(); i++) {
            counts[set.test().label(i)]++;
        }
        for (int count : counts) {
            assertEquals(1000, count);
        }
    }
}
