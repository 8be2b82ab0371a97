package dev.gossamer.catalogue;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values as they are recorded, by key, in the order in which they are put. */
public final class Written {

    private final Map<Key<?>, Object> values = new LinkedHashMap<>();

    /** Puts the value of a key. */
    public <T> void put(Key<T> key, T value) {
        values.put(key, key.write(value));
    }

    /** All values by their keys. */
    public Map<Key<?>, Object> values() {
        return Collections.unmodifiableMap(values);
    }
}
