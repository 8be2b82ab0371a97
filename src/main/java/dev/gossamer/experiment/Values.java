package dev.gossamer.experiment;

import dev.gossamer.text.Numbers;
import java.util.Map;
import java.util.OptionalInt;

/** Reads texts as the types their keys have; a key without a text has its standard value. */
final class Values {

    /** A path has at most 4,096 characters, and everything else fewer. */
    private static final int LONGEST = 5000;

    private final Map<Key, String> texts;

    Values(Map<Key, String> texts) {
        this.texts = texts;
    }

    boolean isGiven(Key key) {
        return !text(key).isEmpty();
    }

    /** @throws ConfigurationException if it has too many characters to be any value */
    String text(Key key) {
        String text = texts.getOrDefault(key, key.standard());
        if (text.length() > LONGEST) {
            throw key.rejectsText(text);
        }
        return text.strip();
    }

    double number(Key key) {
        try {
            return Numbers.decimal(text(key)) + 0.0; // without the sign of -0
        } catch (NumberFormatException e) {
            throw rejected(key);
        }
    }

    int integer(Key key) {
        try {
            return Numbers.integer(text(key));
        } catch (NumberFormatException e) {
            throw rejected(key);
        }
    }

    long wide(Key key) {
        try {
            return Numbers.whole(text(key));
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
        return key.rejectsText(text(key));
    }
}
