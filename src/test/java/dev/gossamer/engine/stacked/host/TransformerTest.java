package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.model.Network;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Layer norms, attention and position embeddings of a vision transformer beside plain Java. */
class TransformerTest {

    private static final int CLASSES = 5;

    private final Random random = new Random(1);

    /** Numbers of channels that lie in blocks, and others; one token, as many as channels of a head, and others. */
    @ParameterizedTest
    @CsvSource({"0.25, 4, 4, 3", "0.25, 16, 16, 3", "0.25, 32, 32, 4", "0.3, 28, 28, 2", "0.3, 16, 24, 1",
        "0.1, 12, 8, 3", "0.5, 8, 12, 2"})
    void gradientsAreThoseOfPlainJava(double width, int height, int imageWidth, int batch) {
        ImageShape images = new ImageShape(3, height, imageWidth);
        Program program = Compiler.compile(
                Network.of("vit-tiny", width, 0).configuration(images, CLASSES, 1, DataType.FLOAT), images, true);
        float[] pixels = floats(batch * images.size(), 1);
        float[] parameters = floats((int) program.size(), 0.2);
        int[] labels = random.ints(batch, 0, CLASSES).toArray();
        float[] expected = ReferenceGradients.of(program, parameters, pixels, labels);
        float[] actual = ReferenceGradients.of(program, new OneDnnKernels(batch, true), parameters, pixels, labels);
        for (Slice slice : program.parameters()) {
            double error = 0;
            double norm = 0;
            for (int k = (int) slice.offset(); k < slice.offset() + slice.size(); k++) {
                error += Math.pow((double) expected[k] - actual[k], 2);
                norm += Math.pow(expected[k], 2);
            }
            assertEquals(0, Math.sqrt(error), 1e-4 * Math.sqrt(norm) + 1e-6, slice.name());
        }
    }

    private float[] floats(int count, double scale) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = (float) (scale * random.nextGaussian());
        }
        return values;
    }
}
