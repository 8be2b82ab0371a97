package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/**
 * Residual networks for small images: He et al., "Deep residual learning", 2016. A stem of 3x3 kernels, stages of
 * blocks of two convolutions each, whose first has stride 2 from the second stage on, with 1x1 convolution and
 * normalisation on the shortcuts where the shape changes (the paper's option B), and the average over all pixels. Takes
 * images of any size.
 */
abstract class ResNet implements Model {

    private final String form;
    private final Norm norm;
    private final int blocks;
    private final int[] stages;

    /** What stands between a convolution and its activation. */
    enum Norm {

        /** Batch norm. */
        BATCH("bn"),

        /** Group norm of {@link GroupNormSpec#GROUPS} groups. */
        GROUP("gn"),

        /**
         * EvoNorm, which is an activation as well. A convolution that no activation follows has a bias and no
         * normalisation: Liu et al., "Evolving normalization-activation layers", 2020, leave it out there.
         */
        EVO("evonorm");

        private final String layer;

        Norm(String layer) {
            this.layer = layer;
        }
    }

    /**
     * @param form name in the catalogue
     * @param norm normalisation
     * @param blocks blocks of a stage
     * @param stages channels of each stage
     */
    ResNet(String form, Norm norm, int blocks, int... stages) {
        this.form = form;
        this.norm = norm;
        this.blocks = blocks;
        this.stages = stages;
    }

    @Override
    public final String form() {
        return form;
    }

    @Override
    public final String logits(GraphAssembly graph, Network network, ImageShape input, int classes) {
        int channels = network.scaled(stages[0]);
        Filter first = Filter.of3x3(input.channels(), channels, 1);
        String last = activated(graph, "", first, graph.input());
        for (int stage = 0; stage < stages.length; stage++) {
            int out = network.scaled(stages[stage]);
            for (int block = 0; block < blocks; block++) {
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
        branch = plain(graph, name + ".", "2", Filter.of3x3(out, out, 1), branch);
        String shortcut = from;
        if (stride != 1 || in != out) {
            shortcut = plain(graph, name + ".shortcut.", "", Filter.of1x1(in, out, stride), from);
        }
        return graph.residualAdd(name, true, branch, shortcut);
    }

    /** A convolution, normalised, with an activation. */
    private String activated(GraphAssembly graph, String prefix, Filter filter, String from) {
        String convolved = graph.convolution(prefix + "conv1", filter, from);
        return norm == Norm.EVO
                ? graph.evoNorm(prefix + norm.layer + "1", filter.out(), convolved)
                : normalized(graph, prefix + norm.layer + "1", filter.out(), true, convolved);
    }

    /** A convolution without activation. */
    private String plain(GraphAssembly graph, String prefix, String number, Filter filter, String from) {
        String name = prefix + "conv" + number;
        return norm == Norm.EVO
                ? graph.convolutionBias(name, filter, from)
                : normalized(graph, prefix + norm.layer + number, filter.out(), false,
                        graph.convolution(name, filter, from));
    }

    private String normalized(GraphAssembly graph, String name, int channels, boolean relu, String from) {
        return norm == Norm.GROUP
                ? graph.groupNorm(name, channels, GroupNormSpec.GROUPS, relu, from)
                : graph.batchNorm(name, channels, relu, from);
    }
}
