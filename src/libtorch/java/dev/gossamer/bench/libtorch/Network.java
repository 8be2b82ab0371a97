package dev.gossamer.bench.libtorch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The networks of {@code torch_peer.py}: their parameters, in the same order, and their forward passes. */
final class Network {

    /** Computes outcomes from images and parameters. */
    private interface Forward {
        Tensor apply(Tensor x, Tensor[] p);
    }

    private record Block(int first, int second, int skip, int stride) {}

    private static final int CLASSES = 10;
    private static final int POOL = 0;
    private static final int[] VGG_11 = {64, POOL, 128, POOL, 256, 256, POOL, 512, 512, POOL, 512, 512, POOL};

    private final Operations operations;
    private final List<Parameter> parameters = new ArrayList<>();
    private final Forward forward;
    private final long[] imageShape;
    private long size;

    Network(Options options) {
        operations = new Operations(options);
        String model = options.text("model");
        imageShape = model.equals("mlp") ? new long[] {28 * 28} : new long[] {3, 32, 32};
        forward = switch (model) {
            case "vgg-11" -> vgg11();
            case "resnet-20" -> resnet20();
            case "mlp" -> mlp();
            default -> throw new IllegalArgumentException("unknown model " + model);
        };
    }

    List<Parameter> parameters() {
        return parameters;
    }

    /** Number of parameters d. */
    long size() {
        return size;
    }

    /** Shape of an image: [channels, height, width], or [size] where it is a vector. */
    long[] imageShape() {
        return imageShape;
    }

    Tensor loss(Tensor images, Tensor labels, Tensor[] parameters) {
        return operations.loss(forward.apply(images, parameters), labels);
    }

    private Forward vgg11() {
        int[] layers = new int[VGG_11.length];
        int channels = 3;
        for (int i = 0; i < layers.length; i++) {
            if (VGG_11[i] != POOL) {
                layers[i] = filter(channels, VGG_11[i], 3);
                add(Parameter.Kind.VECTOR, Parameter.Start.NORMAL, 0, VGG_11[i]);
                channels = VGG_11[i];
            }
        }
        int first = weights(512, 512);
        int second = weights(512, 512);
        int third = weights(512, CLASSES);
        return (x, p) -> {
            Tensor y = x;
            for (int i = 0; i < layers.length; i++) {
                y = VGG_11[i] == POOL
                        ? operations.pool(y)
                        : torch.relu_(operations.convolve(y, p[layers[i]], p[layers[i] + 1], 1, 1));
            }
            y = operations.drop(operations.flat(y, 512));
            y = operations.drop(torch.relu_(dense(y, p, first)));
            return dense(torch.relu_(dense(y, p, second)), p, third);
        };
    }

    private Forward resnet20() {
        int stem = normalizedFilter(3, 16, 3);
        List<Block> blocks = new ArrayList<>();
        int channels = 16;
        for (int width : new int[] {16, 32, 64}) {
            for (int i = 0; i < 3; i++) {
                int stride = i == 0 && width > 16 ? 2 : 1;
                blocks.add(new Block(normalizedFilter(channels, width, 3), normalizedFilter(width, width, 3),
                        channels == width ? -1 : normalizedFilter(channels, width, 1), stride));
                channels = width;
            }
        }
        int last = weights(64, CLASSES);
        return (x, p) -> {
            Tensor y = torch.relu_(convolve(x, p, stem, 1, 1));
            for (Block block : blocks) {
                Tensor inner = torch.relu_(convolve(y, p, block.first, block.stride, 1));
                Tensor outer = convolve(inner, p, block.second, 1, 1);
                y = torch.relu_(outer.add_(block.skip < 0 ? y : convolve(y, p, block.skip, block.stride, 0)));
            }
            return dense(operations.flat(operations.average(y, 8), 64), p, last);
        };
    }

    private Forward mlp() {
        int first = weights(28 * 28, 5000);
        int second = weights(5000, CLASSES);
        return (x, p) -> dense(torch.relu_(dense(x, p, first)), p, second);
    }

    private Tensor dense(Tensor x, Tensor[] p, int at) {
        return operations.dense(x, p[at], p[at + 1]);
    }

    /** A convolution without biases and its batch norm. */
    private Tensor convolve(Tensor x, Tensor[] p, int at, int stride, int padding) {
        return operations.normalize(operations.convolve(x, p[at], null, stride, padding), p[at + 1], p[at + 2]);
    }

    private int filter(int in, int out, int side) {
        double deviation = Math.sqrt(2.0 / (side * side * out));
        return add(Parameter.Kind.FILTER, Parameter.Start.NORMAL, deviation, out, in, side, side);
    }

    private int normalizedFilter(int in, int out, int side) {
        int at = filter(in, out, side);
        add(Parameter.Kind.VECTOR, Parameter.Start.ONE, 0, out);
        add(Parameter.Kind.VECTOR, Parameter.Start.NORMAL, 0, out);
        return at;
    }

    private int weights(int in, int out) {
        double bound = 1 / Math.sqrt(in);
        int at = add(Parameter.Kind.WEIGHT, Parameter.Start.UNIFORM, bound, out, in);
        add(Parameter.Kind.DENSE_BIAS, Parameter.Start.UNIFORM, bound, out);
        return at;
    }

    private int add(Parameter.Kind kind, Parameter.Start start, double spread, long... shape) {
        long values = 1;
        for (long side : shape) {
            values *= side;
        }
        parameters.add(new Parameter(kind, shape, size, values, start, spread));
        size += values;
        return parameters.size() - 1;
    }
}
