package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/**
 * ResNet-20 for small images: He et al., "Deep residual learning", 2016, section 4.2, with 1x1 convolution and batch
 * norm on the shortcuts where the shape changes (its option B); 272,474 parameters for 3 channels and 10 classes. Takes
 * images of any size; at 32x32 the final average is over 8x8 pixels.
 */
final class ResNet20 {

    private static final int[] STAGES = {16, 32, 64};
    private static final int BLOCKS = 3;

    private ResNet20() {}

    /** Adds everything up to the logits. */
    static String logits(GraphAssembly graph, double width, ImageShape input, int classes) {
        int channels = Models.scaled(STAGES[0], width);
        String last = graph.convolution("conv1", Filter.of3x3(input.channels(), channels, 1), graph.input());
        last = graph.batchNorm("bn1", channels, true, last);
        for (int stage = 0; stage < STAGES.length; stage++) {
            int out = Models.scaled(STAGES[stage], width);
            for (int block = 0; block < BLOCKS; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                last = block(graph, "layer" + (stage + 1) + "." + block, channels, out, stride, last);
                channels = out;
            }
        }
        last = graph.averagePool("average", last);
        return graph.dense(Models.LOGITS, channels, classes, false, last);
    }

    private static String block(GraphAssembly graph, String name, int in, int out, int stride, String from) {
        String branch = graph.convolution(name + ".conv1", Filter.of3x3(in, out, stride), from);
        branch = graph.batchNorm(name + ".bn1", out, true, branch);
        branch = graph.convolution(name + ".conv2", Filter.of3x3(out, out, 1), branch);
        branch = graph.batchNorm(name + ".bn2", out, false, branch);
        String shortcut = from;
        if (stride != 1 || in != out) {
            shortcut = graph.convolution(name + ".shortcut.conv", Filter.of1x1(in, out, stride), from);
            shortcut = graph.batchNorm(name + ".shortcut.bn", out, false, shortcut);
        }
        return graph.residualAdd(name, branch, shortcut);
    }
}
