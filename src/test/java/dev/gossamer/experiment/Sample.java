package dev.gossamer.experiment;

import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.catalogue.Key;
import dev.gossamer.configuration.Evaluations;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Keys;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Augmentation;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Normalization;
import dev.gossamer.data.Task;
import dev.gossamer.model.Network;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small data and configurations for tests. */
public final class Sample {

    /** Number of classes of the data. */
    public static final int CLASSES = 3;

    private Sample() {}

    /** Grey images of 3x3 pixels, whose class is told by which row is bright; 120 to train on, 100 to test on. */
    public static DataSet data() {
        return new DataSet("sample", true, images(120, 1), images(100, 2), List.of("0", "1", "2"), Augmentation.NONE, "abc");
    }

    private static ImageSet images(int count, long seed) {
        Random random = new Random(seed);
        byte[] pixels = new byte[count * 9];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) random.nextInt(CLASSES);
            for (int k = 0; k < 9; k++) {
                int bright = k / 3 == labels[i] ? 120 : 0;
                pixels[9 * i + k] = (byte) (bright + random.nextInt(100));
            }
        }
        Normalization normalization = new Normalization(new double[] {0.35}, new double[] {0.25});
        return new ImageSet(new ImageShape(1, 3, 3), pixels, labels, normalization);
    }

    /** Four workers on a ring, batches of 5, 12 steps, 3 evaluations; with some keys changed. */
    public static RunConfiguration configuration(Map<Key<?>, String> changes) {
        Map<Key<?>, String> texts = Keys.map();
        texts.putAll(Map.of(
                Task.KEY, "fashion-mnist",
                Network.MODEL, "mlp",
                Gossip.WORKERS, "4",
                Optimization.BATCH_SIZE, "5",
                Optimization.STEPS, "12",
                Evaluations.EVALUATIONS, "3",
                Optimization.LEARNING_RATE, "0.5",
                Optimization.EMA, "0",
                Direction.WEIGHT_DECAY, "0",
                Direction.MOMENTUM, "0"));
        texts.putAll(changes);
        return RunConfiguration.of(texts);
    }
}
