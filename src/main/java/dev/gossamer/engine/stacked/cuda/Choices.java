package dev.gossamer.engine.stacked.cuda;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.engine.Preparation.Choice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways that won the trials of convolutions on one GPU with one set of libraries, kernels and settings. Kept from one
 * process to the next, so that the same machine gives the same bits each time, and trials are made once.
 */
final class Choices {

    private static final String KIND = "choices";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(Choices.class);

    private final Optional<UserCache> cache;
    private final String key;
    private final Map<String, Choice> kept = new HashMap<>();

    /**
     * Reads those of earlier processes.
     *
     * @param key all that decides about them, but the shape
     */
    Choices(UserCache cache, String key) {
        this.cache = Optional.of(cache);
        this.key = key;
        cache.read(KIND, key).ifPresent(this::read);
    }

    /** None, of which none is kept. */
    Choices() {
        cache = Optional.empty();
        key = "";
    }

    private void read(byte[] content) {
        try {
            JSON.readValue(content, new TypeReference<List<Choice>>() {})
                    .forEach(choice -> kept.put(choice.operation(), kept(choice)));
        } catch (IOException e) {
            LOG.debug("the choices of earlier processes are not those of this version", e);
        }
    }

    private static Choice kept(Choice choice) {
        return new Choice(choice.operation(), choice.chosen(), true, choice.candidates());
    }

    /** What was chosen for an operation. */
    Optional<Choice> get(String operation) {
        return Optional.ofNullable(kept.get(operation));
    }

    /** Keeps a choice. */
    void put(Choice choice) {
        kept.put(choice.operation(), choice);
        cache.ifPresent(files -> files.write(KIND, key, content()));
    }

    private byte[] content() {
        try {
            return JSON.writeValueAsBytes(kept.values().stream().sorted(
                    (first, second) -> first.operation().compareTo(second.operation())).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
