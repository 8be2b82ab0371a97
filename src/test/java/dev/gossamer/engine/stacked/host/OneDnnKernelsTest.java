package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.Activation;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.Filter;
import dev.gossamer.model.Loss;
import dev.gossamer.model.Network;
import java.util.List;
import org.junit.jupiter.api.Test;
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

    /** A buffer ends at 2 GiB without a word; nothing is reserved for more. */
    @Test
    void aTensorThatNoBufferReachesIsRefused() {
        ImageShape images = new ImageShape(3, 32, 32);
        Program program = Compiler.compile(
                Network.of("linear", 1, 0).configuration(images, 10, 1, DataType.FLOAT), images, false);
        int batch = (1 << 29) / images.size() + 1;
        for (HostKernels kernels : List.of(new OneDnnKernels(batch, false), new ReferenceKernels(batch))) {
            assertEquals("the CPU computes at most 2^29 - 1 values of a layer at once, got "
                    + (long) batch * images.size() + ": use smaller batches or images",
                    assertThrows(IllegalArgumentException.class, () -> new Lane(program, kernels)).getMessage());
        }
    }

    /** Patches of many channels too. */
    @Test
    void patchesOfManyChannelsHaveFastCode() {
        Tensor[] t = {new Tensor(0, 64, 16, 16), new Tensor(1, 64, 16, 16), new Tensor(2, 128, 8, 8)};
        List<Slice> slices = List.of(new Slice("before", 0, List.of(64L, 64L, 3L, 3L)),
                new Slice("patches", 36_864, List.of(128L, 64L, 2L, 2L)));
        List<Forward> forward = List.of(
                new Forward.Convolve(t[0], slices.get(0), null, new Filter(64, 64, 3, 1, 1), Activation.NONE, t[1]),
                new Forward.Convolve(t[1], slices.get(1), null, new Filter(64, 128, 2, 2, 0), Activation.NONE, t[2]));
        Program program = Program.training(
                new ImageShape(64, 16, 16), t[0], t[2], forward, slices, Loss.SQUARED_ERROR, 0);
        OneDnnKernels kernels = new OneDnnKernels(16, true);
        new Lane(program, kernels).close();
        assertEquals(List.of(),
                kernels.implementations().stream().filter(name -> name.startsWith("ref")).toList());
    }
}
