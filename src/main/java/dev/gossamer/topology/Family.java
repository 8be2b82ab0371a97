package dev.gossamer.topology;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A family of topologies: how its names look, and how one of them is made.
 *
 * @param form the name as people are told to write it, a capital letter for each parameter: {@code torus-RxC}
 * @param pattern what a name of this family matches, a group for each parameter
 * @param constructor makes a scheme, or says in one sentence why the number of workers does not fit
 */
record Family(String form, Pattern pattern, Constructor constructor) {

    /** Makes a scheme out of the number of workers and the parameters in its name. */
    @FunctionalInterface
    interface Constructor {

        /**
         * A scheme for these workers.
         *
         * @param parameters the groups of the family's pattern
         * @throws IllegalArgumentException if the workers or parameters do not fit, with a sentence for the user
         */
        Scheme scheme(int workers, MatchResult parameters);
    }

    /** A family of one name, without parameters. */
    static Family named(String name, Constructor constructor) {
        return new Family(name, Pattern.compile(Pattern.quote(name)), constructor);
    }

    /** A family whose names hold parameters. */
    static Family of(String form, String pattern, Constructor constructor) {
        return new Family(form, Pattern.compile(pattern), constructor);
    }
}
