package dev.gossamer.topology;

import dev.gossamer.catalogue.Catalogue;
import dev.gossamer.catalogue.Entry;
import dev.gossamer.catalogue.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A way to choose the weights of an undirected graph, by name.
 *
 * @param name the name that {@link #parse} reads back
 * @param weights makes the mixing matrix [n, n] of a graph of n workers
 * @param check throws what that would throw, without the work where there is another way; of {@code sinkhorn}, only
 *     with few weights, see {@link Sinkhorn}
 */
public record WeightRule(String name, Function<Graph, MixingMatrix> weights, Consumer<NamedGraph> check) {

    /** The rule of a topology that names none. */
    public static final WeightRule DEFAULT = always("metropolis-hastings", MetropolisHastings::weights);

    /** All rules. */
    public static final Catalogue<Family> CATALOGUE = Catalogue.load("weights", Families.class, Families::families);

    /**
     * Rules that differ in the numbers in their names.
     *
     * @param form the name as people are told to write it, a capital letter for each number
     * @param pattern what a name matches, a group for each number
     * @param rule the rule of the numbers in a name
     */
    public record Family(String form, Pattern pattern, Function<Parameters, WeightRule> rule) implements Entry {}

    /** Brings weight rules to the catalogue. */
    public interface Families {

        /** The rules, in order. */
        List<Family> families();
    }

    /** The rules of Gossamer. */
    public static final class Standard implements Families {

        @Override
        public List<Family> families() {
            return List.of(
                    one(DEFAULT),
                    one(always("uniform", NeighbourhoodAverage::weights)),
                    one(always("constant", ConstantWeights::nonnegative)),
                    one(new WeightRule("best-constant", ConstantWeights::fastest, ConstantWeights::checkFastest)),
                    one(new WeightRule("sinkhorn", Sinkhorn::weights, Sinkhorn::check)),
                    one(always("symmetric", SymmetricWeights::weights)),
                    new Family("constant-A", Pattern.compile("constant-" + Parameters.DECIMAL), WeightRule::constant));
        }
    }

    /** A rule of one name. */
    public static Family one(WeightRule rule) {
        return new Family(rule.name, Pattern.compile(Pattern.quote(rule.name)), parameters -> rule);
    }

    /** A rule that suits every graph. */
    public static WeightRule always(String name, Function<Graph, MixingMatrix> weights) {
        return new WeightRule(name, weights, named -> {});
    }

    private static WeightRule constant(Parameters parameters) {
        double weight = parameters.decimal(1);
        return new WeightRule(parameters.name(), graph -> ConstantWeights.weights(graph, weight),
                named -> ConstantWeights.checkWeight(weight));
    }

    /**
     * The rule of a name: metropolis-hastings, uniform, constant, constant-A with the weight A of every edge,
     * best-constant, sinkhorn, or symmetric.
     *
     * @throws IllegalArgumentException if there is no such rule, with those that there are
     */
    public static WeightRule parse(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(
                "unknown weights \"" + name + "\"; known: " + String.join(", ", names()) + ", and "
                        + TopologyName.LAZY + " behind any of them"));
    }

    static Optional<WeightRule> find(String name) {
        return CATALOGUE.find(name).map(match -> match.entry().rule().apply(match.parameters()));
    }

    /** The names of all rules; a capital letter stands for a number. */
    public static List<String> names() {
        return CATALOGUE.names();
    }
}
