package dev.gossamer.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks over the rows of shared matrices, as the engine runs them: views, threads, memory. */
class ReplicasTest {

    private static final int REPLICAS = 4;
    private static final int IMAGES = 4;
    /** ND4J leaves its operations' arguments to the garbage collector; an image's feature maps take more. */
    private static final long ALLOWED_PER_STEP = 25_000;

    @ParameterizedTest
    @ValueSource(strings = {"vgg-11", "resnet-20", "mlp"})
    void rowsAndThreadsChangeNothing(String model) throws Exception {
        ComputationGraph alone = TestNets.net(model, 0.2, 0.5, TestNets.CIFAR, DataType.FLOAT);
        int size = (int) alone.numParams();
        INDArray parameters = Nd4j.create(DataType.FLOAT, REPLICAS, size);
        INDArray gradients = Nd4j.create(DataType.FLOAT, REPLICAS, size);
        List<Callable<double[]>> steps = new ArrayList<>();
        for (int i = 0; i < REPLICAS; i++) {
            parameters.getRow(i).assign(alone.params().mul(1 + 0.1 * i));
            ComputationGraph net = onRows(model, parameters.getRow(i, true), gradients.getRow(i, true));
            int replica = i;
            steps.add(() -> {
                TestNets.gradient(net, images(replica), TestNets.labels(DataType.FLOAT, IMAGES));
                return gradients.getRow(replica).toDoubleVector();
            });
        }
        List<double[]> expected = new ArrayList<>();
        INDArray initial = alone.params().dup();
        for (int i = 0; i < REPLICAS; i++) {
            alone.params().assign(initial.mul(1 + 0.1 * i));
            expected.add(TestNets.gradient(alone, images(i), TestNets.labels(DataType.FLOAT, IMAGES)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(2);
        for (int repetition = 0; repetition < 3; repetition++) {
            List<Future<double[]>> results = threads.invokeAll(steps);
            for (int i = 0; i < REPLICAS; i++) {
                double[] got = results.get(i).get();
                double norm = Math.sqrt(Arrays.stream(got).map(g -> g * g).sum());
                assertTrue(norm > 0);
                assertArrayEquals(expected.get(i), got, 1e-6 * norm);
            }
        }
        threads.shutdown();
    }

    private static ComputationGraph onRows(String model, INDArray parameters, INDArray gradients) {
        ComputationGraph net = new ComputationGraph(
                Network.of(model, 0.2, 0.5)
                .configuration(TestNets.CIFAR, TestNets.CLASSES, 5, DataType.FLOAT));
        net.init(parameters, false);
        net.initGradientsView();
        net.setBackpropGradientsViewArray(gradients);
        return net;
    }

    private static INDArray images(int replica) {
        return TestNets.random(DataType.FLOAT, 100 + replica, IMAGES, 3, 32, 32);
    }

    @Test
    void evaluationUsesTheStatisticsOfItsOwnBatch() {
        ComputationGraph net = TestNets.net("resnet-20", 0.3, 0, TestNets.CIFAR, DataType.FLOAT);
        INDArray images = images(1).addi(5);
        double[] training = net.output(true, images)[0].reshape(-1).toDoubleVector();
        assertArrayEquals(training, net.output(false, images)[0].reshape(-1).toDoubleVector());
        net.output(false, images(2));
        assertArrayEquals(training, net.output(false, images)[0].reshape(-1).toDoubleVector());
    }

    @ParameterizedTest
    @ValueSource(strings = {"vgg-11", "resnet-20", "mlp"})
    void stepsLeaveNoNativeMemoryBehind(String model) {
        ComputationGraph net = TestNets.net(model, 0.1, 0.5, TestNets.CIFAR, DataType.FLOAT);
        INDArray images = images(0);
        INDArray labels = TestNets.labels(DataType.FLOAT, IMAGES);
        steps(net, images, labels, 20);
        long before = Nd4j.getMemoryManager().allocatedMemory(0);
        for (int i = 0; i < 200; i++) {
            steps(net, images, labels, 1);
            long more = Nd4j.getMemoryManager().allocatedMemory(0) - before;
            assertTrue(more < ALLOWED_PER_STEP * 200, more + " bytes more after " + i + " steps");
        }
    }

    private static void steps(ComputationGraph net, INDArray images, INDArray labels, int count) {
        for (int i = 0; i < count; i++) {
            net.setInput(0, images);
            net.setLabel(0, labels);
            net.computeGradientAndScore();
        }
    }
}
