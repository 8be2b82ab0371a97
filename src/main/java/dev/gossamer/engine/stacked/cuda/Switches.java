package dev.gossamer.engine.stacked.cuda;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The values of all switches.
 *
 * @param values a value for each
 */
public record Switches(Map<Switch, String> values) {

    /** The standard value of each. */
    public static final Switches STANDARD = of(Map.of());

    /** @throws IllegalArgumentException if a value is none of the allowed ones */
    public Switches {
        EnumMap<Switch, String> all = new EnumMap<>(Switch.class);
        for (Switch key : Switch.values()) {
            all.put(key, key.parse(values.getOrDefault(key, key.standard())));
        }
        values = Collections.unmodifiableMap(all);
    }

    /**
     * Those of an environment; an empty variable is as good as none.
     *
     * @throws IllegalArgumentException if a value is none of the allowed ones; the message names the variable
     */
    public static Switches of(Map<String, String> environment) {
        EnumMap<Switch, String> given = new EnumMap<>(Switch.class);
        for (Switch key : Switch.values()) {
            String text = environment.getOrDefault(key.variable(), "");
            if (!text.isBlank()) {
                given.put(key, text);
            }
        }
        return new Switches(given);
    }

    /** The value of one. */
    public String value(Switch key) {
        return values.get(key);
    }

    /** Workspace for the convolutions of a program, in bytes, unless one replica needs more. */
    public long workspaceBytes() {
        return Long.parseLong(value(Switch.WORKSPACE)) << 20;
    }

    /** Another value for one of them. */
    public Switches with(Switch key, String value) {
        EnumMap<Switch, String> changed = new EnumMap<>(values);
        changed.put(key, value);
        return new Switches(changed);
    }

    /** These, with one of them at another value, for each switch and each of its values. */
    public List<Switches> variants() {
        List<Switches> variants = new ArrayList<>();
        for (Switch key : Switch.values()) {
            variants.add(with(key, key.standard()));
            key.others().forEach(other -> variants.add(with(key, other)));
        }
        variants.removeIf(this::equals);
        return List.copyOf(variants.stream().distinct().toList());
    }

    /** Those that are not standard, as an environment would have them; {@code standard} where all are. */
    @Override
    public String toString() {
        String changed = values.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(entry.getKey().standard()))
                .map(entry -> entry.getKey().variable() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
        return changed.isEmpty() ? "standard" : changed;
    }
}
