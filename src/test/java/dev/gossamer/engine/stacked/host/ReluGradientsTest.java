package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Mixup;
import dev.gossamer.engine.stacked.Activation;
import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Network;
import dev.gossamer.model.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Gradients that pass a ReLU where they are written, beside a ReLU's gradient that is an operation of its own. */
class ReluGradientsTest {

    private static final ImageShape IMAGES = new ImageShape(3, 32, 32);
    private static final int BATCH = 3;

    /** Of each kind of number that comparisons treat in a way of its own, in all pairs at neighbouring places. */
    private static final float[] VALUES = {0, -0.0f, 1, -1, 2, -2, Float.MIN_VALUE, -Float.MIN_VALUE};

    private final Random random = new Random(1);

    private static HostKernels kernels(boolean reference) {
        return reference ? new ReferenceKernels(BATCH) : new OneDnnKernels(BATCH, true);
    }

    /** The same operations, each with its ReLU as an operation of its own. */
    private static List<Operation> apart(List<Operation> operations) {
        int[] next = {1000 + operations.size()}; // beyond the tensors there are
        List<Operation> all = new ArrayList<>();
        for (Operation operation : operations) {
            Tensor dz = operation.writes().stream().findFirst().orElse(null);
            Tensor dy = dz == null ? null : new Tensor(next[0]++, dz.channels(), dz.height(), dz.width());
            if (operation instanceof Backward.MaxPool pool && pool.through().isRelu()) {
                all.add(new Backward.MaxPool(pool.forward(), pool.dy(), Activation.NONE, dy));
                all.add(new Backward.Activate(Activation.RELU, pool.forward().x(), dy, dz));
            } else if (operation instanceof Backward.ActivateSum sum) {
                all.add(new Forward.Add(sum.a(), sum.b(), Activation.NONE, dy));
                all.add(new Backward.Activate(Activation.RELU, sum.y(), dy, dz));
            } else {
                all.add(operation);
            }
        }
        assertTrue(all.size() > operations.size(), "there is no such ReLU");
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg-11", "resnet-20", "resnet-20-evonorm", "resnet-20-groupnorm", "lenet"})
    void networksHaveTheSameGradientsBitByBit(String model) {
        Program program = Compiler.compile(
                Network.of(model, 0.5, 0.5)
                .configuration(IMAGES, 10, 1, DataType.FLOAT), IMAGES, true);
        Program apart = new Program(
                IMAGES, program.input(), program.logits(), apart(program.operations()), program.parameters(),
                program.loss());
        float[] images = floats(BATCH * program.input().size());
        float[] parameters = floats((int) program.size());
        assertArrayEquals(gradients(apart, images, parameters), gradients(program, images, parameters));
    }

    private static float[] gradients(Program program, float[] images, float[] parameters) {
        float[] gradients = new float[parameters.length];
        try (Lane lane = new Lane(program, kernels(false));
                FloatPointer row = new FloatPointer(parameters);
                FloatPointer written = new FloatPointer(gradients)) {
            lane.input().put(images);
            lane.replica().readFrom(row, 0);
            lane.replica().writeTo(written, 0);
            lane.replica().turnTo(new int[] {1, 2, 3}, Mixup.NONE, 0, 0, BATCH, 0);
            lane.run();
            written.get(gradients);
        }
        return gradients;
    }

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = 0.1f * (float) random.nextGaussian();
        }
        return values;
    }

    /** Squares of negative numbers, zeros of both signs, and equal values among them; edges that no square covers. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void maximaPassBitByBit(boolean reference) {
        for (int channels : new int[] {1, 16}) {
            for (int width : new int[] {8, 7}) {
                Tensor x = new Tensor(0, channels, 6, width);
                Tensor y = new Tensor(1, channels, 3, width / 2);
                Tensor dy = new Tensor(2, channels, 3, width / 2);
                Forward.MaxPool forward = new Forward.MaxPool(x, Window.SQUARES, y);
                check(reference, List.of(x, dy), List.of(
                        forward,
                        new Backward.MaxPool(forward, dy, Activation.RELU, new Tensor(3, channels, 6, width))));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sumsPassBitByBit(boolean reference) {
        Tensor[] t = IntStream.range(0, 4).mapToObj(id -> new Tensor(id, 5, 7, 9)).toArray(Tensor[]::new);
        check(reference, List.of(t[0], t[1], t[2]), List.of(
                new Backward.ActivateSum(Activation.RELU, t[0], t[1], t[2], t[3])));
    }

    private void check(boolean reference, List<Tensor> inputs, List<Operation> operations) {
        Tensor result = operations.get(operations.size() - 1).writes().get(0);
        Map<Tensor, float[]> values = new LinkedHashMap<>();
        inputs.forEach(tensor -> values.put(tensor, choice(BATCH * tensor.size())));
        float[] actual = run(reference, values, operations, result);
        assertArrayEquals(bits(run(reference, values, apart(operations), result)), bits(actual));
        float[] plain = run(true, values, apart(operations), result);
        for (int k = 0; k < plain.length; k++) {
            assertTrue(plain[k] == actual[k], plain[k] + " and not " + actual[k]); // zeros of both signs are equal
        }
    }

    private float[] choice(int count) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = VALUES[random.nextInt(VALUES.length)];
        }
        return values;
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length).map(k -> Float.floatToRawIntBits(values[k])).toArray();
    }

    private static float[] run(boolean reference, Map<Tensor, float[]> inputs, List<Operation> operations,
            Tensor result) {
        float[] found = new float[BATCH * result.size()];
        OperationRun.of(kernels(reference), operations, inputs, Map.of(result, found), null);
        return found;
    }
}
