package dev.gossamer.catalogue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/** The values of an entry's own keys. Immutable. */
public final class Settings {

    private final Map<Key<?>, Object> values = new LinkedHashMap<>();

    private Settings() {}

    /**
     * Those of an entry in a configuration.
     *
     * @throws ConfigurationException if a text is none of the allowed ones
     */
    public static Settings of(Entry entry, Values values) {
        Settings settings = new Settings();
        entry.keys().forEach(key -> settings.values.put(key, values.get(key)));
        return settings;
    }

    /**
     * The value of one of the entry's keys.
     *
     * @throws NoSuchElementException if it has no such key
     */
    @SuppressWarnings("unchecked") // put under a key is what the key has read
    public <T> T get(Key<T> key) {
        if (!values.containsKey(key)) {
            throw new NoSuchElementException(key + " is none of " + values.keySet());
        }
        return (T) values.get(key);
    }

    /** The same with another value of one of the keys. */
    public <T> Settings with(Key<T> key, T value) {
        get(key);
        Settings other = new Settings();
        other.values.putAll(values);
        other.values.put(key, value);
        return other;
    }

    /** Writes all of them down. */
    public void write(Written written) {
        values.keySet().forEach(key -> write(key, written));
    }

    private <T> void write(Key<T> key, Written written) {
        written.put(key, get(key));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings settings && settings.values.equals(values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
