package dev.gossamer.topology;

import static dev.gossamer.topology.PeriodicScheme.constant;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import org.apache.commons.text.similarity.LongestCommonSubsequence;

/** Every topology by name. To add a family, add a line to the list. */
public final class Topologies {

    /** A whole number below 10^9, so that it fits an int. */
    private static final String NUMBER = "(\\d{1,9})";

    private static final List<Family> FAMILIES = List.of(
            Family.named("ring", (n, p) -> metropolisHastings("ring", Graphs.ring(n))),
            Family.named("fully-connected", (n, p) -> constant("fully-connected", MixingMatrix.uniform(n))),
            Family.named("solo", (n, p) -> constant("solo", MixingMatrix.identity(n))),
            Family.named("time-varying-exponential", (n, p) -> OnePeerExponential.scheme(n)),
            Family.named("star", (n, p) -> metropolisHastings("star", Graphs.star(n))),
            Family.named("hypercube", (n, p) -> metropolisHastings("hypercube", Graphs.hypercube(n))),
            Family.named("torus", (n, p) -> squarestTorus(n)),
            Family.of("torus-RxC", "torus-" + NUMBER + "x" + NUMBER, (n, p) -> torus(n, integer(p, 1), integer(p, 2))));

    private Topologies() {}

    /**
     * The scheme of a name, for a number of workers. Capitals, spaces and parentheses do not matter: {@code Torus
     * (4x8)} is {@code torus-4x8}, {@code Time-varying exponential} is {@code time-varying-exponential}.
     *
     * @param name one of {@link #names()}, with numbers in place of capital letters
     * @param workers number of workers n, at least 1
     * @throws IllegalArgumentException if there is no such topology or it does not fit the number of workers; the
     *     message is one sentence for the user
     */
    public static Scheme parse(String name, int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("a topology needs at least 1 worker, got " + workers);
        }
        String plainName = plain(name);
        for (Family family : FAMILIES) {
            Matcher matcher = family.pattern().matcher(plainName);
            if (matcher.matches()) {
                return family.constructor().scheme(workers, matcher.toMatchResult());
            }
        }
        throw new IllegalArgumentException("unknown topology \"" + name + "\"; did you mean \"" + nearestName(plainName)
                + "\"? Known: " + String.join(", ", names()));
    }

    /** The names of all topologies; a capital letter stands for a number, as in {@code torus-RxC}. */
    public static List<String> names() {
        return FAMILIES.stream().map(Family::form).toList();
    }

    private static String plain(String name) {
        return name.strip()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("\\s*\\(([^()]*)\\)$", "-$1")
                .replaceAll("[\\s_]+", "-");
    }

    /** The name that misses the fewest letters of the given one, in their order; of several, the shortest. */
    private static String nearestName(String name) {
        LongestCommonSubsequence common = new LongestCommonSubsequence();
        ToIntFunction<String> shared = known -> common.apply(known.toLowerCase(Locale.ROOT), name);
        return names().stream()
                .min(Comparator.comparingInt(shared).reversed().thenComparingInt(String::length))
                .orElseThrow();
    }

    private static int integer(MatchResult parameters, int group) {
        return Integer.parseInt(parameters.group(group));
    }

    private static Scheme metropolisHastings(String name, Graph graph) {
        return constant(name, MetropolisHastings.weights(graph));
    }

    private static Scheme squarestTorus(int workers) {
        Sizes.require("torus needs workers that fill at least 2 rows and 2 columns", Sizes::isComposite, workers);
        int rows = Sizes.shorterSide(workers);
        return torus(workers, rows, workers / rows);
    }

    private static Scheme torus(int workers, int rows, int columns) {
        Sizes.requireSides("torus", rows, columns);
        String name = "torus-" + rows + "x" + columns;
        if ((long) rows * columns != workers) {
            throw new IllegalArgumentException(
                    name + " needs " + (long) rows * columns + " workers, got " + workers);
        }
        return metropolisHastings(name, Graphs.torus(rows, columns));
    }
}
