package dev.gossamer.engine.stacked.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.Update;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Device;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.engine.stacked.cuda.driver.Gpu;
import dev.gossamer.engine.stacked.cuda.driver.Precision;
import dev.gossamer.engine.stacked.host.ReferenceGradients;
import dev.gossamer.model.Golden;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;

/** On a real GPU. */
@Tag("gpu")
class CudaDeviceTest {

    private static final Update RULE = Rules.descent(0.9, 0, 0);

    private static final ImageShape IMAGES = new ImageShape(3, 32, 32);

    @ParameterizedTest
    @EnumSource
    void itPassesItsSelfTest(Precision precision) {
        CudaDevice device = UsableGpu.device(precision);
        Map<String, Device> ways = new LinkedHashMap<>();
        for (String way : List.of("own", "patches", "cudnn")) {
            ways.put(way, UsableGpu.device(precision, Switches.STANDARD.with(Switch.ROUTES, way)));
        }
        CudaSelfTest.run(device, ways, precision).forEach(row -> assertTrue(row.ok(), row.toString()));
    }

    /**
     * The loss within twice PyTorch's own rounding, and the gradient too; the one that it is compared with is the
     * reference's, which {@code GoldenProgramTest} compares with the exact one, since ND4J may be missing here.
     */
    @ParameterizedTest
    @CsvSource({"vgg-11, model-vgg11.json", "resnet-20, model-resnet20.json",
        "resnet-20-groupnorm, model-resnet20-groupnorm.json", "wide-resnet-16-4, model-wide-resnet.json"})
    void itAgreesWithPyTorch(String model, String file) {
        Golden golden = new Golden(file);
        Program program = Compiler.compile(golden.network(model, DataType.FLOAT), IMAGES, true);
        float[] reference = ReferenceGradients.of(
                program, golden.parameterValues(), Golden.inputValues(), golden.classes());
        double[] expected = new double[reference.length];
        Arrays.setAll(expected, k -> reference[k]);
        double[] losses = new double[1];
        golden.checkRounding(expected, gradient(program, golden, losses), 2);
        assertEquals(golden.root().get("float64").get("loss").doubleValue(), losses[0],
                2 * golden.root().get("rounding").get("loss_abs_difference").doubleValue());
    }

    /** Images of one worker are a program's input as they are. */
    private static float[] gradient(Program program, Golden golden, double[] losses) {
        CudaDevice device = UsableGpu.device(Precision.FP32);
        try (Gpu gpu = device.gpu();
                FloatPointer images = new FloatPointer(Golden.inputValues());
                IntPointer labels = new IntPointer(golden.classes());
                DoublePointer loss = new DoublePointer(1)) {
            CudaMatrices matrices = new CudaMatrices(
                    gpu, ParameterLayout.ofAll(program.parameters(), 1), RULE, Optional.empty());
            matrices.write(RULE.parameters(), 0, FloatBuffer.wrap(golden.parameterValues()));
            LoadedProgram loaded = new Loader(gpu, device.settings()).load(
                    "training", program, 4, matrices.parameterMatrix(), matrices.address(RULE.gradients()));
            gpu.upload(loaded.input(), images, Float.BYTES * images.capacity());
            gpu.upload(loaded.memory().labels(), labels, Integer.BYTES * labels.capacity());
            loaded.run();
            gpu.download(loss, loaded.memory().losses(), Double.BYTES);
            losses[0] = loss.get();
            FloatBuffer gradients = FloatBuffer.allocate((int) program.size());
            matrices.read(RULE.gradients(), 0, gradients);
            return gradients.array();
        }
    }

    /** What was taken before is given back: the same fails in the same way again, and less works after it. */
    @Test
    void tooMuchMemoryIsAnErrorThatLeavesTheGpuAsItWas() {
        CudaDevice device = UsableGpu.device(Precision.TF32);
        Program program = Compiler.compile(
                new Golden("model-vgg11.json").network("vgg-11", DataType.FLOAT), IMAGES, true);
        for (int i = 0; i < 2; i++) {
            CudaException failure =
                    assertThrows(CudaException.class, () -> device.load(program, program, 1 << 14, RULE));
            assertTrue(failure.getMessage().contains("out of memory"), failure.getMessage());
        }
        device.load(program, program, 2, RULE).close();
    }

    @Test
    void aGpuThatIsNotThereIsNamed() {
        UsableGpu.device(Precision.FP32);
        CudaException failure = assertThrows(CudaException.class, () ->
                CudaDevice.open(99, Precision.FP32, Switches.STANDARD, Optional.empty()));
        assertTrue(failure.getMessage().startsWith("there is no GPU 99"), failure.getMessage());
    }
}
