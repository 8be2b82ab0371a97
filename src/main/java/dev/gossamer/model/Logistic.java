package dev.gossamer.model;

import dev.gossamer.data.ImageShape;

/**
 * Multinomial logistic regression: the dense layer of {@link Linear}, all of whose parameters are 0 at first, so that
 * all seeds start alike, from the logarithm of the number of classes as loss. The loss is convex; with weight decay it
 * has one optimum.
 */
public final class Logistic implements Model {

    @Override
    public String form() {
        return "logistic";
    }

    @Override
    public String logits(GraphAssembly graph, Network network, ImageShape images, int classes) {
        return graph.denseOfZeros(Models.LOGITS, images.size(), classes, graph.input());
    }
}
