package example;

import dev.gossamer.data.DataSet;
import dev.gossamer.data.DataSets;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Normalization;
import dev.gossamer.data.PublishedTask;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Grey images of 4x4 pixels, made here; those of class 1 are brighter. */
public record Stamps() implements PublishedTask {

    @Override
    public String form() {
        return "stamps";
    }

    @Override
    public ImageShape shape() {
        return new ImageShape(1, 4, 4);
    }

    @Override
    public int trainImages() {
        return 400;
    }

    @Override
    public int testImages() {
        return 100;
    }

    @Override
    public List<String> classNames() {
        return List.of("dark", "bright");
    }

    @Override
    public Normalization normalization() {
        return new Normalization(new double[] {0.5}, new double[] {0.25});
    }

    @Override
    public String folder() {
        return "stamps";
    }

    /** None: these are made. Others are looked for in the folder, and {@link #load} gets their paths. */
    @Override
    public List<String> files() {
        return List.of();
    }

    @Override
    public Source source() {
        return new Source(URI.create("http://localhost/"), List.of());
    }

    @Override
    public DataSet load(List<Path> paths) {
        return DataSets.of(this, stamps(trainImages(), 1), stamps(testImages(), 2));
    }

    private ImageSet stamps(int count, long seed) {
        Random random = new Random(seed);
        byte[] labels = new byte[count];
        byte[] pixels = new byte[count * shape().size()];
        for (int i = 0; i < count; i++) {
            labels[i] = (byte) random.nextInt(classes());
            for (int k = 0; k < shape().size(); k++) {
                pixels[i * shape().size() + k] = (byte) (random.nextInt(100) + 150 * labels[i]);
            }
        }
        return new ImageSet(shape(), pixels, labels, normalization());
    }

    @Override
    public String toString() {
        return form();
    }
}
