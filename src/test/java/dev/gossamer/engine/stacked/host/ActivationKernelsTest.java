package dev.gossamer.engine.stacked.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.catalogue.Settings;
import dev.gossamer.catalogue.Values;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.Compiler;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.model.ActivationFunction;
import dev.gossamer.model.Filter;
import dev.gossamer.model.GraphAssembly;
import dev.gossamer.model.Model;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Functions of single values in all engines, of tensors in C order, in full blocks of channels and in padded ones. */
class ActivationKernelsTest {

    private static final ImageShape IMAGES = new ImageShape(3, 9, 7);
    private static final int BATCH = 3;
    private static final int CLASSES = 5;

    private final Random random = new Random(1);

    /**
     * A function of the images and of what convolutions make of them.
     *
     * @param channels of the convolutions
     */
    private record Functions(ActivationFunction function, List<Integer> channels) implements Model {

        @Override
        public String form() {
            return "functions";
        }

        @Override
        public String logits(GraphAssembly graph, Network network, ImageShape images, int classes) {
            String last = graph.activation("of images", function, graph.input());
            int in = images.channels();
            for (int out : channels) {
                last = graph.convolution("conv" + out, new Filter(in, out, 3, 1, 1), last);
                last = graph.activation("after conv" + out, function, last);
                in = out;
            }
            last = graph.averagePool("pool", last);
            last = graph.activation("of averages", function, last);
            return graph.dense(Models.LOGITS, in, classes, false, last);
        }
    }

    @ParameterizedTest
    @EnumSource
    void enginesAgree(ActivationFunction function) {
        Model model = new Functions(function, List.of(16, 12));
        Network network = new Network(model, 1, 0, 0, Settings.of(model, Values.NONE));
        Program program = Compiler.compile(
                network.configuration(IMAGES, CLASSES, 1, DataType.FLOAT), IMAGES, true);
        long functions = program.operations().stream().filter(Forward.Apply.class::isInstance).count();
        assertEquals(function == ActivationFunction.IDENTITY ? 0 : 4, functions);
        float[] images = floats(BATCH * IMAGES.size(), 0.5);
        float[] parameters = floats((int) program.size(), 0.3);
        int[] labels = {3, 0, 4};
        float[] expected = dl4j(network, images, parameters, labels);
        check(program, expected, ReferenceGradients.of(program, parameters, images, labels), 5e-5);
        OneDnnKernels fast = new OneDnnKernels(BATCH, true);
        check(program, expected, ReferenceGradients.of(program, fast, parameters, images, labels), 5e-5);
        assertTrue(fast.implementations().stream().noneMatch(name -> name.startsWith("ref")));
    }

    private static float[] dl4j(Network network, float[] images, float[] parameters, int[] labels) {
        ComputationGraph graph = new ComputationGraph(network.configuration(IMAGES, CLASSES, 1, DataType.DOUBLE));
        graph.init();
        graph.params().assign(Nd4j.createFromArray(parameters).castTo(DataType.DOUBLE));
        INDArray targets = Nd4j.zeros(DataType.DOUBLE, BATCH, CLASSES);
        for (int i = 0; i < BATCH; i++) {
            targets.putScalar(i, labels[i], 1);
        }
        graph.setInput(0, Nd4j.createFromArray(images).castTo(DataType.DOUBLE)
                .reshape(BATCH, IMAGES.channels(), IMAGES.height(), IMAGES.width()));
        graph.setLabel(0, targets);
        graph.computeGradientAndScore();
        return graph.getFlattenedGradients().toFloatVector();
    }

    /** Beside the largest gradient of each parameter tensor. */
    private static void check(Program program, float[] expected, float[] actual, double tolerance) {
        for (Slice slice : program.parameters()) {
            int from = (int) slice.offset();
            int to = from + (int) slice.size();
            double largest = 0;
            for (int k = from; k < to; k++) {
                largest = Math.max(largest, Math.abs(expected[k]));
            }
            assertTrue(largest > 0, slice.name());
            for (int k = from; k < to; k++) {
                assertEquals(expected[k], actual[k], tolerance * largest, slice.name());
            }
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
