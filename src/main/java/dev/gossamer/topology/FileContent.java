package dev.gossamer.topology;

import java.util.List;

/** What was read of a file of a topology; two are the same if their texts are. */
sealed interface FileContent {

    /** What stands for it in records, and is read back. */
    String text();

    /** The mixing matrices of a period, with the weights that are the rule, made anew. */
    List<MixingMatrix> phases();

    /** An undirected graph, whose weights are free to choose. */
    record Undirected(Graph graph) implements FileContent {

        @Override
        public List<MixingMatrix> phases() {
            return List.of(WeightRule.DEFAULT.weights().apply(graph));
        }

        @Override
        public String text() {
            return GraphFiles.text(graph);
        }
    }

    /** A directed graph: every worker sends equal shares. */
    record Directed(Digraph graph) implements FileContent {

        @Override
        public List<MixingMatrix> phases() {
            return List.of(graph.shares());
        }

        @Override
        public String text() {
            return graph.text();
        }
    }

    /** The mixing matrices W_0, ..., W_(p-1) themselves. */
    record Weights(List<MixingMatrix> phases) implements FileContent {

        @Override
        public String text() {
            return CsvWeights.text(phases);
        }
    }
}
