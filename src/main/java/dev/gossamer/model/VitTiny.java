package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/**
 * A small vision transformer: Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021, of the width and heads of
 * DeiT-Ti (Touvron et al., "Training data-efficient image transformers", ICML 2021: 192 channels, 3 heads), half as
 * deep, with patches of 4x4 pixels. As in Beyer, Zhai and Kolesnikov, "Better plain ViT baselines for ImageNet-1k",
 * 2022, the mean over the tokens takes the place of a class token, after the last norm; there is no dropout. Six blocks
 * with layer norms first: attention, and two layers with a GELU between, of four times the channels; 2,693,194
 * parameters for 32x32 pixels of 3 channels and 10 classes. Position embeddings are learned. Sides of images have to be
 * multiples of 4.
 */
public final class VitTiny implements Model {

    private static final int PATCH = 4;
    private static final int BLOCKS = 6;
    private static final int HEADS = 3;
    private static final int CHANNELS_OF_HEAD = 64;
    private static final int EXPANSION = 4;

    @Override
    public String form() {
        return "vit-tiny";
    }

    @Override
    public String logits(GraphAssembly graph, Network network, ImageShape images, int classes) {
        if (images.height() % PATCH != 0 || images.width() % PATCH != 0) {
            throw new IllegalArgumentException("model " + form() + " needs images whose sides are multiples of " + PATCH
                    + " pixels, got " + images.height() + "x" + images.width()
                    + "; resnet-20 and mlp take any size");
        }
        int channels = Math.multiplyExact(HEADS, network.scaled(CHANNELS_OF_HEAD));
        Filter patches = new Filter(images.channels(), channels, PATCH, PATCH, 0);
        String last = graph.projection("patches", patches, graph.input());
        last = graph.position("positions", channels, images.height() / PATCH, images.width() / PATCH, last);
        for (int block = 0; block < BLOCKS; block++) {
            last = block(graph, "block" + block, channels, last);
        }
        last = graph.averagePool("average", graph.layerNorm("norm", channels, last));
        return graph.dense(Models.LOGITS, channels, classes, false, last);
    }

    private static String block(GraphAssembly graph, String name, int channels, String from) {
        int thirds = Math.multiplyExact(3, channels);
        int wide = Math.multiplyExact(EXPANSION, channels);
        String branch = graph.layerNorm(name + ".norm1", channels, from);
        branch = graph.projection(name + ".qkv", Filter.of1x1(channels, thirds, 1), branch);
        branch = graph.attention(name + ".attention", channels, HEADS, branch);
        branch = graph.projection(name + ".proj", Filter.of1x1(channels, channels, 1), branch);
        String attended = graph.residualAdd(name + ".sum1", false, branch, from);
        branch = graph.layerNorm(name + ".norm2", channels, attended);
        branch = graph.projection(name + ".fc1", Filter.of1x1(channels, wide, 1), branch);
        branch = graph.activation(name + ".gelu", ActivationFunction.GELU, branch);
        branch = graph.projection(name + ".fc2", Filter.of1x1(wide, channels, 1), branch);
        return graph.residualAdd(name + ".sum2", false, branch, attended);
    }
}
