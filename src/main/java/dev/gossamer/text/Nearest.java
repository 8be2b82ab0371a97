package dev.gossamer.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.JaroWinklerSimilarity;

/** Finds the known name that a misspelt one most likely stands for. */
public final class Nearest {

    private static final double ENOUGH = 0.75;
    /** A part of a name that long tells which. */
    private static final int LONG = 6;

    private Nearest() {}

    /** The known name most similar to {@code name}, in any case; empty where none is similar enough to be meant. */
    public static Optional<String> to(String name, Collection<String> known) {
        return known.stream()
                .max(Comparator.comparingDouble(candidate -> similarity(name, candidate)))
                .filter(candidate -> similarity(name, candidate) >= ENOUGH);
    }

    private static double similarity(String name, String candidate) {
        String lower = name.toLowerCase(Locale.ROOT);
        String known = candidate.toLowerCase(Locale.ROOT);
        double similarity = new JaroWinklerSimilarity().apply(lower, known);
        return lower.length() >= LONG && known.contains(lower) ? Math.max(similarity, ENOUGH) : similarity;
    }

    /** The end of an error sentence: {@code ; did you mean "ring"?}, or nothing where none is near. */
    public static String question(String name, Collection<String> known) {
        return to(name, known).map(candidate -> "; did you mean \"" + candidate + "\"?").orElse("");
    }

    /** The end of an error sentence: {@code ; did you mean "ring"?}, or all known names where none is near. */
    public static String hint(String name, Collection<String> known) {
        String question = question(name, known);
        return question.isEmpty() ? "; known are " + String.join(", ", known) : question;
    }
}
