package dev.gossamer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** VGG-11, narrow, against the same network of DL4J's own layers: loss, output and every parameter's gradient. */
class StockLayersTest {

    private static final int IMAGES = 5;
    private static final int[] CHANNELS = {4, 0, 8, 0, 16, 16, 0, 32, 32, 0, 32, 32, 0};
    private static final List<String> OURS = List.of("conv1", "conv2", "conv3", "conv4", "conv5", "conv6", "conv7",
            "conv8", "dense1", "dense2", Models.LOGITS);

    @ParameterizedTest
    @EnumSource(value = DataType.class, names = {"FLOAT", "DOUBLE"})
    void equalsStockLayers(DataType type) {
        ComputationGraph ours = TestNets.net("vgg-11", 1 / 16.0, 0, TestNets.CIFAR, type);
        MultiLayerNetwork stock = stock(type);
        copyParameters(ours, stock);
        INDArray images = TestNets.images(type, IMAGES, TestNets.CIFAR);
        INDArray labels = TestNets.labels(type, IMAGES);
        TestNets.gradient(ours, images, labels);
        stock.setInput(images);
        stock.setLabels(labels);
        stock.computeGradientAndScore();

        double tolerance = type == DataType.DOUBLE ? 1e-9 : 2e-4;
        assertEquals(stock.score(), ours.score(), tolerance);
        int layer = 0;
        for (int i = 0; i < stock.getnLayers(); i++) {
            if (stock.getLayer(i).numParams() > 0) {
                String name = OURS.get(layer++);
                INDArray weights = stock.gradient().getGradientFor(i + "_W");
                compare(weights.rank() == 2 ? weights.transpose() : weights,
                        ours.gradient().getGradientFor(name + "_weight"), tolerance);
                compare(stock.gradient().getGradientFor(i + "_b"),
                        ours.gradient().getGradientFor(name + "_bias"), tolerance);
            }
        }
        double[] probabilities = stock.output(images).reshape(-1).toDoubleVector();
        double[] logProbabilities = ours.outputSingle(images).reshape(-1).toDoubleVector();
        for (int i = 0; i < probabilities.length; i++) {
            assertEquals(probabilities[i], Math.exp(logProbabilities[i]), tolerance);
        }
    }

    /** Poolings of several windows and a squared error. */
    @Test
    void poolingsAndSquaredErrorsAreDl4jsToo() {
        ComputationGraph ours = new ComputationGraph(
                PooledNet.network(1).configuration(TestNets.FASHION, TestNets.CLASSES, 5, DataType.DOUBLE));
        ours.init();
        MultiLayerNetwork stock = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE).list()
                .layer(new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(8).activation(Activation.RELU).build())
                .layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(3, 3).stride(2, 2).padding(1, 1).build())
                .layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                        .kernelSize(3, 3).stride(1, 1).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(10).activation(Activation.IDENTITY).build())
                .setInputType(InputType.convolutional(28, 28, 1)).build());
        stock.init();
        for (Map.Entry<String, String> layer : Map.of("0", "conv", "3", Models.LOGITS).entrySet()) {
            INDArray weights = ours.getParam(layer.getValue() + "_weight");
            stock.getParam(layer.getKey() + "_W").assign(weights.rank() == 2 ? weights.transpose() : weights);
            stock.getParam(layer.getKey() + "_b").assign(ours.getParam(layer.getValue() + "_bias").assign(0.1));
        }
        INDArray images = TestNets.images(DataType.DOUBLE, IMAGES, TestNets.FASHION);
        INDArray labels = TestNets.labels(DataType.DOUBLE, IMAGES);
        TestNets.gradient(ours, images, labels);
        stock.setInput(images);
        stock.setLabels(labels);
        stock.computeGradientAndScore();
        assertEquals(stock.score(), ours.score(), 1e-9);
        compare(stock.gradient().getGradientFor("0_W"), ours.gradient().getGradientFor("conv_weight"), 1e-9);
        compare(stock.gradient().getGradientFor("0_b"), ours.gradient().getGradientFor("conv_bias"), 1e-9);
        compare(stock.gradient().getGradientFor("3_W").transpose(),
                ours.gradient().getGradientFor(Models.LOGITS + "_weight"), 1e-9);
        assertArrayEquals(stock.output(images).reshape(-1).toDoubleVector(),
                ours.outputSingle(images).reshape(-1).toDoubleVector(), 1e-9);
    }

    /** DL4J's gradients are sums over the batch, ours are means. */
    private static void compare(INDArray stock, INDArray ours, double tolerance) {
        double scale = stock.norm2Number().doubleValue() / IMAGES;
        assertArrayEquals(stock.dup('c').reshape(-1).div(IMAGES).toDoubleVector(),
                ours.dup('c').reshape(-1).toDoubleVector(), tolerance * scale);
    }

    private static void copyParameters(ComputationGraph ours, MultiLayerNetwork stock) {
        int layer = 0;
        for (int i = 0; i < stock.getnLayers(); i++) {
            if (stock.getLayer(i).numParams() > 0) {
                String name = OURS.get(layer++);
                INDArray weights = ours.getParam(name + "_weight");
                stock.getLayer(i).getParam("W").assign(weights.rank() == 2 ? weights.transpose() : weights);
                stock.getLayer(i).getParam("b").assign(ours.getParam(name + "_bias"));
            }
        }
        assertEquals(OURS.size(), layer);
    }

    private static MultiLayerNetwork stock(DataType type) {
        NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().dataType(type).list();
        for (int out : CHANNELS) {
            if (out == 0) {
                list.layer(new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(2, 2).stride(2, 2).build());
            } else {
                list.layer(new ConvolutionLayer.Builder(3, 3)
                        .padding(1, 1).nOut(out).activation(Activation.RELU).build());
            }
        }
        list.layer(new DenseLayer.Builder().nOut(32).activation(Activation.RELU).build());
        list.layer(new DenseLayer.Builder().nOut(32).activation(Activation.RELU).build());
        list.layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(10).activation(Activation.SOFTMAX).build());
        MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(InputType.convolutional(32, 32, 3)).build());
        net.init();
        return net;
    }
}
