package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/**
 * VGG-11 without batch norm for 32x32 images: Simonyan and Zisserman, "Very deep convolutional networks", 2015,
 * configuration A with a classifier of 512-512-classes; 9,750,922 parameters for 3 channels and 10 classes.
 */
public class Vgg11 implements Model {

    private static final int PIXELS = 32;
    private static final int POOL = 0;
    private static final int[] FEATURES = {64, POOL, 128, POOL, 256, 256, POOL, 512, 512, POOL, 512, 512, POOL};
    private static final int UNITS = 512;

    @Override
    public String form() {
        return "vgg-11";
    }

    @Override
    public final boolean drops() {
        return true;
    }

    @Override
    public final String logits(GraphAssembly graph, Network network, ImageShape input, int classes) {
        if (input.height() != PIXELS || input.width() != PIXELS) {
            throw new IllegalArgumentException("model " + form() + " needs images of 32x32 pixels, got "
                    + input.height() + "x" + input.width() + "; resnet-20 and mlp take any size");
        }
        String last = features(graph, network, input.channels());
        int units = network.scaled(UNITS);
        last = graph.dropout("dropout1", network.dropout(), last);
        last = graph.dense("dense1", units, units, true, last);
        last = graph.dropout("dropout2", network.dropout(), last);
        last = graph.dense("dense2", units, units, true, last);
        return graph.dense(Models.LOGITS, units, classes, false, last);
    }

    private String features(GraphAssembly graph, Network network, int inputChannels) {
        String last = graph.input();
        int channels = inputChannels;
        int convolutions = 0;
        int pools = 0;
        for (int size : FEATURES) {
            if (size == POOL) {
                last = graph.maxPool("pool" + ++pools, last);
            } else {
                int out = network.scaled(size);
                last = activated(graph, ++convolutions, Filter.of3x3(channels, out, 1), last);
                channels = out;
            }
        }
        return last;
    }

    /** A convolution with an activation. */
    String activated(GraphAssembly graph, int number, Filter filter, String from) {
        return graph.convolutionBiasRelu("conv" + number, filter, from);
    }
}
