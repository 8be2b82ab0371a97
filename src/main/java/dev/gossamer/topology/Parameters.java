package dev.gossamer.topology;

import java.math.BigDecimal;
import java.util.regex.MatchResult;

/**
 * The numbers in the name of a topology: the groups of the pattern of its family.
 *
 * @param match the name, matched
 */
record Parameters(MatchResult match) {

    /** A group for a whole number below 10^9, so that it fits an int. */
    static final String NUMBER = "(\\d{1,9})";

    /** A group for a number such as 0.3, .3, or 1e-05. */
    static final String DECIMAL = "(\\d*\\.?\\d+(?:e-?\\d{1,2})?)";

    /** A group for a seed, which a name need not have. */
    static final String SEED = "(?:-seed-(\\d{1,9}))?";

    private static final String DEFAULT_SEED = "-seed-" + RandomGraphs.DEFAULT_SEED;

    int integer(int group) {
        return Integer.parseInt(match.group(group));
    }

    double decimal(int group) {
        return Double.parseDouble(match.group(group));
    }

    /** The seed in a group, or the default one where the name has none. */
    long seed(int group) {
        return match.group(group) == null ? RandomGraphs.DEFAULT_SEED : integer(group);
    }

    /**
     * The name with its numbers in their one plain form, without zeros that do not matter and without a default seed.
     */
    String name() {
        StringBuilder name = new StringBuilder(match.group());
        for (int group = match.groupCount(); group >= 1; group--) {
            if (match.group(group) != null) {
                String number = new BigDecimal(match.group(group)).stripTrailingZeros().toPlainString();
                name.replace(match.start(group), match.end(group), number);
            }
        }
        boolean defaultSeed = name.toString().endsWith(DEFAULT_SEED);
        return defaultSeed ? name.substring(0, name.length() - DEFAULT_SEED.length()) : name.toString();
    }
}
