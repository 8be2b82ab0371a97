package dev.gossamer.model.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.data.ImageShape;
import dev.gossamer.model.Loss;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Networks in files against DL4J's own: with the same parameters, the same loss, output and gradients. */
class TranslationTest {

    private static final ImageShape SHAPE = new ImageShape(3, 8, 8);
    private static final int CLASSES = 4;
    private static final int IMAGES = 6;
    private static final Map<String, String> NAMES =
            Map.of("W", "weight", "b", "bias", "gamma", "weight", "beta", "bias");

    @TempDir
    private Path folder;

    static Stream<MultiLayerConfiguration> stacks() {
        return Stream.of(
                stack(list -> list
                        .layer(new ConvolutionLayer.Builder(3, 3).nOut(5).padding(1, 1).activation(Activation.RELU)
                                .build())
                        .layer(new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build())
                        .layer(new ConvolutionLayer.Builder(3, 3).nOut(6).convolutionMode(ConvolutionMode.Same)
                                .activation(Activation.TANH).build())
                        .layer(new DenseLayer.Builder().nOut(7).activation(Activation.RELU).build())
                        .layer(output())),
                stack(list -> list
                        .layer(new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build())
                        .layer(new DenseLayer.Builder().nOut(7).activation(Activation.SIGMOID).build())
                        .layer(new BatchNormalization())
                        .layer(new ActivationLayer.Builder().activation(Activation.RELU).build())
                        .layer(new DenseLayer.Builder().nOut(6).hasBias(false).activation(Activation.ELU).build())
                        .layer(output())),
                stack(list -> list
                        .layer(new SeparableConvolution2D.Builder(3, 3).nOut(5).activation(Activation.RELU).build())
                        .layer(new ConvolutionLayer.Builder(2, 3).nOut(4).hasBias(false).activation(Activation.RELU)
                                .build())
                        .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).stride(2, 2).padding(1, 1).hasBias(false)
                                .activation(Activation.RELU).build())
                        .layer(new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(2, 2).stride(1, 1).build())
                        .layer(new DenseLayer.Builder().nOut(CLASSES).activation(Activation.IDENTITY).build())
                        .layer(new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build())),
                stack(list -> list
                        .layer(new ConvolutionLayer.Builder(3, 3).nOut(5).activation(Activation.SOFTPLUS).build())
                        .layer(new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(3, 3).stride(2, 2)
                                .padding(1, 1).build())
                        .layer(new ConvolutionLayer.Builder(2, 2).nOut(6).activation(Activation.MISH).build())
                        .layer(new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(2, 2).stride(1, 1)
                                .padding(1, 1).build())
                        .layer(new GlobalPoolingLayer.Builder(PoolingType.MAX).build())
                        .layer(new DenseLayer.Builder().nOut(5).activation(Activation.CUBE).build())
                        .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(CLASSES).activation(Activation.SIGMOID)
                                .build())),
                stack(list -> list
                        .layer(new DenseLayer.Builder().nOut(5).activation(Activation.LEAKYRELU).build())
                        .layer(new DenseLayer.Builder().nOut(CLASSES).activation(Activation.SOFTSIGN).build())
                        .layer(new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build())),
                stack(list -> list
                        .layer(new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(4, 4).stride(4, 4).build())
                        .layer(new ConvolutionLayer.Builder(2, 2).nOut(CLASSES).activation(Activation.IDENTITY).build())
                        .layer(new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build())));
    }

    static Stream<ComputationGraphConfiguration> graphs() {
        var residual = graph()
                .addLayer("c1", convolution(5, 1), "images")
                .addLayer("n1", new BatchNormalization(), "c1")
                .addLayer("r1", new ActivationLayer.Builder().activation(Activation.RELU).build(), "n1")
                .addLayer("c2", convolution(5, 1), "r1")
                .addLayer("n2", new BatchNormalization(), "c2")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "n2", "r1")
                .addLayer("r2", new ActivationLayer.Builder().activation(Activation.RELU).build(), "sum")
                .addLayer("mean", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "r2")
                .addLayer("out", output(), "mean");
        var merged = graph()
                .addLayer("c1", convolution(5, 2), "images")
                .addLayer("c2", convolution(3, 2), "images")
                .addVertex("merged", new MergeVertex(), "c1", "c2")
                .addLayer("c3", convolution(4, 1), "merged")
                .addLayer("largest", new GlobalPoolingLayer.Builder(PoolingType.MAX).build(), "c3")
                .addLayer("out", output(), "largest");
        return Stream.of(residual.setOutputs("out").build(), merged.setOutputs("out").build());
    }

    private static ComputationGraphConfiguration.GraphBuilder graph() {
        return new NeuralNetConfiguration.Builder().dataType(DataType.DOUBLE).activation(Activation.IDENTITY)
                .graphBuilder().addInputs("images").setInputTypes(images());
    }

    private static ConvolutionLayer convolution(int out, int stride) {
        return new ConvolutionLayer.Builder(3, 3).nOut(out).stride(stride, stride).padding(1, 1).build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(LossFunction.MCXENT).nOut(CLASSES).activation(Activation.SOFTMAX).build();
    }

    private static MultiLayerConfiguration stack(UnaryOperator<NeuralNetConfiguration.ListBuilder> layers) {
        return layers.apply(new NeuralNetConfiguration.Builder().dataType(DataType.DOUBLE).list())
                .setInputType(images()).build();
    }

    private static InputType images() {
        return InputType.convolutional(SHAPE.height(), SHAPE.width(), SHAPE.channels());
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void aStackIsDl4jsOwn(MultiLayerConfiguration configuration) throws IOException {
        MultiLayerNetwork stock = new MultiLayerNetwork(configuration);
        stock.init();
        ComputationGraph ours = ours("net.json", configuration.toJson());
        copy(stock.getLayers(), ours);
        stock.setInput(images(1));
        stock.setLabels(labels());
        stock.computeGradientAndScore();
        check(stock.score(), stock.output(images(1), true), stock.gradient().gradientForVariable(), stock.getLayers(),
                true, ours);
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void aGraphIsDl4jsOwn(ComputationGraphConfiguration configuration) throws IOException {
        ComputationGraph stock = new ComputationGraph(configuration);
        stock.init();
        ComputationGraph ours = ours("net.yaml", configuration.toYaml());
        copy(stock.getLayers(), ours);
        stock.setInput(0, images(1));
        stock.setLabel(0, labels());
        stock.computeGradientAndScore();
        check(stock.score(), stock.output(true, images(1))[0], stock.gradient().gradientForVariable(),
                stock.getLayers(), false, ours);
    }

    /** DL4J's own gets [b, c w, h], gathered here pixel by pixel. */
    @Test
    void aRecurrentLayerReadsRowAfterRow() throws IOException {
        MultiLayerConfiguration configuration = new NeuralNetConfiguration.Builder().dataType(DataType.DOUBLE).list()
                .layer(new LastTimeStep(new LSTM.Builder().nOut(5).activation(Activation.TANH).build()))
                .layer(output()).setInputType(InputType.recurrent(24, 8)).build();
        MultiLayerNetwork stock = new MultiLayerNetwork(configuration);
        stock.init();
        ComputationGraph ours = ours("net.json", configuration.toJson());
        copy(stock.getLayers(), ours);
        INDArray images = images(1);
        INDArray rows = Nd4j.zeros(DataType.DOUBLE, IMAGES, 24, 8);
        for (int i = 0; i < images.length(); i++) {
            int w = i % 8;
            int h = i / 8 % 8;
            int c = i / 64 % 3;
            rows.putScalar(new int[] {i / 192, c * 8 + w, h}, images.getDouble(i / 192, c, h, w));
        }
        stock.setInput(rows);
        stock.setLabels(labels());
        stock.computeGradientAndScore();
        check(stock.score(), stock.output(rows, true), stock.gradient().gradientForVariable(), stock.getLayers(), true,
                ours);
    }

    /** Through DL4J's own layers between Gossamer's, against finite differences. */
    @Test
    void gradientsReachLayersBeforeDl4jsOwn() throws IOException {
        ComputationGraph ours = ours("net.json", new NeuralNetConfiguration.Builder().list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).activation(Activation.IDENTITY).build())
                .layer(new LSTM.Builder().nOut(4).activation(Activation.TANH).build())
                .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
                .layer(new DenseLayer.Builder().nOut(3).activation(Activation.RELU).build())
                .layer(output()).setInputType(InputType.convolutional(8, 8, 3)).build().toJson()
                .replaceAll("\"nin\" : \\d+", "\"nin\" : 0"));
        INDArray parameters = ours.params();
        double[] gradients = gradients(ours);
        for (int i = 0; i < gradients.length; i += 7) {
            double value = parameters.getDouble(i);
            parameters.putScalar(i, value + 1e-5);
            gradients(ours);
            double above = ours.score();
            parameters.putScalar(i, value - 1e-5);
            gradients(ours);
            assertEquals((above - ours.score()) / 2e-5, gradients[i], 1e-7, "parameter " + i);
            parameters.putScalar(i, value);
        }
        assertTrue(Arrays.stream(gradients).limit(56).anyMatch(gradient -> Math.abs(gradient) > 1e-4));
    }

    private static double[] gradients(ComputationGraph net) {
        net.setInput(0, images(1));
        net.setLabel(0, labels());
        net.computeGradientAndScore();
        return net.getFlattenedGradients().toDoubleVector();
    }

    /** Fans of DL4J's convolutions: 64 x 9 and 256 x 9 / 4. */
    @Test
    void weightsOfAConvolutionHaveDl4jsDeviation() throws IOException {
        ComputationGraph ours = ours("net.json", stack(list -> list
                .layer(new ConvolutionLayer.Builder(1, 1).nOut(64).build())
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(256).stride(2, 2).biasInit(0.5).build())
                .layer(output())).toJson());
        assertEquals(Math.sqrt(2 / (64 * 9 + 256 * 9 / 4.0)),
                ours.getParam("layer1_weight").stdNumber().doubleValue(), 2e-4);
        assertEquals(256 * 0.5, ours.getParam("layer1_bias").sumNumber().doubleValue());
    }

    private ComputationGraph ours(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        ComputationGraph ours = new ComputationGraph(
                Network.of("file:" + file, 1, 0).configuration(SHAPE, CLASSES, 5, DataType.DOUBLE));
        ours.init();
        return ours;
    }

    private static INDArray images(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[IMAGES * SHAPE.size()];
        Arrays.setAll(values, i -> random.nextGaussian());
        return Nd4j.createFromArray(values).reshape(IMAGES, SHAPE.channels(), SHAPE.height(), SHAPE.width());
    }

    private static INDArray labels() {
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, IMAGES, CLASSES);
        for (int i = 0; i < IMAGES; i++) {
            labels.putScalar(i, 3 * i % CLASSES, 1);
        }
        return labels;
    }

    private static String name(Layer layer) {
        String name = layer.conf().getLayer().getLayerName();
        return layer.conf().getLayer() instanceof OutputLayer ? Models.LOGITS : name;
    }

    /** The name of a parameter in our network; DL4J's own where it kept the layer. */
    private static String parameter(Layer layer, String key, ComputationGraph ours) {
        String own = name(layer) + "_" + key;
        return ours.paramTable().containsKey(own) ? own : name(layer) + "_" + NAMES.get(key);
    }

    /** DL4J's dense weights are [in, out], ours [out, in]; biases are rows there. */
    private static INDArray inOurLayout(INDArray stock, String name, INDArray ours) {
        return (name.endsWith("_weight") && ours.rank() == 2 ? stock.transpose() : stock).reshape(ours.shape());
    }

    private static void copy(Layer[] stock, ComputationGraph ours) {
        long copied = 0;
        for (Layer layer : stock) {
            for (Map.Entry<String, INDArray> tensor : layer.paramTable().entrySet()) {
                if (!List.of("mean", "var", "log10stdev").contains(tensor.getKey())) {
                    String name = parameter(layer, tensor.getKey(), ours);
                    INDArray own = ours.getParam(name);
                    own.assign(inOurLayout(tensor.getValue(), name, own));
                    copied += own.length();
                }
            }
        }
        assertEquals(ours.numParams(), copied);
    }

    private static void check(double score, INDArray probabilities, Map<String, INDArray> gradients, Layer[] stock,
            boolean numbered, ComputationGraph ours) {
        ours.setInput(0, images(1));
        ours.setLabel(0, labels());
        ours.computeGradientAndScore();
        assertEquals(score, ours.score(), 1e-9);
        INDArray logarithms = ours.output(true, images(1))[0];
        boolean isSquare = Models.loss(ours.getConfiguration()) == Loss.SQUARED_ERROR;
        assertArrayEquals(probabilities.dup('c').reshape(-1).toDoubleVector(),
                (isSquare ? logarithms : Transforms.exp(logarithms)).dup('c').reshape(-1).toDoubleVector(), 1e-9);
        int compared = 0;
        for (int i = 0; i < stock.length; i++) {
            for (String key : stock[i].paramTable().keySet()) {
                if (!List.of("mean", "var", "log10stdev").contains(key)) {
                    String name = numbered ? i + "_" + key : stock[i].conf().getLayer().getLayerName() + "_" + key;
                    String ownName = parameter(stock[i], key, ours);
                    INDArray own = ours.gradient().getGradientFor(ownName);
                    INDArray expected = inOurLayout(gradients.get(name), ownName, own).div(IMAGES);
                    assertArrayEquals(expected.dup('c').reshape(-1).toDoubleVector(),
                            own.dup('c').reshape(-1).toDoubleVector(), 1e-9, name);
                    compared += own.length();
                }
            }
        }
        assertEquals(ours.numParams(), compared);
    }
}
