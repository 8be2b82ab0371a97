package dev.gossamer.catalogue;

import java.util.Map;
import java.util.Optional;

/**
 * Texts for keys, read as what their keys are of; a key without a text has its standard value.
 *
 * @param texts one text for each key that has another value than its standard
 */
public record Values(Map<Key<?>, String> texts) {

    /** Standard values only. */
    public static final Values NONE = new Values(Map.of());

    /**
     * Checks all texts, those too that nobody asks for.
     *
     * @throws ConfigurationException if one is none of the allowed ones
     */
    public void check() {
        texts.keySet().forEach(this::find);
    }

    private String text(Key<?> key) {
        return texts.getOrDefault(key, key.standard());
    }

    /**
     * The value of a key.
     *
     * @throws ConfigurationException if its text is none of the allowed ones
     */
    public <T> T get(Key<T> key) {
        return key.parse(text(key));
    }

    /**
     * The value of a key that need not have one.
     *
     * @throws ConfigurationException if its text is none of the allowed ones
     */
    public <T> Optional<T> find(Key<T> key) {
        return text(key).isBlank() ? Optional.empty() : Optional.of(get(key));
    }
}
