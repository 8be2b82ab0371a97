package example;

import dev.gossamer.catalogue.Parameters;
import dev.gossamer.topology.Family;
import dev.gossamer.topology.Graph;
import dev.gossamer.topology.TopologyFamilies;
import java.util.ArrayList;
import java.util.List;

/** {@code ladder-K}: a chain whose workers also know those K further on. */
public final class Ladders implements TopologyFamilies {

    @Override
    public List<Family> families() {
        return List.of(Family.graph("ladder-K", "ladder-" + Parameters.NUMBER, Ladders::ladder));
    }

    private static Graph ladder(int workers, Parameters parameters) {
        int far = parameters.integer(1);
        if (far < 2) {
            throw new IllegalArgumentException("ladder-K needs K of at least 2, got " + far);
        }
        List<Graph.Edge> edges = new ArrayList<>();
        for (int i = 0; i + 1 < workers; i++) {
            edges.add(new Graph.Edge(i, i + 1));
            if (i + far < workers) {
                edges.add(new Graph.Edge(i, i + far));
            }
        }
        return Graph.of(workers, edges);
    }
}
