package dev.gossamer.record;

import dev.gossamer.text.Decimal;
import dev.gossamer.text.Numbers;
import dev.gossamer.text.Shown;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Values by name, all of them text, as a file holds them; a value that does not fit is refused with its place. */
final class Fields {

    private final String place;
    private final Map<String, String> values;

    /**
     * @param place where the values are, as messages name it
     * @param values text by name, empty for what is absent
     */
    Fields(String place, Map<String, String> values) {
        this.place = place;
        this.values = values;
    }

    String text(String name) {
        String text = values.get(name);
        if (text == null) {
            throw new RecordException(place + ": " + name + " is missing");
        }
        return text;
    }

    /** Whether there is a value, and it is not empty. */
    boolean isThere(String name) {
        return !values.getOrDefault(name, "").isEmpty();
    }

    double number(String name) {
        return parse(name, "a number", Decimal::parse);
    }

    OptionalDouble optionalNumber(String name) {
        return text(name).isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(number(name));
    }

    int integer(String name) {
        return parse(name, "a whole number", Numbers::integer);
    }

    long longInteger(String name) {
        return parse(name, "a whole number", Numbers::whole);
    }

    /** Reads a value, or refuses it saying what it must be. */
    <T> T parse(String name, String what, Function<String, T> parser) {
        try {
            return parser.apply(text(name));
        } catch (IllegalArgumentException e) {
            throw new RecordException(place + ": " + name + " must be " + what + ", got " + Shown.value(text(name)));
        }
    }
}
