package dev.gossamer.topology;

import java.io.IOException;
import java.io.InputStream;

/** Reads a graph of a format, for as many workers as it must have. */
interface GraphReader {

    /**
     * Reads an undirected graph to the end.
     *
     * @throws java.nio.charset.CharacterCodingException if the text is not in its encoding
     * @throws IOException if reading fails
     * @throws IllegalArgumentException if this is no such graph, with the line where there is one
     */
    Graph read(InputStream file) throws IOException;

    /** Reads a graph whose edges may be directed, the sender first; one that is not leads both ways. */
    Digraph readDirected(InputStream file) throws IOException;
}
