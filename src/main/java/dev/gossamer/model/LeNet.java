package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/**
 * LeNet for CIFAR-10 as the literature of decentralised learning has it, after Hsieh et al., "The non-IID data
 * quagmire", 2020: three convolutions with 5x5 kernels that keep the size, a ReLU and the maximum of 2x2 squares after
 * each, and a dense layer; 89,578 parameters for 32x32 pixels of 3 channels and 10 classes. Takes images of at least
 * 8x8 pixels; a row or column that is left over from squares is dropped, so that 28x28 pixels become 3x3.
 */
public class LeNet implements Model {

    private static final int[] CHANNELS = {32, 32, 64};
    private static final int LEAST_PIXELS = 1 << CHANNELS.length;

    @Override
    public String form() {
        return "lenet";
    }

    @Override
    public final String logits(GraphAssembly graph, Network network, ImageShape images, int classes) {
        if (Math.min(images.height(), images.width()) < LEAST_PIXELS) {
            throw new IllegalArgumentException("model " + form() + " needs images of at least " + LEAST_PIXELS + "x"
                    + LEAST_PIXELS + " pixels, got " + images.height() + "x" + images.width()
                    + "; resnet-20 and mlp take any size");
        }
        int channels = images.channels();
        String last = graph.input();
        for (int layer = 0; layer < CHANNELS.length; layer++) {
            int out = network.scaled(CHANNELS[layer]);
            last = activated(graph, layer + 1, new Filter(channels, out, 5, 1, 2), last);
            last = graph.maxPool("pool" + (layer + 1), last);
            channels = out;
        }
        int pixels = (images.height() / LEAST_PIXELS) * (images.width() / LEAST_PIXELS);
        return graph.dense(Models.LOGITS, Math.multiplyExact(channels, pixels), classes, false, last);
    }

    /** A convolution with an activation. */
    String activated(GraphAssembly graph, int number, Filter filter, String from) {
        return graph.convolutionBiasRelu("conv" + number, filter, from);
    }
}
