package dev.gossamer.engine.stacked.cuda;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.engine.Preparation.Choice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways that won the trials of convolutions on one GPU with one set of libraries, kernels and settings. Kept from
 * one process to the next, so that the same machine gives the same bits each time, and trials are made once.
 */
final class Choices {

    private static final String KIND = "choices";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(Choices.class);

    private final Optional<UserCache> cache;
    private final String key;
    private final Map<String, Choice> kept = new TreeMap<>();

    /**
     * Reads those of earlier processes.
     *
     * @param key all that decides about them, but the operation
     */
    Choices(UserCache cache, String key) {
        this.cache = Optional.of(cache);
        this.key = key;
        kept.putAll(read(cache.read(KIND, key)));
    }

    /** None, of which none is kept. */
    Choices() {
        cache = Optional.empty();
        key = "";
    }

    private static Map<String, Choice> read(Optional<byte[]> content) {
        Map<String, Choice> choices = new TreeMap<>();
        try {
            if (content.isPresent()) {
                choices.putAll(JSON.readValue(content.get(), new TypeReference<Map<String, Choice>>() {}));
            }
        } catch (IOException e) {
            LOG.debug("the choices of earlier processes are not those of this version", e);
        }
        choices.replaceAll((operation, choice) ->
                new Choice(choice.operation(), choice.chosen(), true, choice.candidates()));
        return choices;
    }

    /** What was chosen for an operation. */
    synchronized Optional<Choice> get(String operation) {
        return Optional.ofNullable(kept.get(operation));
    }

    /** Keeps a choice, unless another process has kept one in the meantime: what is kept then. */
    synchronized Choice keep(String operation, Choice choice) {
        kept.put(operation, choice);
        cache.ifPresent(files -> files.update(KIND, key, content -> {
            read(content).forEach(kept::put);
            return write();
        }));
        return kept.get(operation);
    }

    private byte[] write() {
        try {
            return JSON.writeValueAsBytes(kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
