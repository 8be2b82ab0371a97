package dev.gossamer.topology;

import dev.gossamer.catalogue.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
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

    private static final List<WeightRule> NAMED = List.of(
            DEFAULT,
            always("uniform", NeighbourhoodAverage::weights),
            always("constant", ConstantWeights::nonnegative),
            new WeightRule("best-constant", ConstantWeights::fastest, ConstantWeights::checkFastest),
            new WeightRule("sinkhorn", Sinkhorn::weights, Sinkhorn::check),
            always("symmetric", SymmetricWeights::weights));

    private static final String CONSTANT_FORM = "constant-A";
    private static final Pattern CONSTANT = Pattern.compile("constant-" + Parameters.DECIMAL);

    /** A rule that suits every graph. */
    private static WeightRule always(String name, Function<Graph, MixingMatrix> weights) {
        return new WeightRule(name, weights, named -> {});
    }

    /**
     * The rule of a name: metropolis-hastings, uniform, constant, constant-A with the weight A of every edge,
     * best-constant, sinkhorn, or symmetric.
     *
     * @throws IllegalArgumentException if there is no such rule, with those that there are
     */
    public static WeightRule parse(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(
                "unknown weights \"" + name + "\"; known: " + String.join(", ", names())));
    }

    static Optional<WeightRule> find(String name) {
        Matcher constant = CONSTANT.matcher(name);
        if (constant.matches()) {
            Parameters parameters = new Parameters(constant.toMatchResult());
            double weight = parameters.decimal(1);
            return Optional.of(new WeightRule(parameters.name(), graph -> ConstantWeights.weights(graph, weight),
                    named -> ConstantWeights.checkWeight(weight)));
        }
        return NAMED.stream().filter(rule -> rule.name.equals(name)).findFirst();
    }

    /** The names of all rules; a capital letter stands for a number. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(NAMED.stream().map(WeightRule::name).toList());
        names.add(CONSTANT_FORM);
        return List.copyOf(names);
    }
}
