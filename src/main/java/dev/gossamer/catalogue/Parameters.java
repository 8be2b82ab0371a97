package dev.gossamer.catalogue;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.MatchResult;

/**
 * The numbers in a name: the groups of the pattern of its {@link Entry entry}.
 *
 * @param match the name, matched
 */
public record Parameters(MatchResult match) {

    /** A group for a whole number below 10^9, so that it fits an int. */
    public static final String NUMBER = "(\\d{1,9})";

    /** A group for a number such as 0.3, .3, or 1e-05. */
    public static final String DECIMAL = "(\\d*\\.?\\d+(?:e-?\\d{1,2})?)";

    /** A group for a seed, which a name need not have. */
    public static final String SEED = "(?:-seed-(\\d{1,9}))?";

    /** The seed of a name that has none. */
    public static final long DEFAULT_SEED = 0;

    private static final String WRITTEN_DEFAULT_SEED = "-seed-" + DEFAULT_SEED;

    /** A whole number in a group. */
    public int integer(int group) {
        return Integer.parseInt(match.group(group));
    }

    /** A number in a group. */
    public double decimal(int group) {
        return Double.parseDouble(match.group(group));
    }

    /**
     * A path in a group.
     *
     * @throws IllegalArgumentException if it can be none, with the reason
     */
    public Path path(int group) {
        return path(match.group(group));
    }

    /** The same of any text. */
    public static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(e.getReason(), e);
        }
    }

    /** The seed in a group, or the default one where the name has none. */
    public long seed(int group) {
        return match.group(group) == null ? DEFAULT_SEED : integer(group);
    }

    /**
     * The name with its numbers in their one plain form, without zeros that do not matter and without a default seed.
     */
    public String name() {
        StringBuilder name = new StringBuilder(match.group());
        for (int group = match.groupCount(); group >= 1; group--) {
            if (match.group(group) != null) {
                String number = new BigDecimal(match.group(group)).stripTrailingZeros().toPlainString();
                name.replace(match.start(group), match.end(group), number);
            }
        }
        boolean defaultSeed = name.toString().endsWith(WRITTEN_DEFAULT_SEED);
        return defaultSeed ? name.substring(0, name.length() - WRITTEN_DEFAULT_SEED.length()) : name.toString();
    }
}
