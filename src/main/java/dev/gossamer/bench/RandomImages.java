package dev.gossamer.bench;

import dev.gossamer.data.DataSet;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.Task;
import java.util.Random;

/** Images of noise, of a task's shape: enough to measure durations, which do not depend on what is in an image. */
final class RandomImages {

    private static final int COUNT = 2048;

    private RandomImages() {}

    /** The same ones at each call. */
    static DataSet of(Task task) {
        Random random = new Random(1);
        byte[] pixels = new byte[COUNT * task.shape().size()];
        random.nextBytes(pixels);
        byte[] labels = new byte[COUNT];
        for (int i = 0; i < COUNT; i++) {
            labels[i] = (byte) random.nextInt(task.classes());
        }
        ImageSet images = new ImageSet(task.shape(), pixels, labels, task.normalization());
        return new DataSet("noise", true, images, images, task.classNames(), task.augmentation(), "");
    }
}
