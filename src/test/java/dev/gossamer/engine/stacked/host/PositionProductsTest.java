package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.engine.stacked.Activation;
import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.BufferPlan;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Filter;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
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
        float[] images = floats(batch * x.size());
        float[] errors = floats(batch * dz.size());
        float[] parameters = floats((int) (bias.offset() + bias.size()));
        OneDnnKernels fast = new OneDnnKernels(batch, true);
        float[] found = gradients(fast, operations, x, images, dz, errors, parameters);
        assertTrue(fast.implementations().stream().anyMatch(name -> name.contains("matmul") || name.contains("gemm")));
        float[] expected = gradients(
                new ReferenceKernels(batch), operations, x, images, dz, errors, parameters);
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

    private static float[] gradients(HostKernels kernels, List<Operation> operations, Tensor x, float[] images,
            Tensor dz, float[] errors, float[] parameters) {
        float[] gradients = new float[parameters.length];
        try (kernels; FloatPointer row = new FloatPointer(parameters);
                FloatPointer written = new FloatPointer(gradients)) {
            List<Kernel> sequence = operations.stream().map(operation -> operation.prepare(kernels)).toList();
            BufferPlan plan = new BufferPlan(operations, List.of(x, dz), kernels::bytes);
            try (BytePointer memory = new BytePointer(plan.bytes() + kernels.otherBytes() + BufferPlan.ALIGNMENT)) {
                kernels.place(plan, memory.getPointer(BufferPlan.aligned(memory.address()) - memory.address()));
                kernels.values(x).put(0, images);
                kernels.values(dz).put(0, errors);
                Replica replica = new Replica();
                replica.readFrom(row, 0);
                replica.writeTo(written, 0);
                sequence.forEach(kernel -> kernel.run(replica));
                written.get(gradients);
            }
        }
        return gradients;
    }
}
