package dev.gossamer.topology;

import dev.gossamer.catalogue.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A family of topologies: how its names look, and how one of them is made.
 *
 * @param form the name as people are told to write it, a capital letter for each number: {@code torus-RxC}
 * @param pattern what a name of this family matches, a group for each number
 * @param scheme makes the scheme
 * @param graph makes the undirected graph of a static topology whose weights are free to choose; otherwise empty
 * @param isCheckedByMaking whether the check makes the graph or the matrices, which takes little time
 * @param check throws what these would throw
 */
record Family(
        String form,
        Pattern pattern,
        Constructor<Scheme> scheme,
        Optional<Constructor<Graph>> graph,
        boolean isCheckedByMaking,
        Check check) {

    /** Whether workers and the numbers in a name fit. */
    @FunctionalInterface
    interface Check {

        /** @throws IllegalArgumentException if they do not, with a sentence for the user */
        void of(int workers, Parameters parameters);
    }

    /** Makes something out of the number of workers, at least 1, and the numbers in a name. */
    @FunctionalInterface
    interface Constructor<T> {

        /**
         * The one for these workers.
         *
         * @throws IllegalArgumentException if the workers or parameters do not fit, with a sentence for the user
         */
        T of(int workers, Parameters parameters);
    }

    /** A static topology of an undirected graph, by default with Metropolis-Hastings weights. */
    static Family graph(String form, String pattern, Constructor<Graph> graph) {
        return new Family(form, Pattern.compile(pattern),
                (n, p) -> PeriodicScheme.constant(p.name(), WeightRule.DEFAULT.weights().apply(graph.of(n, p))),
                Optional.of(graph), true, graph::of);
    }

    /** A static topology that is a mixing matrix. */
    static Family matrix(String form, String pattern, Constructor<MixingMatrix> matrix) {
        return new Family(form, Pattern.compile(pattern),
                (n, p) -> PeriodicScheme.constant(p.name(), matrix.of(n, p)), Optional.empty(), true, matrix::of);
    }

    /** A time-varying scheme, of the mixing matrices of a period. */
    static Family phases(String form, String pattern, Constructor<List<MixingMatrix>> phases) {
        return new Family(form, Pattern.compile(pattern),
                (n, p) -> new PeriodicScheme(p.name(), phases.of(n, p)), Optional.empty(), true, phases::of);
    }

    /** A time-varying scheme without a period, of what makes the mixing matrix of any step. */
    static Family drawn(String form, String pattern, Constructor<LongFunction<MixingMatrix>> draw) {
        return new Family(form, Pattern.compile(pattern),
                (n, p) -> new DrawnScheme(p.name(), n, draw.of(n, p)), Optional.empty(), true, draw::of);
    }

    /** The same family, for those who want other weights than its own. */
    Family withGraph(Constructor<Graph> constructor) {
        return new Family(form, pattern, scheme, Optional.of(constructor), isCheckedByMaking, check);
    }

    /** The same family with a check that does not make what it checks, which takes long for thousands of workers. */
    Family checked(Check quick) {
        return new Family(form, pattern, scheme, graph, false, quick);
    }

    /** The numbers in a name, or nothing if the name is not of this family. */
    Optional<Parameters> parameters(String name) {
        Matcher matcher = pattern.matcher(name);
        return matcher.matches() ? Optional.of(new Parameters(matcher.toMatchResult())) : Optional.empty();
    }
}
