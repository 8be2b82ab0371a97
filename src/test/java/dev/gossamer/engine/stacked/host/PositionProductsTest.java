package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.engine.stacked.Activation;
import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Filter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PositionProductsTest {

    private static final int IN = 16;
    private static final int OUT = 32;

    private final Random random = new Random(1);

    /** Images smaller than the kernel, too, where some of its positions meet no pixel. */
    @ParameterizedTest
    @CsvSource({"3, 1, 1, 1, 1", "3, 1, 2, 2, 16", "3, 1, 4, 4, 3", "3, 1, 2, 5, 2", "3, 0, 4, 5, 2", "3, 2, 1, 2, 3",
        "5, 2, 2, 3, 4", "5, 2, 1, 1, 2", "1, 0, 3, 2, 5", "7, 3, 2, 1, 1"})
    void gradientsAreThoseOfPlainLoops(int kernel, int padding, int height, int width, int batch) {
        Filter first = new Filter(IN, IN, 1, 1, 0);
        Filter filter = new Filter(IN, OUT, kernel, 1, padding);
        Slice ones = new Slice("first", 0, List.of((long) IN, (long) IN, 1L, 1L));
        Slice weight = new Slice("weight", ones.size(), List.of((long) OUT, (long) IN, (long) kernel, (long) kernel));
        Slice bias = new Slice("bias", weight.offset() + weight.size(), List.of((long) OUT));
        Tensor x = new Tensor(0, IN, height, width);
        Tensor h = new Tensor(1, IN, height, width);
        Tensor y = new Tensor(2, OUT, (int) filter.outputSize(height), (int) filter.outputSize(width));
        Tensor dz = new Tensor(3, OUT, y.height(), y.width());
        Forward.Convolve forward = new Forward.Convolve(h, weight, bias, filter, Activation.NONE, y);
        List<Operation> operations = List.of(
                new Forward.Convolve(x, ones, null, first, Activation.NONE, h),
                new Backward.ConvolveWeights(forward, dz));
        Map<Tensor, float[]> inputs = Map.of(x, floats(batch * x.size()), dz, floats(batch * dz.size()));
        float[] parameters = floats((int) (bias.offset() + bias.size()));
        OneDnnKernels fast = new OneDnnKernels(batch, true);
        float[] found = gradients(fast, operations, inputs, parameters);
        assertTrue(fast.implementations().stream().anyMatch(name -> name.contains("matmul") || name.contains("gemm")));
        float[] expected = gradients(new ReferenceKernels(batch), operations, inputs, parameters);
        for (int k = (int) weight.offset(); k < expected.length; k++) {
            assertEquals(expected[k], found[k], 2e-5, "value " + k);
        }
    }

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = (float) random.nextGaussian() / 4;
        }
        return values;
    }

    private static float[] gradients(HostKernels kernels, List<Operation> operations, Map<Tensor, float[]> inputs,
            float[] parameters) {
        float[] gradients = new float[parameters.length];
        try (FloatPointer row = new FloatPointer(parameters); FloatPointer written = new FloatPointer(gradients)) {
            Replica replica = new Replica();
            replica.readFrom(row, 0);
            replica.writeTo(written, 0);
            OperationRun.of(kernels, operations, inputs, Map.of(), replica);
            written.get(gradients);
        }
        return gradients;
    }
}
