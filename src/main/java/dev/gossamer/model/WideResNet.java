package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/**
 * WRN-16-4: Zagoruyko and Komodakis, "Wide residual networks", 2016, table 1 with depth 16, widening factor 4 and no
 * dropout; 2,748,890 parameters for 3 channels and 10 classes. Batch norm and ReLU come before each convolution: He et
 * al., "Identity mappings in deep residual networks", 2016, fig. 4e. Where the shape changes, the shortcut is a 1x1
 * convolution of what these have made of the block's input. Takes images of any size; at 32x32 the final average is
 * over 8x8 pixels.
 */
public final class WideResNet implements Model {

    private static final int STEM = 16;
    private static final int[] STAGES = {64, 128, 256};
    private static final int BLOCKS = 2;

    @Override
    public String form() {
        return "wide-resnet-16-4";
    }

    @Override
    public String logits(GraphAssembly graph, Network network, ImageShape images, int classes) {
        int channels = network.scaled(STEM);
        String last = graph.convolution("conv1", Filter.of3x3(images.channels(), channels, 1), graph.input());
        for (int stage = 0; stage < STAGES.length; stage++) {
            int out = network.scaled(STAGES[stage]);
            for (int block = 0; block < BLOCKS; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                last = block(graph, "block" + (stage + 1) + "." + block, channels, out, stride, last);
                channels = out;
            }
        }
        last = graph.averagePool("average", graph.batchNorm("bn1", channels, true, last));
        return graph.dense(Models.LOGITS, channels, classes, false, last);
    }

    private static String block(GraphAssembly graph, String name, int in, int out, int stride, String from) {
        String activated = graph.batchNorm(name + ".bn1", in, true, from);
        String branch = graph.convolution(name + ".conv1", Filter.of3x3(in, out, stride), activated);
        branch = graph.batchNorm(name + ".bn2", out, true, branch);
        branch = graph.convolution(name + ".conv2", Filter.of3x3(out, out, 1), branch);
        boolean keepsShape = stride == 1 && in == out;
        String shortcut = keepsShape ? from
                : graph.convolution(name + ".shortcut", Filter.of1x1(in, out, stride), activated);
        return graph.residualAdd(name, false, branch, shortcut);
    }
}
