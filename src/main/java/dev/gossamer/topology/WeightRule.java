package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way to choose the weights of an undirected graph, by name.
 *
 * @param name the name that {@link #parse} reads back
 * @param weights makes the mixing matrix [n, n] of a graph of n workers
 */
public record WeightRule(String name, Function<Graph, MixingMatrix> weights) {

    /** The rule of a topology that names none. */
    public static final WeightRule DEFAULT = new WeightRule("metropolis-hastings", MetropolisHastings::weights);

    private static final List<WeightRule> NAMED = List.of(
            DEFAULT,
            new WeightRule("uniform", NeighbourhoodAverage::weights),
            new WeightRule("constant", ConstantWeights::nonnegative),
            new WeightRule("best-constant", ConstantWeights::fastest),
            new WeightRule("sinkhorn", Sinkhorn::weights),
            new WeightRule("symmetric", SymmetricWeights::weights));

    private static final String CONSTANT_FORM = "constant-A";
    private static final Pattern CONSTANT = Pattern.compile("constant-" + Parameters.DECIMAL);

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
            return Optional.of(new WeightRule(parameters.name(), graph -> ConstantWeights.weights(graph, weight)));
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
