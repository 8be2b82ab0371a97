package dev.gossamer.topology;

import dev.gossamer.topology.Graph.Edge;
import java.util.ArrayList;
import java.util.List;
import org.jgrapht.generate.GraphGenerator;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;
import org.jgrapht.util.SupplierUtil;

/** The way from graphs of JGraphT, whose vertices are 0, ..., n - 1, to graphs of workers, and back. */
final class JGraphTGraphs {

    private JGraphTGraphs() {}

    /** A graph without parallel edges, as a generator makes it. */
    static Graph generated(GraphGenerator<Integer, DefaultEdge, Integer> generator) {
        SimpleGraph<Integer, DefaultEdge> graph = new SimpleGraph<>(
                SupplierUtil.createIntegerSupplier(), SupplierUtil.createDefaultEdgeSupplier(), false);
        generator.generateGraph(graph);
        return fromJGraphT(graph);
    }

    static Graph fromJGraphT(org.jgrapht.Graph<Integer, DefaultEdge> graph) {
        List<Edge> edges = new ArrayList<>();
        for (DefaultEdge edge : graph.edgeSet()) {
            edges.add(new Edge(graph.getEdgeSource(edge), graph.getEdgeTarget(edge)));
        }
        return Graph.of(graph.vertexSet().size(), edges);
    }

    /** The same workers and edges, parallel ones being one; edges are added in ascending order of their ends. */
    static org.jgrapht.Graph<Integer, DefaultEdge> toJGraphT(Graph graph) {
        SimpleGraph<Integer, DefaultEdge> copy = new SimpleGraph<>(DefaultEdge.class);
        for (int i = 0; i < graph.workers(); i++) {
            copy.addVertex(i);
        }
        for (Edge edge : graph.edges()) {
            copy.addEdge(edge.a(), edge.b());
        }
        return copy;
    }
}
