package dev.gossamer.model;

import dev.gossamer.data.ImageShape;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Times training steps (forward and backward, batch 16) of several networks at once, one thread each: CPU time. */
final class ModelBenchmark {

    private static final int BATCH = 16;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ModelBenchmark() {}

    /** Arguments: threads, repetitions, model names. */
    public static void main(String[] args) throws Exception {
        int threads = Integer.parseInt(args[0]);
        int repetitions = Integer.parseInt(args[1]);
        Nd4j.zeros(1);
        openblas_nolapack.blas_set_num_threads(1);
        for (String model : Arrays.asList(args).subList(2, args.length)) {
            System.out.printf("%-10s %d threads: %.1f ms per step and replica%n",
                    model, threads, time(model, threads, repetitions));
        }
    }

    private static double time(String model, int threads, int repetitions) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        CyclicBarrier barrier = new CyclicBarrier(threads);
        List<Future<Double>> results = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            results.add(executor.submit(() -> time(model, barrier, repetitions)));
        }
        double worst = 0;
        for (Future<Double> result : results) {
            worst = Math.max(worst, result.get());
        }
        executor.shutdown();
        return worst;
    }

    private static double time(String model, CyclicBarrier barrier, int repetitions) throws Exception {
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
        ImageShape shape = model.equals("mlp") ? new ImageShape(1, 28, 28) : new ImageShape(3, 32, 32);
        ComputationGraph net = new ComputationGraph(Network.of(model, 1, 0.5)
                .configuration(shape, 10, 1, DataType.FLOAT));
        net.init();
        INDArray x = Nd4j.rand(DataType.FLOAT, BATCH, shape.channels(), shape.height(), shape.width());
        INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, 10);
        for (int i = 0; i < BATCH; i++) {
            labels.putScalar(i, i % 10, 1);
        }
        double[] milliseconds = new double[repetitions];
        for (int i = -repetitions / 2; i < repetitions; i++) {
            barrier.await();
            long start = THREADS.getCurrentThreadCpuTime();
            net.setInput(0, x);
            net.setLabel(0, labels);
            net.computeGradientAndScore();
            if (i >= 0) {
                milliseconds[i] = (THREADS.getCurrentThreadCpuTime() - start) * 1e-6;
            }
        }
        Arrays.sort(milliseconds);
        return milliseconds[repetitions / 2];
    }
}
