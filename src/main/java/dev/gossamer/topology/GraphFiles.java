package dev.gossamer.topology;

import dev.gossamer.text.Digests;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;

/**
 * Graphs in files, undirected or directed ones, as a {@link GraphFormat} says, and weights in {@code .csv} or {@code
 * .npy}.
 *
 * @see CsvGraph
 * @see EdgeList
 * @see GraphMl
 * @see ImportedGraph
 * @see CsvWeights
 * @see NpyWeights
 */
public final class GraphFiles {

    /** Behind a path, where the ends of edges are numbers or names of any kind. */
    static final String RELABEL = "+relabel";

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** Bytes of a file whatever the number of workers, and for every pair of them: positions, colours, labels. */
    private static final long FEW_BYTES = 16L << 20;
    private static final long BYTES_PER_PAIR = 64;
    private static final long LARGEST = 1L << 31;

    private static final long FEW_EDGES = 1000;

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
        return fingerprint(text(graph));
    }

    /** SHA-256 over the bytes of a text, in hexadecimal. */
    static String fingerprint(String text) {
        return Digests.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a graph.
     *
     * @param path path of a file in UTF-8 that ends as a {@link GraphFormat} says, as a list of edges with or without
     *     {@value #RELABEL} behind it
     * @param workers number of workers n that the graph must have
     * @throws IllegalArgumentException if there is no such file, or it is not a graph of this many workers, or much
     *     larger than one can be; the message is one sentence for the user, with the line where there is one
     */
    public static Graph read(String path, int workers) {
        String source = FileKind.FILE.prefix() + path;
        return read(source, path, workers, GraphFormat.reader(source, path, workers)::read);
    }

    /** Reads a directed graph, see {@link #read}. */
    static Digraph readDirected(String source, String path, int workers) {
        return read(source, path, workers, GraphFormat.reader(source, path, workers)::readDirected);
    }

    /** Reads the mixing matrices of a period, see {@link #read}; only {@code .csv} and {@code .npy} hold them. */
    static List<MixingMatrix> readWeights(String source, String path, int workers) {
        if (isNpy(path)) {
            return read(source, path, workers, new NpyWeights(source, workers)::read);
        }
        if (!GraphFormat.CSV.isOf(path)) {
            throw new IllegalArgumentException(source + ": expected a file that ends in .csv or .npy");
        }
        return read(source, path, workers, file -> new CsvWeights(source, workers).read(utf8(file)));
    }

    /** Whether a file is a NumPy array by its name. */
    static boolean isNpy(String path) {
        return path.toLowerCase(Locale.ROOT).endsWith(".npy");
    }

    /** The path of the file itself. */
    static String withoutRelabelling(String path) {
        return path.endsWith(RELABEL) ? path.substring(0, path.length() - RELABEL.length()) : path;
    }

    private interface Reading<T> {
        T read(InputStream file) throws IOException;
    }

    private static <T> T read(String source, String path, int workers, Reading<T> reading) {
        try (InputStream file = open(source, Path.of(withoutRelabelling(path)), workers)) {
            return reading.read(file);
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new IllegalArgumentException(source + ": there is no such file", e);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(source + (GraphFormat.GRAPHML.isOf(path) || GraphFormat.GEXF.isOf(path)
                    ? ": expected text in the encoding that it declares, or UTF-8"
                    : ": expected UTF-8 text"), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(source + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** All that there is of a file, unless that is more than a graph of these workers can need. */
    private static InputStream open(String source, Path path, int workers) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IllegalArgumentException(source + ": cannot be read: it is "
                    + (attributes.isDirectory() ? "a folder" : "a pipe or a device") + ", not a file");
        }
        long most = Math.min(LARGEST, FEW_BYTES + BYTES_PER_PAIR * workers * workers);
        if (attributes.size() > most) {
            throw new IllegalArgumentException(source + ": expected at most " + most + " bytes for " + workers
                    + " workers, got " + attributes.size());
        }
        return new BufferedInputStream(Files.newInputStream(path), 1 << 16);
    }

    static Reader utf8(InputStream file) throws IOException {
        return withoutMark(new InputStreamReader(file, StandardCharsets.UTF_8.newDecoder()));
    }

    /** Text without the mark that some programs begin it with, such as spreadsheets. */
    static Reader withoutMark(Reader file) throws IOException {
        Reader text = new BufferedReader(file);
        text.mark(1);
        if (text.read() != BYTE_ORDER_MARK) {
            text.reset();
        }
        return text;
    }

    /** Rejects more edges than there can be between workers, each a few times. */
    static void checkEdges(String source, int workers, long edges) {
        long most = FEW_EDGES + 2L * workers * workers;
        if (edges > most) {
            throw new IllegalArgumentException(
                    source + ": expected at most " + most + " edges for " + workers + " workers, got more");
        }
    }
}
