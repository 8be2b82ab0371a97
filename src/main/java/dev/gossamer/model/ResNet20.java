package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/**
 * ResNet-20 for small images: He et al., "Deep residual learning", 2016, section 4.2, with 1x1 convolution and batch
 * norm on the shortcuts where the shape changes (its option B); 272,474 parameters for 3 channels and 10 classes. Takes
 * images of any size; at 32x32 the final average is over 8x8 pixels.
 *
 * <p>With EvoNorm there are no batch statistics: an EvoNorm stands in place of each batch norm and ReLU, and a
 * convolution has a bias in place of a batch norm that no activation follows, whose normalisation the paper leaves out
 * there; 272,394 parameters.
 */
public class ResNet20 implements Model {

    private static final int[] STAGES = {16, 32, 64};
    private static final int BLOCKS = 3;

    private final boolean evoNorm;

    /** The model with batch norm. */
    public ResNet20() {
        this(false);
    }

    /** @param evoNorm whether EvoNorm takes the place of batch norm */
    ResNet20(boolean evoNorm) {
        this.evoNorm = evoNorm;
    }

    @Override
    public String form() {
        return "resnet-20";
    }

    @Override
    public String logits(GraphAssembly graph, Network network, ImageShape input, int classes) {
        int channels = network.scaled(STAGES[0]);
        Filter first = Filter.of3x3(input.channels(), channels, 1);
        String last = activated(graph, "", first, graph.input());
        for (int stage = 0; stage < STAGES.length; stage++) {
            int out = network.scaled(STAGES[stage]);
            for (int block = 0; block < BLOCKS; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                last = block(graph, "layer" + (stage + 1) + "." + block, channels, out, stride, last);
                channels = out;
            }
        }
        last = graph.averagePool("average", last);
        return graph.dense(Models.LOGITS, channels, classes, false, last);
    }

    private String block(
            GraphAssembly graph, String name, int in, int out, int stride, String from) {
        String branch = activated(graph, name + ".", Filter.of3x3(in, out, stride), from);
        branch = plain(graph, name + ".conv2", name + ".bn2", Filter.of3x3(out, out, 1), branch);
        String shortcut = from;
        if (stride != 1 || in != out) {
            shortcut = plain(graph, name + ".shortcut.conv", name + ".shortcut.bn", Filter.of1x1(in, out, stride),
                    from);
        }
        return graph.residualAdd(name, branch, shortcut);
    }

    /** A convolution, normalised, with an activation. */
    private String activated(
            GraphAssembly graph, String prefix, Filter filter, String from) {
        String convolved = graph.convolution(prefix + "conv1", filter, from);
        return evoNorm
                ? graph.evoNorm(prefix + "evonorm1", filter.out(), convolved)
                : graph.batchNorm(prefix + "bn1", filter.out(), true, convolved);
    }

    /** A convolution without activation. */
    private String plain(
            GraphAssembly graph, String name, String norm, Filter filter, String from) {
        return evoNorm
                ? graph.convolutionBias(name, filter, from)
                : graph.batchNorm(norm, filter.out(), false, graph.convolution(name, filter, from));
    }
}
