package dev.gossamer.engine.stacked.cuda;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A choice of the CUDA device that can be taken from it to find what is slow or wrong: an environment variable
 * {@code GOSSAMER_CUDA_} and its name.
 */
public enum Switch {
    /** Ways to carry out convolutions, of which each shape's trial takes the fastest. */
    ROUTES("own,patches,cudnn", "own", "patches", "cudnn"),
    /** Whether steps are recorded as CUDA graphs. */
    GRAPH("on", "off"),
    /** Most MiB of workspace for convolutions, of the whole GPU. */
    WORKSPACE("512", "64", "2048");

    private static final String PREFIX = "GOSSAMER_CUDA_";

    private final String standard;
    private final List<String> others;

    Switch(String standard, String... others) {
        this.standard = standard;
        this.others = List.of(others);
    }

    /** The environment variable. */
    public String variable() {
        return PREFIX + name();
    }

    /** Its value where none is given. */
    public String standard() {
        return standard;
    }

    /** The values beside the standard one that a measurement compares. */
    public List<String> others() {
        return others;
    }

    /**
     * A value in its one form.
     *
     * @param text as a user wrote it
     * @throws IllegalArgumentException if it is none of the allowed ones
     */
    String parse(String text) {
        String value = text.strip().toLowerCase(Locale.ROOT);
        if (this == ROUTES) {
            return ways(value);
        }
        if (this == WORKSPACE) {
            return mebibytes(text.strip());
        }
        if (value.equals(standard) || others.contains(value)) {
            return value;
        }
        throw wrong(standard + " or " + String.join(" or ", others), text);
    }

    /** In the standard's order. */
    private String ways(String text) {
        List<String> all = List.of(standard.split(","));
        Set<String> given = new LinkedHashSet<>(Arrays.asList(text.split("\\s*,\\s*", -1)));
        if (!all.containsAll(given)) {
            throw wrong("one or more of " + String.join(", ", all) + ", separated by commas", text);
        }
        return String.join(",", all.stream().filter(given::contains).toList());
    }

    private String mebibytes(String text) {
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw wrong("a whole number of MiB from 1 to 999999", text);
        }
        return text;
    }

    private IllegalArgumentException wrong(String allowed, String text) {
        return new IllegalArgumentException(variable() + " must be " + allowed + ", got \"" + text + "\"");
    }
}
