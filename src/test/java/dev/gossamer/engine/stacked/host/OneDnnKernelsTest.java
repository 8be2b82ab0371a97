package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.model.Network;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

class OneDnnKernelsTest {

    /** oneDNN falls back to plain loops without a word, a hundred times slower. */
    @ParameterizedTest
    @CsvSource({
        "vgg-11, 0.05", "vgg-11, 0.125", "vgg-11, 0.2", "vgg-11, 0.25", "vgg-11, 0.5", "vgg-11, 0.7", "vgg-11, 1",
        "resnet-20, 0.2", "resnet-20, 0.5", "resnet-20, 1", "resnet-20, 1.5", "resnet-20, 2",
        "resnet-20-evonorm, 0.2", "resnet-20-evonorm, 1", "resnet-20-groupnorm, 1", "resnet-18, 0.3", "resnet-18, 1",
        "wide-resnet-16-4, 0.4", "wide-resnet-16-4, 1", "lenet, 0.2", "lenet-groupnorm, 0.2", "lenet-groupnorm, 1",
        "vit-tiny, 0.25", "vit-tiny, 0.3", "vit-tiny, 1",
        "mlp, 0.1", "mlp, 1"})
    void everyOperationHasFastCodeAtAnyWidth(String model, double width) {
        ImageShape colours = new ImageShape(3, 32, 32);
        ImageShape greys = new ImageShape(1, 28, 28);
        for (ImageShape images : model.equals("vgg-11") ? List.of(colours) : List.of(colours, greys)) {
            for (boolean training : new boolean[] {true, false}) {
                Program program = Compiler.compile(Network.of(model, width, 0.5)
                        .configuration(images, 10, 1, DataType.FLOAT), images, training);
                OneDnnKernels kernels = new OneDnnKernels(16, training);
                new Lane(program, kernels).close();
                List<String> slow = kernels.implementations().stream().filter(name -> name.startsWith("ref")).toList();
                assertEquals(List.of(), slow);
            }
        }
    }
}
