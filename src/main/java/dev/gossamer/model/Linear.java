package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/**
 * Softmax regression: a dense layer from pixels to logits, drawn as those of other models. {@link Logistic} is the same
 * but starts from 0.
 */
public final class Linear implements Model {

    @Override
    public String form() {
        return "linear";
    }

    @Override
    public String logits(GraphAssembly graph, Network network, ImageShape images, int classes) {
        return graph.dense(Models.LOGITS, images.size(), classes, false, graph.input());
    }
}
