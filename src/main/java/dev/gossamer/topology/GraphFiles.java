package dev.gossamer.topology;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Undirected graphs in files: an edge list or an adjacency matrix as {@code .csv}, or {@code .graphml}.
 *
 * @see CsvGraph
 * @see GraphMl
 */
public final class GraphFiles {

    /** What some programs begin UTF-8 files with, such as spreadsheets. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private GraphFiles() {}

    /**
     * A graph as comma-separated values, which {@link #read} reads back: the number of workers as a comment, a header,
     * and each edge once, in ascending order. Equal graphs, parallel edges being one, give equal text.
     */
    public static String text(Graph graph) {
        StringBuilder text = new StringBuilder(CsvGraph.WORKERS).append(graph.workers()).append("\nsource,target\n");
        graph.edges().forEach(edge -> text.append(edge.a()).append(',').append(edge.b()).append('\n'));
        return text.toString();
    }

    /** SHA-256 over the bytes of {@link #text}, in hexadecimal: equal graphs, equal fingerprint. */
    public static String fingerprint(Graph graph) {
        try {
            byte[] text = text(graph).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Reads a graph.
     *
     * @param path path of a UTF-8 file that ends in {@code .csv} or {@code .graphml}
     * @param workers number of workers n that the graph must have
     * @throws IllegalArgumentException if there is no such file, or it is not a graph of this many workers; the message
     *     is one sentence for the user, with the line where there is one
     */
    public static Graph read(String path, int workers) {
        String source = "file:" + path;
        String ending = path.toLowerCase(Locale.ROOT);
        if (!ending.endsWith(".csv") && !ending.endsWith(".graphml")) {
            throw new IllegalArgumentException(source + ": expected a file that ends in .csv or .graphml");
        }
        try {
            String text = Files.readString(Path.of(path)).replaceFirst("^" + BYTE_ORDER_MARK, "");
            return ending.endsWith(".csv")
                    ? new CsvGraph(source, workers).read(new StringReader(text))
                    : new GraphMl(source, workers).read(text);
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new IllegalArgumentException(source + ": there is no such file", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(source + ": expected UTF-8 text", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(source + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
