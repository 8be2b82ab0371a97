package dev.gossamer.topology;

import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Values;
import dev.gossamer.catalogue.Written;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How strongly workers mix in a step, with the mixing matrices of a topology: the step size is that of all rounds
 * together.
 *
 * @param rounds how often neighbours exchange something, in [1, 1000]
 * @param acceleration what becomes of the rounds; none where one round makes no difference
 * @param stepSize in (0, 1]
 */
public record Consensus(int rounds, Acceleration acceleration, double stepSize) {

    /** Rounds of a step. */
    public static final Key<Integer> ROUNDS = Key.integer("mixing-rounds", "1", "[1, 1000]",
            "rounds of messages between neighbours in a step").before("1");

    /** What becomes of the rounds. */
    public static final Key<Acceleration> ACCELERATION = Key.choice("acceleration", Acceleration.NONE,
            "what makes several rounds mix more; needs a static undirected topology").before("none");

    /** The step size. */
    public static final Key<Double> STEP_SIZE = Key.number("consensus-step-size", "1", "(0, 1]",
            "share of the way that workers go to the mixture of all rounds").before("1");

    /** All keys, in order. */
    public static final List<Key<?>> KEYS = List.of(ROUNDS, ACCELERATION, STEP_SIZE);

    /** One round, the whole way. */
    public static final Consensus STANDARD = new Consensus(1, Acceleration.NONE, 1);

    /** Checks the ranges. */
    public Consensus {
        ROUNDS.check(rounds);
        STEP_SIZE.check(stepSize);
        acceleration = rounds == 1 && acceleration == Acceleration.CHEBYSHEV ? Acceleration.NONE : acceleration;
    }

    /**
     * That of a configuration.
     *
     * @throws dev.gossamer.catalogue.ConfigurationException if a text is none of the allowed ones
     */
    public static Consensus of(Values values) {
        return new Consensus(values.get(ROUNDS), values.get(ACCELERATION), values.get(STEP_SIZE));
    }

    /**
     * That of a recorded configuration.
     *
     * @param recorded texts by the names of their keys
     * @throws dev.gossamer.catalogue.ConfigurationException if a text is none of the allowed ones
     */
    public static Consensus of(Map<String, String> recorded) {
        return of(new Values(KEYS.stream().filter(key -> recorded.containsKey(key.toString()))
                .collect(Collectors.toMap(Function.identity(), key -> recorded.get(key.toString())))));
    }

    /** Writes all values down. */
    public void write(Written written) {
        written.put(ROUNDS, rounds);
        written.put(ACCELERATION, acceleration);
        written.put(STEP_SIZE, stepSize);
    }

    /**
     * What a scheme becomes: the scheme itself with {@link #STANDARD} values.
     *
     * @throws IllegalArgumentException if the scheme cannot be accelerated, with a sentence for the user
     */
    public Scheme of(Scheme scheme) {
        Scheme mixed = switch (acceleration) {
            case NONE -> MixingOperators.rounds(scheme, rounds);
            case FASTMIX -> MixingOperators.fastMix(scheme, rounds);
            case CHEBYSHEV -> MixingOperators.chebyshev(scheme, rounds);
        };
        return MixingOperators.stepSize(mixed, stepSize);
    }
}
