package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.stacked.Activation;
import dev.gossamer.engine.stacked.Forward;
import dev.gossamer.engine.stacked.Program;
import dev.gossamer.engine.stacked.Slice;
import dev.gossamer.engine.stacked.Tensor;
import dev.gossamer.model.ActivationFunction;
import dev.gossamer.model.Filter;
import dev.gossamer.model.Loss;
import dev.gossamer.model.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Networks that each have one operation in the middle: batch norm, which takes the gradient of what follows into its
 * parameters', the operation, dense layer.
 */
final class SmallNetworks {

    /** Operations of {@link #dense} up to the logits. */
    static final int DENSE_FORWARD = 3;

    private static final ImageShape IMAGES = new ImageShape(2, 9, 8);
    private static final int CLASSES = 7;

    private final List<Forward> operations = new ArrayList<>();
    private final List<Slice> parameters = new ArrayList<>();
    private final Tensor input;
    private int tensors;
    private long offset;
    private Tensor last;

    private SmallNetworks() {
        input = tensor(IMAGES.channels(), IMAGES.height(), IMAGES.width());
        last = input;
        normalize(false);
    }

    /**
     * A network.
     *
     * @param name the operation in its middle
     * @param convolutional whether that is a convolution
     */
    record Network(String name, Program program, boolean convolutional) {}

    /** A network for each operation. */
    static List<Network> all() {
        return List.of(
                dense(),
                convolution("convolution 3x3", 3, 1, 1, false),
                convolution("convolution 3x3 with bias and ReLU", 3, 1, 1, true),
                convolution("convolution 3x3, stride 2", 3, 2, 1, false),
                convolution("convolution 1x1, stride 2", 1, 2, 0, false),
                aligned("convolutions 3x3 of 16 and 64 channels", 1),
                aligned("convolutions 3x3 of 16 and 64 channels, stride 2", 2),
                new SmallNetworks().normalize(false).end("batch norm"),
                new SmallNetworks().normalize(true).end("batch norm with ReLU"),
                new SmallNetworks().convolve(4, 3, 1, 1, false).evoNorm().end("EvoNorm after a convolution", true),
                new SmallNetworks().maximum().end("maximum of squares"),
                new SmallNetworks().sum(true).maximum().end("maximum of squares after a ReLU"),
                new SmallNetworks().average(Window.ofAll(IMAGES.height(), IMAGES.width())).end("average over pixels"),
                new SmallNetworks().drop().end("dropout"),
                new SmallNetworks().sum(false).end("sum"),
                new SmallNetworks().sum(true).end("sum with ReLU"),
                new SmallNetworks().sum(true).sum(true).end("sums with ReLUs, one after the other"));
    }

    /**
     * Networks for operations that came later: checked last, so that the others are drawn the numbers that they
     * passed with on GPUs. Rounded factors let a ReLU near 0 decide otherwise, with other numbers another one.
     */
    static List<Network> later() {
        Stream<Network> networks = Stream.of(
                new SmallNetworks().convolve(4, 3, 1, 1, false).groupNorm(false)
                        .end("group norm after a convolution", true),
                new SmallNetworks().convolve(4, 3, 1, 1, false).groupNorm(true)
                        .end("group norm with ReLU after a convolution", true),
                new SmallNetworks().end("label smoothing", false, 0.2),
                new SmallNetworks().sum(true).maximum(Window.of(3, 2, 1))
                        .end("maximum of windows that overlap, after a ReLU"),
                new SmallNetworks().average(Window.of(3, 2, 1)).end("average of windows that overlap"),
                new SmallNetworks().end("squared error with label smoothing", false, Loss.SQUARED_ERROR, 0.2));
        Stream<Network> functions = Arrays.stream(ActivationFunction.values())
                .map(function -> new SmallNetworks().apply(function).end(function.toString()));
        Stream<Network> ofTokens = Stream.of(
                new SmallNetworks().convolve(6, 3, 1, 1, false).layerNorm().end("layer norm", true),
                new SmallNetworks().convolve(12, 3, 1, 1, false).attend(2).end("attention", true),
                new SmallNetworks().embed().normalize(false).end("position embedding"));
        return Stream.of(networks, functions, ofTokens).flatMap(kind -> kind).toList();
    }

    /** A network of dense layers only. */
    static Network dense() {
        return new SmallNetworks().multiply(11, true).end("dense layer");
    }

    private static Network convolution(String name, int kernel, int stride, int padding, boolean relu) {
        return new SmallNetworks().convolve(4, kernel, stride, padding, relu).end(name, true);
    }

