package dev.gossamer.engine.stacked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.data.ImageShape;
import dev.gossamer.model.Models;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

class CompilerTest {

    private static final ImageShape IMAGES = new ImageShape(3, 32, 32);

    private static ComputationGraphConfiguration network(String model) {
        return Models.configuration(model, 0.25, 0.5, IMAGES, 10, 1, DataType.FLOAT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg-11", "resnet-20", "resnet-20-evonorm", "mlp", "linear"})
    void parametersLieAsInTheDl4jNetwork(String model) {
        ComputationGraph net = new ComputationGraph(network(model));
        net.init();
        Program program = Compiler.compile(network(model), IMAGES, true);
        assertEquals(net.numParams(), program.size());
        long offset = 0;
        for (Slice slice : program.parameters()) {
            assertEquals(offset, slice.offset());
            int dot = slice.name().lastIndexOf('.');
            long[] shape = net.getLayer(slice.name().substring(0, dot)).getParam(slice.name().substring(dot + 1)).shape();
            assertEquals(List.copyOf(java.util.Arrays.stream(shape).boxed().toList()), slice.shape(), slice.name());
            offset += slice.size();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg-11", "resnet-20", "resnet-20-evonorm", "mlp", "linear"})
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
        assertTrue(evaluation.operations().stream().noneMatch(Operation.Drop.class::isInstance));
        assertEquals(4, training.operations().stream().filter(Operation.Drop.class::isInstance).count());
        assertEquals(8 + 5 + 3, evaluation.operations().size());
    }

    @Test
    void theGradientOfTheImagesIsNotComputed() {
        Program program = Compiler.compile(network("vgg-11"), IMAGES, true);
        long weights = program.operations().stream()
                .filter(Operation.ConvolveBackwardWeights.class::isInstance).count();
        long data = program.operations().stream().filter(Operation.ConvolveBackwardData.class::isInstance).count();
        assertEquals(8, weights);
        assertEquals(7, data);
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
