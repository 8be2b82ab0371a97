package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/** A network with what no model of the catalogue has: poolings of several windows, and a squared error. */
public final class PooledNet implements Model {

    /** Overlapping windows that reach over the edges. */
    static final Window MAXIMA = Window.of(3, 2, 1);
    static final Window AVERAGES = Window.of(3, 1, 0);

    @Override
    public String form() {
        return "pooled";
    }

    @Override
    public String logits(GraphAssembly graph, Network network, ImageShape images, int classes) {
        int channels = network.scaled(8);
        String first = graph.convolutionBiasRelu("conv", Filter.of3x3(images.channels(), channels, 1), graph.input());
        String most = graph.maxPool("maxima", MAXIMA, first);
        String mean = graph.averagePool("averages", AVERAGES, most);
        int pixels = AVERAGES.rows(MAXIMA.rows(images.height())) * AVERAGES.columns(MAXIMA.columns(images.width()));
        return graph.dense(Models.LOGITS, channels * pixels, classes, false, mean);
    }

    @Override
    public Loss loss() {
        return Loss.SQUARED_ERROR;
    }

    /** That network. */
    public static Network network(double width) {
        return new Network(new PooledNet(), width, 0, 0, Network.of("mlp", 1, 0).settings());
    }
}
