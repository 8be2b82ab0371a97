package dev.gossamer.experiment;

import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalInt;

/** Reads texts as the types their keys have; a key without a text has its standard value. */
final class Values {

    private final Map<Key, String> texts;

    Values(Map<Key, String> texts) {
        this.texts = texts;
    }

    boolean isGiven(Key key) {
        return !text(key).isEmpty();
    }

    String text(Key key) {
        return texts.getOrDefault(key, key.standard()).strip();
    }

    double number(Key key) {
        double number;
        try {
            number = new BigDecimal(text(key)).doubleValue();
        } catch (NumberFormatException e) {
            throw rejected(key);
        }
        if (Double.isInfinite(number)) {
            throw rejected(key);
        }
        return number;
    }

    int integer(Key key) {
        try {
            return Integer.parseInt(text(key));
        } catch (NumberFormatException e) {
            throw rejected(key);
        }
    }

    long wide(Key key) {
        try {
            return Long.parseLong(text(key));
        } catch (NumberFormatException e) {
            throw rejected(key);
        }
    }

    LearningRateSchedule schedule(Key key) {
        try {
            return LearningRateSchedule.parse(text(key));
        } catch (IllegalArgumentException e) {
            throw rejected(key);
        }
    }

    OptionalInt optionalInteger(Key key) {
        return isGiven(key) ? OptionalInt.of(integer(key)) : OptionalInt.empty();
    }

    private ConfigurationException rejected(Key key) {
        return key.rejects("\"" + text(key) + "\"");
    }
}
