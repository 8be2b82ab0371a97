package dev.gossamer.topology;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What topologies are read from files: an undirected graph, a directed one, or weights. */
enum FileKind {

    FILE {
        @Override
        FileContent read(String source, String path, int workers) {
            return new FileContent.Undirected(GraphFiles.read(path, workers));
        }

        @Override
        FileContent parse(String source, Reader csv, int workers) throws IOException {
            return new FileContent.Undirected(new CsvGraph(source, workers).read(csv));
        }
    },

    DIRECTED_FILE {
        @Override
        FileContent read(String source, String path, int workers) {
            return new FileContent.Directed(GraphFiles.readDirected(source, path, workers));
        }

        @Override
        FileContent parse(String source, Reader csv, int workers) throws IOException {
            return new FileContent.Directed(new CsvGraph(source, workers).readDirected(csv));
        }
    },

    WEIGHTS_FILE {
        @Override
        FileContent read(String source, String path, int workers) {
            return new FileContent.Weights(GraphFiles.readWeights(source, path, workers));
        }

        @Override
        FileContent parse(String source, Reader csv, int workers) throws IOException {
            return new FileContent.Weights(new CsvWeights(source, workers).read(csv));
        }
    };

    /** What names begin with, the path behind it: {@code directed-file:}. */
    String prefix() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-') + ":";
    }

    /** The kind whose prefix a name begins with; empty for a name of a family. */
    static Optional<FileKind> of(String name) {
        return Arrays.stream(values()).filter(kind -> name.startsWith(kind.prefix())).findFirst();
    }

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException as {@link GraphFiles#read}
     */
    FileContent read(String path, int workers) {
        return read(prefix() + path, path, workers);
    }

    /**
     * Reads what {@link FileContent#text} wrote.
     *
     * @throws IllegalArgumentException as {@link GraphFiles#read}
     */
    FileContent parse(String text, int workers) {
        try {
            return parse("graph", new StringReader(text), workers);
        } catch (IOException e) {
            throw new UncheckedIOException("a text cannot fail to be read", e);
        }
    }

    abstract FileContent read(String source, String path, int workers);

    abstract FileContent parse(String source, Reader csv, int workers) throws IOException;
}
