package dev.gossamer.bench;

import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageSet;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.Normalization;
import dev.gossamer.engine.Replicas;
import dev.gossamer.engine.stacked.Activation;
import dev.gossamer.engine.stacked.Backward;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Operation;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Filter;
import dev.gossamer.model.Loss;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The three passes of a 3x3 convolution, forward, backward weights and backward data (none for images), on the stacked
 * engine's CPU device: batch 16, one thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConvolutionBenchmark {

    private static final int BATCH = 16;
    private static final int REPETITIONS = 10;
    private static final int IMAGE_CHANNELS = 3;

    /** Input channels, output channels, height and width of the input, stride: VGG-11, then ResNet-20. */
    @Param({
        "3-64-32-1", "64-128-16-1", "128-256-8-1", "256-256-8-1", "256-512-4-1", "512-512-4-1", "512-512-2-1",
        "3-16-32-1", "16-16-32-1", "16-32-32-2", "32-32-16-1", "32-64-16-2", "64-64-8-1"
    })
    public String shape;

    private Replicas replicas;
    private Batch batch;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Slice> parameters = new ArrayList<>();
    private final long[] seeds = new long[1];
    private final double[] losses = new double[1];
    private int tensors;
    private long offset;

    /** Prepares a program that repeats the passes. */
    @Setup(Level.Trial)
    public void open() {
        String[] sizes = shape.split("-");
        int size = Integer.parseInt(sizes[2]);
        Filter filter = new Filter(
                Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), 3, Integer.parseInt(sizes[3]), 1);
        ImageShape images = new ImageShape(filter.in(), size, size);
        Tensor input = tensor(filter.in(), size);
        Tensor x = input;
        if (filter.in() > IMAGE_CHANNELS) {
            x = asBetweenLayers(input);
        }
        Slice weight = slice(filter);
        Tensor y = null;
        for (int i = 0; i < REPETITIONS; i++) {
            y = addPasses(x, filter, weight);
        }
        Program program = new Program(images, input, y, operations, parameters, Loss.CROSS_ENTROPY);
        Update rule = Update.of(new StochasticGradientDescent(0, 0));
        replicas = HostDevice.cpu(1).load(program, program, 1, rule);
        replicas.matrices().write(rule.parameters(), 0, random(program.size(), 0.01f));
        byte[] pixels = new byte[BATCH * images.size()];
        new Random(1).nextBytes(pixels);
        double[] half = new double[images.channels()];
        Arrays.fill(half, 0.5);
        batch = Batch.of(new ImageSet(images, pixels, new byte[BATCH], new Normalization(half, half)), 1);
    }

    /** The same tensor in the order that a convolution before leaves it in; adds less than a percent to the time. */
    private Tensor asBetweenLayers(Tensor input) {
        Filter pointwise = new Filter(input.channels(), input.channels(), 1, 1, 0);
        Tensor x = tensor(input.channels(), input.height());
        operations.add(new Forward.Convolve(input, slice(pointwise), null, pointwise, Activation.NONE, x));
        return x;
    }

    /** The result stands for its own gradient, too. */
    private Tensor addPasses(Tensor x, Filter filter, Slice weight) {
        Tensor y = tensor(filter.out(), (int) filter.outputSize(x.height()));
        Forward.Convolve forward = new Forward.Convolve(x, weight, null, filter, Activation.RELU, y);
        operations.add(forward);
        operations.add(new Backward.ConvolveWeights(forward, y));
        if (filter.in() > IMAGE_CHANNELS) {
            operations.add(new Backward.ConvolveInput(forward, y, Activation.NONE, tensor(filter.in(), x.height())));
        }
        return y;
    }

    private Tensor tensor(int channels, int size) {
        return new Tensor(tensors++, channels, size, size);
    }

    private Slice slice(Filter filter) {
        List<Long> dimensions = List.of(
                (long) filter.out(), (long) filter.in(), (long) filter.kernel(), (long) filter.kernel());
        Slice slice = new Slice("weight" + parameters.size(), offset, dimensions);
        offset += slice.size();
        parameters.add(slice);
        return slice;
    }

    private static FloatBuffer random(long count, float scale) {
        Random random = new Random(1);
        FloatBuffer values = ByteBuffer.allocateDirect(Math.toIntExact(count * Float.BYTES))
                .order(ByteOrder.nativeOrder()).asFloatBuffer();
        while (values.hasRemaining()) {
            values.put(scale * (float) random.nextGaussian());
        }
        return values.flip();
    }

    /** All passes. */
    @Benchmark
    @OperationsPerInvocation(REPETITIONS)
    public void passes() {
        replicas.gradients().compute(batch, seeds, losses);
    }

    /** Frees the program's memory. */
    @TearDown(Level.Trial)
    public void close() {
        replicas.close();
    }
}