    /** Numbers of channels that libraries have their fastest kernels for. */
    private static Network aligned(String name, int stride) {
        return new SmallNetworks().convolve(16, 3, 1, 1, true).convolve(64, 3, stride, 1, true)
                .convolve(16, 3, 1, 1, false).end(name, true);
    }

    private SmallNetworks convolve(int out, int kernel, int stride, int padding, boolean relu) {
        Filter filter = new Filter(last.channels(), out, kernel, stride, padding);
        Slice weight = slice(out, last.channels(), kernel, kernel);
        Slice bias = relu ? slice(out) : null;
        Tensor y = tensor(out, (int) filter.outputSize(last.height()), (int) filter.outputSize(last.width()));
        return add(new Forward.Convolve(last, weight, bias, filter, Activation.of(relu), y), y);
    }

    private SmallNetworks groupNorm(boolean relu) {
        Tensor y = like(last);
        return add(new Forward.GroupNorm(
                last, slice(last.channels()), slice(last.channels()), 2, Activation.of(relu), y), y);
    }

    private SmallNetworks evoNorm() {
        Tensor y = like(last);
        int c = last.channels();
        return add(new Forward.EvoNorm(last, slice(c), slice(c), slice(c), 2, y), y);
    }

    private SmallNetworks normalize(boolean relu) {
        Tensor y = like(last);
        return add(new Forward.Normalize(
                last, slice(last.channels()), slice(last.channels()), Activation.of(relu), y), y);
    }

    private SmallNetworks multiply(int out, boolean relu) {
        Tensor y = tensor(out, 1, 1);
        return add(new Forward.Multiply(last, slice(out, last.size()), slice(out), Activation.of(relu), y), y);
    }

    private SmallNetworks maximum() {
        return maximum(Window.SQUARES);
    }

    private SmallNetworks maximum(Window window) {
        Tensor y = pooled(window);
        return add(new Forward.MaxPool(last, window, y), y);
    }

    private SmallNetworks average(Window window) {
        Tensor y = pooled(window);
        return add(new Forward.AveragePool(last, window, y), y);
    }

    private Tensor pooled(Window window) {
        return tensor(last.channels(), window.rows(last.height()), window.columns(last.width()));
    }

    private SmallNetworks apply(ActivationFunction function) {
        Tensor y = like(last);
        return add(new Forward.Apply(last, function, y), y);
    }

    private SmallNetworks layerNorm() {
        Tensor y = like(last);
        return add(new Forward.LayerNorm(last, slice(last.channels()), slice(last.channels()), y), y);
    }

    private SmallNetworks attend(int heads) {
        int tokens = last.height() * last.width();
        Tensor weights = tensor(heads, tokens, tokens);
        Tensor y = tensor(last.channels() / 3, last.height(), last.width());
        return add(new Forward.Attend(last, weights, y), y);
    }

    private SmallNetworks embed() {
        Tensor y = like(last);
        return add(new Forward.Embed(last, slice(last.channels(), last.height(), last.width()), y), y);
    }

    private SmallNetworks drop() {
        Tensor y = like(last);
        return add(new Forward.Drop(last, 0.3, 2, y), y);
    }

    private SmallNetworks sum(boolean relu) {
        Tensor first = last;
        normalize(false);
        Tensor y = like(last);
        return add(new Forward.Add(first, last, Activation.of(relu), y), y);
    }

    private Network end(String name) {
        return end(name, false);
    }

    private Network end(String name, boolean convolutional) {
        return end(name, convolutional, 0);
    }

    private Network end(String name, boolean convolutional, double smoothing) {
        return end(name, convolutional, Loss.CROSS_ENTROPY, smoothing);
    }

    private Network end(String name, boolean convolutional, Loss loss, double smoothing) {
        multiply(CLASSES, false);
        return new Network(name, Program.training(IMAGES, input, last, operations, parameters, loss, smoothing),
                convolutional);
    }

    private SmallNetworks add(Forward operation, Tensor result) {
        operations.add(operation);
        last = result;
        return this;
    }

    private Slice slice(long... shape) {
        List<Long> sizes = new ArrayList<>();
        for (long size : shape) {
            sizes.add(size);
        }
        Slice slice = new Slice("parameter " + parameters.size(), offset, sizes);
        offset += slice.size();
        parameters.add(slice);
        return slice;
    }

    private Tensor like(Tensor other) {
        return tensor(other.channels(), other.height(), other.width());
    }

    private Tensor tensor(int channels, int height, int width) {
        return new Tensor(tensors++, channels, height, width);
    }
}
