package dev.gossamer.topology;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The formats of graphs in files, told by the ends of their names. */
enum GraphFormat {

    /** A list of edges or an adjacency matrix, cells separated by commas. */
    CSV((source, workers, relabelled) -> relabelled
            ? new EdgeList(source, workers, false, true)
            : new CsvGraph(source, workers), ".csv"),

    /** A list of edges, ends separated by blanks, tabs or commas. */
    EDGES((source, workers, relabelled) -> new EdgeList(source, workers, true, relabelled),
            ".txt", ".tsv", ".edges", ".edgelist"),

    GRAPHML((source, workers, relabelled) -> new GraphMl(source, workers, GraphMl.Dialect.GRAPHML), ".graphml"),

    GEXF((source, workers, relabelled) -> new GraphMl(source, workers, GraphMl.Dialect.GEXF), ".gexf"),

    GML((source, workers, relabelled) -> new ImportedGraph(source, workers, ImportedGraph.Language.GML), ".gml"),

    DOT((source, workers, relabelled) -> new ImportedGraph(source, workers, ImportedGraph.Language.DOT), ".dot", ".gv");

    private interface Maker {
        GraphReader of(String source, int workers, boolean relabelled);
    }

    private final Maker maker;
    private final List<String> endings;

    GraphFormat(Maker maker, String... endings) {
        this.maker = maker;
        this.endings = List.of(endings);
    }

    /**
     * What reads a file.
     *
     * @param source where it comes from, for messages
     * @param path its path, with or without {@link GraphFiles#RELABEL}
     * @param workers number of workers n that the graph must have
     * @throws IllegalArgumentException if its name does not end as one of a graph's
     */
    static GraphReader reader(String source, String path, int workers) {
        String file = GraphFiles.withoutRelabelling(path);
        GraphFormat format = Arrays.stream(values()).filter(known -> known.isOf(file)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(source + ": expected a file that ends in "
                        + Arrays.stream(values()).flatMap(known -> known.endings.stream())
                        .collect(Collectors.joining(", ")).replaceFirst(", (?=[^,]*$)", " or ")
                        + (GraphFiles.isNpy(file)
                        ? "; weights in .npy are " + FileKind.WEIGHTS_FILE.prefix() + "PATH" : "")));
        boolean relabelled = !file.equals(path);
        if (relabelled && format != CSV && format != EDGES) {
            throw new IllegalArgumentException(source + ": expected a list of edges before " + GraphFiles.RELABEL
                    + ", got " + format + ", whose nodes may have any names");
        }
        return format.maker.of(source, workers, relabelled);
    }

    /** Whether a file is of this format. */
    boolean isOf(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        return endings.stream().anyMatch(name::endsWith);
    }
}
