package example;

import dev.gossamer.data.ImageShape;
import dev.gossamer.model.GraphAssembly;
import dev.gossamer.model.Model;
import dev.gossamer.model.Models;
import dev.gossamer.model.Network;

/** Two hidden layers, the second one half as wide. */
public final class Wedge implements Model {

    @Override
    public String form() {
        return "wedge";
    }

    @Override
    public String logits(GraphAssembly graph, Network network, ImageShape images, int classes) {
        int wide = network.scaled(200);
        int narrow = network.scaled(100);
        String first = graph.dense("wide", images.size(), wide, true, graph.input());
        String second = graph.dense("narrow", wide, narrow, true, first);
        return graph.dense(Models.LOGITS, narrow, classes, false, second);
    }
}
