package dev.gossamer.topology;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * A graph that need not be made yet.
 *
 * @param name name of the topology that it is
 * @param workers number of workers n
 * @param read the graph, where it was read from a file; others are connected, and have an edge from 2 workers on
 * @param isQuick whether its family is checked by making it; others may have n^2 edges
 * @param graph makes it
 */
record NamedGraph(String name, int workers, Optional<Graph> read, boolean isQuick, Supplier<Graph> graph) {

    boolean isConnected() {
        return read.map(Graph::isConnected).orElse(true);
    }

    boolean hasEdges() {
        return read.map(found -> found.maxNeighbours() > 0).orElse(workers > 1);
    }
}
