package dev.gossamer.model.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.data.FileFailure;
import dev.gossamer.text.Digests;
import dev.gossamer.text.ParserFailure;
import dev.gossamer.text.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.yaml.snakeyaml.LoaderOptions;

/** A network's configuration as text: JSON or YAML, which names no classes but DL4J's own. */
final class NetworkText {

    /** Where DL4J's mapper takes the class of an object from; in YAML, {@code toYaml()} writes it as a tag. */
    static final String CLASS = "@class";

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** Layers take about a kilobyte each. */
    private static final int MOST_BYTES = 16 << 20;

    private static final int DEEPEST = 200;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final JsonFactory YAML = YAMLFactory.builder().loaderOptions(yaml())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /** The mapper makes objects of whatever class a text names; what stands in these packages only describes. */
    private static final List<String> PACKAGES = List.of(
            "org.deeplearning4j.nn.conf.", "org.deeplearning4j.nn.weights.", "org.nd4j.linalg.activations.impl.",
            "org.nd4j.linalg.lossfunctions.impl.", "org.nd4j.linalg.learning.config.",
            "org.nd4j.linalg.learning.regularization.", "org.nd4j.linalg.schedule.");

    private final Path path;
    private final JsonParser parser;

    /**
     * What is in a file.
     *
     * @param fingerprint SHA-256 of the file
     * @param configuration the network
     */
    record Source(String fingerprint, JsonNode configuration) {}

    private NetworkText(Path path, JsonParser parser) {
        this.path = path;
        this.parser = parser;
    }

    /**
     * A file of text.
     *
     * @throws ConfigurationException if it cannot be read, is too large, or is none of a network
     */
    static Source read(Path path) {
        byte[] bytes = bytes(path);
        return new Source(Digests.sha256(bytes), tree(path, bytes));
    }

    /**
     * SHA-256 of a file of any size.
     *
     * @throws ConfigurationException if it cannot be read
     */
    static String fingerprint(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            return Digests.sha256(in);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static byte[] bytes(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new ConfigurationException("model: " + path + " is larger than " + (MOST_BYTES >> 20)
                        + " MiB: expected the configuration of a network, without its parameters");
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static ConfigurationException unreadable(Path path, IOException e) {
        return new ConfigurationException("model: " + path + " cannot be read ("
                + (Files.isDirectory(path) ? "it is a folder" : FileFailure.reason(e)) + ")");
    }

    /**
     * The tree of a text, in YAML where the file's name ends so, with classes as {@value #CLASS}.
     *
     * @throws ConfigurationException if it is not well-formed, or names another class
     */
    static JsonNode tree(Path path, byte[] bytes) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        boolean isYaml = name.endsWith(".yaml") || name.endsWith(".yml");
        String text = "";
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
            try (JsonParser parser = (isYaml ? YAML : JSON).createParser(text)) {
                return new NetworkText(path, parser).whole();
            }
        } catch (JsonProcessingException e) {
            throw new ConfigurationException("model: " + path + " is not " + (isYaml ? "YAML" : "JSON") + ": "
                    + ParserFailure.words(e, text));
        } catch (IOException e) {
            throw new ConfigurationException("model: " + path + " cannot be read (" + FileFailure.reason(e) + ")");
        }
    }

    /** SnakeYAML's own limit is 3 Mi. */
    private static LoaderOptions yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_BYTES);
        return options;
    }

    private JsonNode whole() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw refused("expected the configuration of a network, found "
                    + (parser.currentToken() == null ? "nothing" : "no mapping"));
        }
        JsonNode tree = value(0);
        if (parser.nextToken() != null) {
            throw refused("expected one configuration, found more behind it");
        }
        return tree;
    }

    private ConfigurationException refused(String words) {
        return new ConfigurationException("model: " + path + " line " + parser.currentLocation().getLineNr() + ": "
                + words);
    }

    private JsonNode value(int depth) throws IOException {
        if (depth > DEEPEST) {
            throw refused("expected at most " + DEEPEST + " levels, found more");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(depth);
            case START_ARRAY -> array(depth);
            default -> scalar();
        };
    }

    private ObjectNode object(int depth) throws IOException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        if (parser.getTypeId() != null) {
            object.put(CLASS, known(parser.getTypeId().toString()));
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            JsonNode value = value(depth + 1);
            object.set(name, name.equals(CLASS) ? object.textNode(known(value.asText())) : value);
        }
        // DL4J reads these by a mapper that makes objects of all classes
        if (object.has("dist") && object.has("weightInit")) {
            throw refused("expected weightInitFn, found weightInit with dist, as DL4J before 1.0.0 wrote it");
        }
        return object;
    }

    private ArrayNode array(int depth) throws IOException {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            array.add(value(depth + 1));
        }
        // the mapper takes [class, value] for an object too, where only the class' own name goes through its validator
        if (isDescription(array.path(0).asText())) {
            known(array.path(0).asText());
        }
        return array;
    }

    private ValueNode scalar() throws IOException {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw refused("expected no aliases, found *" + Shown.shortened(parser.getText()));
        }
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (parser.currentToken()) {
            case VALUE_NULL -> nodes.nullNode();
            case VALUE_TRUE -> nodes.booleanNode(true);
            case VALUE_FALSE -> nodes.booleanNode(false);
            case VALUE_NUMBER_INT -> nodes.numberNode(parser.getLongValue());
            case VALUE_NUMBER_FLOAT -> nodes.numberNode(parser.getDoubleValue());
            default -> nodes.textNode(parser.getText());
        };
    }

    private String known(String type) {
        if (!isDescription(type) || !exists(type)) {
            throw refused("expected a class of DL4J's configurations, found " + Shown.value(type));
        }
        return type;
    }

    /** Whether a class is in one of the packages that files may name. */
    static boolean isDescription(String type) {
        return PACKAGES.stream().anyMatch(type::startsWith);
    }

    private static boolean exists(String type) {
        try {
            Class.forName(type, false, NetworkText.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
