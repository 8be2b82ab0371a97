package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.gossamer.engine.stacked.Activation;
import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Window;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Poolings of oneDNN against plain loops, among them windows that overlap, leave gaps, or reach over the edges. */
class PoolsTest {

    private static final int BATCH = 3;

    private final Random random = new Random(1);

    @ParameterizedTest
    @CsvSource({
        "2, 2, 2, 0, 8, 7", "3, 3, 2, 1, 7, 8", "3, 3, 2, 0, 8, 7", "3, 3, 1, 1, 4, 4", "2, 2, 3, 0, 8, 8",
        "2, 2, 1, 1, 3, 5", "2, 3, 2, 1, 5, 6", "5, 4, 3, 3, 9, 6", "1, 1, 2, 0, 5, 5", "4, 6, 1, 0, 4, 6"})
    void areThoseOfPlainLoops(int length, int breadth, int stride, int padding, int height, int width) {
        Window window = new Window(length, breadth, stride, padding);
        for (int channels : new int[] {1, 16}) {
            Tensor x = new Tensor(0, channels, height, width);
            Tensor y = new Tensor(1, channels, window.rows(height), window.columns(width));
            Tensor dy = new Tensor(2, channels, y.height(), y.width());
            Tensor dx = new Tensor(3, channels, height, width);
            Forward.MaxPool max = new Forward.MaxPool(x, window, y);
            for (Activation through : Activation.values()) {
                check(max, new Backward.MaxPool(max, dy, through, dx), dy);
            }
            Forward.AveragePool average = new Forward.AveragePool(x, window, y);
            check(average, new Backward.AveragePool(average, dy, dx), dy);
        }
    }

    private void check(Forward.Unary forward, Backward.InputGradient backward, Tensor dy) {
        Map<Tensor, float[]> inputs = Map.of(forward.x(), floats(forward.x()), dy, floats(dy));
        List<Tensor> results = List.of(forward.y(), backward.dx());
        Map<Tensor, float[]> expected = run(new ReferenceKernels(BATCH), List.of(forward, backward), inputs, results);
        Map<Tensor, float[]> actual = run(new OneDnnKernels(BATCH, true), List.of(forward, backward), inputs, results);
        results.forEach(tensor -> assertArrayEquals(expected.get(tensor), actual.get(tensor), 1e-6f));
    }

    private static Map<Tensor, float[]> run(HostKernels kernels, List<Operation> operations,
            Map<Tensor, float[]> inputs, List<Tensor> results) {
        Map<Tensor, float[]> values = new HashMap<>();
        results.forEach(tensor -> values.put(tensor, new float[BATCH * tensor.size()]));
        OperationRun.of(kernels, operations, inputs, values, null);
        return values;
    }

    private float[] floats(Tensor tensor) {
        float[] values = new float[BATCH * tensor.size()];
        for (int k = 0; k < values.length; k++) {
            values[k] = random.nextInt(7) - 3;
        }
        return values;
    }
}
