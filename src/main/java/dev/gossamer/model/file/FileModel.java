package dev.gossamer.model.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gossamer.data.ImageShape;
import dev.gossamer.model.GraphAssembly;
import dev.gossamer.model.Loss;
import dev.gossamer.model.Model;
import dev.gossamer.model.Network;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A network in a file. It is read once, when something of it is first asked for. */
final class FileModel implements Model {

    private final String name;
    private final Path path;
    private final Function<Path, NetworkText.Source> format;
    private Content content;
    private Loss loss;

    /**
     * What was read.
     *
     * @param fingerprint SHA-256 of the file
     * @param configuration the network, without what Gossamer decides otherwise
     * @param notes what the user should know of that
     */
    private record Content(String fingerprint, JsonNode configuration, List<String> notes) {}

    /**
     * @param name as a configuration has it
     * @param path where it is
     * @param format reads it
     */
    FileModel(String name, Path path, Function<Path, NetworkText.Source> format) {
        this.name = name;
        this.path = path;
        this.format = format;
    }

    private synchronized Content content() {
        if (content == null) {
            NetworkText.Source source = format.apply(path);
            Unused unused = Unused.removedFrom(source.configuration());
            content = new Content(source.fingerprint(), source.configuration(), unused.notes(path));
        }
        return content;
    }

    @Override
    public String form() {
        return name;
    }

    @Override
    public String logits(GraphAssembly graph, Network network, ImageShape images, int classes) {
        return new Translation(path, graph, Layout.of(path, content().configuration()), images, classes).logits();
    }

    @Override
    public synchronized Loss loss() {
        if (loss == null) {
            loss = Checks.loss(Layout.of(path, content().configuration())).orElseThrow();
        }
        return loss;
    }

    @Override
    public boolean scales() {
        return false;
    }

    /** Weights may start anywhere, and a loss may be another one. */
    @Override
    public boolean startsNearUniform() {
        return false;
    }

    @Override
    public Optional<String> fingerprint() {
        return Optional.of(content().fingerprint());
    }

    @Override
    public List<String> notes() {
        return content().notes();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileModel model && model.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
