package dev.gossamer.toy;

import dev.gossamer.data.Augmentation;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.DataSets;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Normalization;
import dev.gossamer.data.PublishedTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Files of grey images of 4x4 pixels, each after its label. */
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
    public Augmentation augmentation() {
        return Augmentation.NONE;
    }

    @Override
    public double divergenceLoss() {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public String folder() {
        return "stamps";
    }

    @Override
    public List<String> files() {
        return List.of("train", "test");
    }

    @Override
    public Source source() {
        return new Source(URI.create("http://localhost/"), List.of());
    }

    @Override
    public DataSet load(List<Path> paths) {
        return DataSets.of(this, read(paths.get(0)), read(paths.get(1)));
    }

    private ImageSet read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            int record = 1 + shape().size();
            byte[] labels = new byte[bytes.length / record];
            byte[] pixels = new byte[labels.length * shape().size()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = bytes[i * record];
                byte[] image = Arrays.copyOfRange(bytes, i * record + 1, (i + 1) * record);
                System.arraycopy(image, 0, pixels, i * image.length, image.length);
            }
            return new ImageSet(shape(), pixels, labels, normalization());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return form();
    }
}
