package dev.gossamer.model;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Times the kernels at the shapes of the models, batch 16, on one thread, beside ND4J's: CPU time, median. */
final class KernelBenchmark {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int[][] CONVOLUTIONS = {
        {3, 64, 32}, {64, 128, 16}, {128, 256, 8}, {256, 256, 8}, {256, 512, 4}, {512, 512, 4}, {512, 512, 2},
        {3, 16, 32}, {16, 16, 32}, {32, 32, 16}, {64, 64, 8}
    };
    private static final int[][] ACTIVATIONS = {{16, 32}, {32, 16}, {64, 8}};
    private static final int[][] POOLS = {{64, 32}, {128, 16}, {256, 8}, {512, 4}, {512, 2}};
    private static final int[][] MATRICES = {{512, 512}, {512, 10}, {784, 5000}, {5000, 10}};

    private KernelBenchmark() {}

    /** No arguments. */
    public static void main(String[] args) {
        Nd4j.zeros(1);
        NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
        openblas_nolapack.blas_set_num_threads(1);
        for (int[] c : CONVOLUTIONS) {
            convolution(Filter.of3x3(c[0], c[1], 1), c[2]);
        }
        for (int[] a : ACTIVATIONS) {
            normalization(a[0], a[1]);
        }
        for (int[] p : POOLS) {
            pooling(p[0], p[1]);
        }
        for (int[] m : MATRICES) {
            product(m[0], m[1]);
        }
    }

    private static void convolution(Filter f, int size) {
        boolean relu = f.out() >= 64 && f.in() != 64 || f.out() == 128;
        INDArray x = random(16, f.in(), size, size);
        INDArray w = random(f.out(), f.in(), 3, 3);
        INDArray bias = relu ? random(f.out()) : null;
        INDArray y = random(16, f.out(), size, size);
        INDArray dy = random(16, f.out(), size, size);
        INDArray dx = x.ulike();
        INDArray dw = w.ulike();
        INDArray dbias = relu ? bias.ulike() : null;
        String name = "convolution " + f.in() + "->" + f.out() + " @" + size;
        compare(name, k -> k.convolve(f, x, w, bias, relu, y),
                k -> k.convolveBackward(f, x, w, relu ? y : null, dy, dw, dbias, f.in() == 3 ? null : dx));
        PatchConvolution patches = new PatchConvolution(f, x);
        report(name + " as product", time(() -> patches.forward(x, w, bias, relu, y)), time(() ->
                patches.backward(x, w, relu ? y : null, dy, dw, dbias, f.in() == 3 ? null : dx)));
    }

    private static void normalization(int channels, int size) {
        INDArray x = random(16, channels, size, size);
        INDArray y = x.ulike();
        INDArray dx = x.ulike();
        INDArray gamma = random(channels);
        INDArray beta = random(channels);
        INDArray statistics = random(2, channels);
        INDArray dgamma = random(channels);
        INDArray dbeta = random(channels);
        compare("batch norm + ReLU " + channels + " @" + size,
                k -> k.normalize(x, gamma, beta, true, statistics, y),
                k -> k.normalizeBackward(x, gamma, beta, true, statistics, y, dgamma, dbeta, dx));
        compare("add + ReLU " + channels + " @" + size, k -> k.add(x, dx, true, y), k -> k.reluBackward(y, x, dx));
    }

    private static void pooling(int channels, int size) {
        INDArray x = random(16, channels, size, size);
        INDArray y = random(16, channels, size / 2, size / 2);
        INDArray dx = x.ulike();
        compare("max pool " + channels + " @" + size, k -> k.maxPool(Window.SQUARES, x, y),
                k -> k.maxPoolBackward(Window.SQUARES, x, y, dx));
    }

    private static void product(int in, int out) {
        INDArray x = random(16, in);
        INDArray w = random(out, in);
        INDArray bias = random(out);
        INDArray y = random(16, out);
        INDArray dx = x.ulike();
        INDArray dw = w.ulike();
        INDArray dbias = bias.ulike();
        compare("dense " + in + "->" + out, k -> k.multiply(x, w, bias, true, y),
                k -> k.multiplyBackward(x, w, y, y, dw, dbias, in == 784 ? null : dx));
    }

    private interface Call {
        void on(Kernels kernels);
    }

    private static void compare(String name, Call forward, Call backward) {
        report(name + " ND4J", time(() -> forward.on(ArrayKernels.INSTANCE)),
                time(() -> backward.on(ArrayKernels.INSTANCE)));
        report(name, time(() -> forward.on(HostKernels.INSTANCE)), time(() -> backward.on(HostKernels.INSTANCE)));
    }

    private static void report(String name, double forward, double backward) {
        System.out.printf("%-40s forward %7.3f ms, backward %7.3f ms%n", name, forward, backward);
    }

    private static double time(Runnable call) {
        double[] milliseconds = new double[21];
        for (int i = -20; i < milliseconds.length; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            int calls = 0;
            do {
                inWorkspace(call);
                calls++;
            } while (THREADS.getCurrentThreadCpuTime() - start < 2_000_000);
            if (i >= 0) {
                milliseconds[i] = (THREADS.getCurrentThreadCpuTime() - start) * 1e-6 / calls;
            }
        }
        Arrays.sort(milliseconds);
        return milliseconds[milliseconds.length / 2];
    }

    private static void inWorkspace(Runnable call) {
        WorkspaceConfiguration learn = WorkspaceConfiguration.builder().initialSize(0).build();
        MemoryWorkspace workspace = Nd4j.getWorkspaceManager().getAndActivateWorkspace(learn, "benchmark");
        try {
            call.run();
        } finally {
            workspace.close();
        }
    }

    private static INDArray random(long... shape) {
        return Nd4j.rand(DataType.FLOAT, shape).subi(0.5);
    }
}
