package dev.gossamer.engine.stacked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.data.ImageShape;
import dev.gossamer.model.Filter;
import dev.gossamer.model.Loss;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;
import dev.gossamer.model.Window;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

class CompilerTest {

    private static final ImageShape IMAGES = new ImageShape(3, 32, 32);

    private static ComputationGraphConfiguration network(String model) {
        return Network.of(model, 0.25, 0.5)
                .configuration(IMAGES, 10, 1, DataType.FLOAT);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "vgg-11", "resnet-20", "resnet-20-evonorm", "resnet-20-groupnorm", "wide-resnet-16-4", "lenet-groupnorm", "mlp",
        "linear"})
    void parametersLieAsInTheDl4jNetwork(String model) {
        ComputationGraph net = new ComputationGraph(network(model));
        net.init();
        Program program = Compiler.compile(network(model), IMAGES, true);
        assertEquals(net.numParams(), program.size());
        long offset = 0;
        for (Slice slice : program.parameters()) {
            assertEquals(offset, slice.offset());
            int dot = slice.name().lastIndexOf('.');
            long[] shape = net.getLayer(slice.name().substring(0, dot)).getParam(slice.name().substring(dot + 1))
                    .shape();
            assertEquals(List.copyOf(java.util.Arrays.stream(shape).boxed().toList()), slice.shape(), slice.name());
            offset += slice.size();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "vgg-11", "resnet-20", "resnet-20-evonorm", "resnet-20-groupnorm", "wide-resnet-16-4", "lenet-groupnorm", "mlp",
        "linear"})
    void everyTensorIsWrittenOnceAndBeforeItIsRead(String model) {
        Program program = Compiler.compile(network(model), IMAGES, true);
        java.util.Set<Tensor> written = new java.util.HashSet<>(List.of(program.input()));
        for (Operation operation : program.operations()) {
            assertTrue(written.containsAll(operation.reads()), operation.toString());
            operation.writes().forEach(tensor -> assertTrue(written.add(tensor), operation.toString()));
        }
    }

    @Test
    void evaluationHasNoDropoutAndNoBackwardPass() {
        Program evaluation = Compiler.compile(network("vgg-11"), IMAGES, false);
        Program training = Compiler.compile(network("vgg-11"), IMAGES, true);
        assertTrue(evaluation.operations().stream().noneMatch(Forward.Drop.class::isInstance));
        assertEquals(4, training.operations().stream().filter(Forward.Drop.class::isInstance).count());
        assertEquals(8 + 5 + 3, evaluation.operations().size());
    }

    @Test
    void theGradientOfTheImagesIsNotComputed() {
        Program program = Compiler.compile(network("vgg-11"), IMAGES, true);
        long weights = program.operations().stream()
                .filter(Backward.ConvolveWeights.class::isInstance).count();
        long data = program.operations().stream().filter(Backward.ConvolveInput.class::isInstance).count();
        assertEquals(8, weights);
        assertEquals(7, data);
    }

    /** A ReLU's gradient takes a pass of its own only where a dropout, a dense layer or an average comes before it. */
    @ParameterizedTest
    @CsvSource({"vgg-11, 2, 5, 0", "resnet-20, 1, 0, 8", "resnet-20-evonorm, 1, 0, 8", "resnet-20-groupnorm, 1, 0, 8",
        "resnet-18, 1, 0, 7", "wide-resnet-16-4, 0, 0, 0", "lenet, 0, 3, 0", "lenet-groupnorm, 0, 0, 0", "mlp, 1, 0, 0"})
    void gradientsPassReluWhereTheyAreWritten(String model, long alone, long pools, long sums) {
        List<Operation> operations = Compiler.compile(network(model), IMAGES, true).operations();
        assertEquals(alone, operations.stream().filter(Backward.Activate.class::isInstance).count());
        assertEquals(pools, operations.stream()
                .filter(o -> o instanceof Backward.MaxPool pool && pool.through().isRelu()).count());
        assertEquals(sums, operations.stream().filter(Backward.ActivateSum.class::isInstance).count());
    }

    /** A sum without a ReLU gives its gradient to both summands. */
    @Test
    void aGradientThatOthersNeedIsNotMasked() {
        Tensor[] t = IntStream.range(0, 4).mapToObj(id -> new Tensor(id, 1, 2, 2)).toArray(Tensor[]::new);
        Tensor most = new Tensor(4, 1, 1, 1);
        Slice gamma = new Slice("gamma", 0, List.of(1L));
        Slice beta = new Slice("beta", 1, List.of(1L));
        Slice weight = new Slice("weight", 2, List.of(1L, 1L, 1L, 1L));
        List<Forward> forward = List.of(
                new Forward.Normalize(t[0], gamma, beta, Activation.NONE, t[1]),
                new Forward.Convolve(t[1], weight, null, new Filter(1, 1, 1, 1, 0), Activation.RELU, t[2]),
                new Forward.Add(t[1], t[2], Activation.NONE, t[3]),
                new Forward.MaxPool(t[3], Window.SQUARES, most));
        List<Operation> operations = Program.training(IMAGES, t[0], most, forward, List.of(gamma, beta, weight),
                Loss.CROSS_ENTROPY, 0)
                .operations();
        assertTrue(operations.stream().noneMatch(o -> o instanceof Backward.MaxPool pool && pool.through().isRelu()));
        assertEquals(1, operations.stream().filter(Backward.Activate.class::isInstance).count());
    }

    /** A sum with the images, whose gradient nobody needs: the other summand's ReLU is another one than the sum's. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachReluMasksByItsOwnResult(boolean pool) {
        Tensor[] t = IntStream.range(0, 3).mapToObj(id -> new Tensor(id, 1, 2, 2)).toArray(Tensor[]::new);
        Tensor last = pool ? new Tensor(3, 1, 1, 1) : new Tensor(3, 1, 2, 2);
        Slice weight = new Slice("weight", 0, List.of(1L, 1L, 1L, 1L));
        Slice second = new Slice("second", 1, List.of(1L, 1L, 1L, 1L));
        Filter filter = new Filter(1, 1, 1, 1, 0);
        List<Forward> forward = List.of(
                new Forward.Convolve(t[0], weight, null, filter, Activation.RELU, t[1]),
                new Forward.Add(t[1], t[0], Activation.RELU, t[2]),
                pool ? new Forward.MaxPool(t[2], Window.SQUARES, last)
                        : new Forward.Convolve(t[2], second, null, filter, Activation.NONE, last));
        List<Operation> operations = Program.training(IMAGES, t[0], last, forward,
                pool ? List.of(weight) : List.of(weight, second), Loss.CROSS_ENTROPY, 0).operations();
        assertEquals(1, operations.stream().filter(o -> o instanceof Backward.MaxPool by && by.through().isRelu()
                || o instanceof Backward.ConvolveInput with && with.through().isRelu()).count());
        assertEquals(List.of(t[1]), operations.stream().filter(Backward.Activate.class::isInstance)
                .map(relu -> relu.reads().get(0)).toList());
    }

    @Test
    void aStackOfLayersIsTheSameProgramAsTheGraph() {
        ComputationGraphConfiguration graph = network("vgg-11");
        NeuralNetConfiguration.ListBuilder stack = new NeuralNetConfiguration.Builder().list();
        for (String name : graph.getTopologicalOrderStr()) {
            if (graph.getVertices().get(name) instanceof LayerVertex vertex) {
                stack.layer(vertex.getLayerConf().getLayer());
            }
        }
        MultiLayerConfiguration layers = stack.build();
        Program expected = Compiler.compile(graph, IMAGES, true);
        assertEquals(expected.operations().toString(), Compiler.compile(layers, IMAGES, true).operations().toString());
    }

    @Test
    void anUnknownLayerIsNamed() {
        ComputationGraphConfiguration network = network("mlp");
        LayerVertex hidden = (LayerVertex) network.getVertices().get("hidden");
        hidden.getLayerConf().setLayer(new DenseLayer.Builder().nIn(3072).nOut(1250).build());
        UnknownLayerException e = assertThrows(
                UnknownLayerException.class, () -> Compiler.compile(network, IMAGES, true));
        assertEquals("the stacked engine does not know layer hidden (DenseLayer)", e.getMessage());
    }

    /** Attention's weights of 720 and 1024 pixels are more than 32 bits count. */
    @ParameterizedTest
    @ValueSource(ints = {720, 1024})
    void weightsOfAttentionThatIndicesDoNotCountAreRefused(int size) {
        ImageShape large = new ImageShape(3, size, size);
        int tokens = size / 4 * (size / 4);
        ComputationGraphConfiguration network =
                Network.of("vit-tiny", 1, 0).configuration(large, 10, 1, DataType.FLOAT);
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> StackedEngine.bytesOfTraining(network, large, 1));
        assertTrue(e.getMessage().contains("x" + tokens + "x" + tokens + ": use smaller images"), e.getMessage());
    }

    @Test
    void aTensorHasAsManyValuesAsAnIndexCounts() {
        assertEquals(Integer.MAX_VALUE, new Tensor(0, 1, 1, Integer.MAX_VALUE).size());
        assertThrows(IllegalArgumentException.class, () -> new Tensor(0, 2, 1 << 15, 1 << 15));
        assertThrows(IllegalArgumentException.class, () -> new Tensor(0, 4, 1 << 16, 1 << 16));
    }

    @Test
    void aPreprocessorIsNotPassedOver() {
        MultiLayerConfiguration layers = new NeuralNetConfiguration.Builder().list()
                .layer(((LayerVertex) network("linear").getVertices().get(Models.LOGITS)).getLayerConf().getLayer())
                .inputPreProcessor(0, new CnnToFeedForwardPreProcessor(32, 32, 3))
                .build();
        UnknownLayerException e = assertThrows(
                UnknownLayerException.class, () -> Compiler.compile(layers, IMAGES, true));
        assertTrue(e.getMessage().contains("CnnToFeedForwardPreProcessor"), e.getMessage());
    }
}
