package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/** One hidden layer of 5,000 units with ReLU. */
public final class Mlp implements Model {

    private static final int UNITS = 5000;

    @Override
    public String form() {
        return "mlp";
    }

    @Override
    public String logits(GraphAssembly graph, Network network, ImageShape images, int classes) {
        int hidden = network.scaled(UNITS);
        String units = graph.dense("hidden", images.size(), hidden, true, graph.input());
        return graph.dense(Models.LOGITS, hidden, classes, false, units);
    }
}
