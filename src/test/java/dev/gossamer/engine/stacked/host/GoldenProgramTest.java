package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Mixup;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.model.Golden;
import java.util.function.IntFunction;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Logits, loss and gradients of compiled programs against PyTorch, within twice PyTorch's own rounding. */
class GoldenProgramTest {

    private static final ImageShape IMAGES = new ImageShape(3, 32, 32);

    @ParameterizedTest
    @CsvSource({"vgg-11, model-vgg11.json, 2", "resnet-20, model-resnet20.json, 2",
        "resnet-20-evonorm, model-resnet20-evonorm.json, 3", "resnet-20-groupnorm, model-resnet20-groupnorm.json, 3",
        "resnet-18, model-resnet18.json, 2", "resnet-18-groupnorm, model-resnet18-groupnorm.json, 3",
        "wide-resnet-16-4, model-wide-resnet.json, 3", "lenet, model-lenet.json, 2",
        "lenet-groupnorm, model-lenet-groupnorm.json, 3", "vgg-11-groupnorm, model-vgg11-groupnorm.json, 3",
        "vit-tiny, model-vit-tiny.json, 3", "logistic, model-logistic.json, 2"})
    void oneDnnAgreesWithPyTorch(String model, String file, double factor) {
        check(model, new Golden(file), batch -> new OneDnnKernels(batch, true), factor);
    }

    @ParameterizedTest
    @CsvSource({"resnet-20, model-resnet20.json", "resnet-20-evonorm, model-resnet20-evonorm.json",
        "resnet-20-groupnorm, model-resnet20-groupnorm.json", "resnet-18, model-resnet18.json",
        "resnet-18-groupnorm, model-resnet18-groupnorm.json", "wide-resnet-16-4, model-wide-resnet.json",
        "lenet, model-lenet.json", "lenet-groupnorm, model-lenet-groupnorm.json",
        "vgg-11-groupnorm, model-vgg11-groupnorm.json", "vit-tiny, model-vit-tiny.json",
        "logistic, model-logistic.json"})
    void theReferenceAgreesWithPyTorch(String model, String file) {
        check(model, new Golden(file), ReferenceKernels::new, 2);
    }

    @Test
    @Tag("slow")
    void theReferenceAgreesWithPyTorchForVgg() {
        check("vgg-11", new Golden("model-vgg11.json"), ReferenceKernels::new, 2);
    }

    private static void check(String model, Golden golden, IntFunction<HostKernels> kernels, double factor) {
        Program program = Compiler.compile(golden.network(model, DataType.FLOAT), IMAGES, true);
        int d = golden.root().get("num_parameters").intValue();
        assertEquals(d, program.size());
        FloatPointer parameters = new FloatPointer(golden.parameterVector(DataType.FLOAT).toFloatVector());
        FloatPointer gradients = new FloatPointer(d);
        try (Lane lane = new Lane(program, kernels.apply(4))) {
            lane.input().put(golden.input(DataType.FLOAT).data().asFloat());
            lane.replica().readFrom(parameters, 0);
            lane.replica().writeTo(gradients, 0);
            lane.replica().turnTo(golden.classes(), Mixup.NONE, 0, 0, 4, 0);
            lane.run();
            JsonNode expected = golden.root().get("float64");
            JsonNode rounding = golden.root().get("rounding");
            double allowed = 2 * rounding.get("logits_max_abs_difference").doubleValue();
            for (int i = 0; i < 4; i++) {
                for (int k = 0; k < 10; k++) {
                    double logit = expected.get("logits").get(i).get(k).doubleValue();
                    assertEquals(logit, lane.logits().get(10 * i + k), allowed);
                }
            }
            assertEquals(expected.get("loss").doubleValue(), lane.replica().loss(),
                    golden.lossTolerance());
        }
        float[] actual = new float[d];
        gradients.get(actual);
        golden.checkRounding(model, actual, factor);
    }
}
