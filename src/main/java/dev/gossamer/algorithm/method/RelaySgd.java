package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Clock;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.SchemeChecks;
import dev.gossamer.topology.Tree;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToIntBiFunction;
import java.util.stream.IntStream;

/**
 * RelaySGD (Vogels et al., "RelaySum for decentralized deep learning on heterogeneous data", 2021), exact on unequal
 * data: on a tree, neighbours relay sums, so that after as many steps as there are hops everybody has everybody's
 * local model {@code own = X - lr U}. The message to a neighbour is own and what the other neighbours sent in the step
 * before; X becomes the mean of own and of all messages.
 *
 * <p>With worker 0 as the root, a worker sends {@code up = own + C up'} to its parent and its parent sends it {@code
 * down = P (own + down') + S up'}, where C, P, S are the maps from children, parent and siblings, see {@link Tree}, and
 * up' and down' are of the step before. {@code X <- (own + down + C up) / n}. Before the first step, workers that are
 * not heard of yet count with the common model of the start; or {@link Relay#MODELS_HEARD only those that are heard of
 * count}; or {@link Relay#GRADIENTS moves are relayed} and added up in place of models.
 *
 * @param direction U
 * @param relay what is relayed
 */
public record RelaySgd(Direction direction, Relay relay) implements Algorithm {

    private static final Exchange RECEIVED = new Exchange("received from children", w -> Tree.of(w).children(), false);
    private static final Exchange SIBLINGS = new Exchange("received by parent", w -> Tree.of(w).siblings(), false);
    private static final Exchange UP = new Exchange("from children", w -> Tree.of(w).children(), true);
    private static final Exchange DOWN = new Exchange("from parent", w -> Tree.of(w).parents(), true);

    /** What is relayed. */
    public enum Relay {

        /** Models; those that are not heard of yet count as the model of the start. */
        MODELS,

        /** Models; the mean is of those that are heard of. */
        MODELS_HEARD,

        /** Moves {@code -lr U}; replicas keep constant distances. */
        GRADIENTS
    }

    /** What is relayed. */
    public static final Key<Relay> RELAY = Key.choice("relay", Relay.MODELS,
            "what RelaySGD relays: models, models of only those heard of at the start, or gradients");

    @Override
    public int kinds() {
        return 2;
    }

    /** The first step has no messages of the one before. */
    @Override
    public int kind(long step) {
        return step == 0 ? 0 : 1;
    }

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept ups = step.keep("messages-up", Kept.Initial.ZERO);
        Kept downs = step.keep("messages-down", Kept.Initial.ZERO);
        Value move = direction.of(step).times(Coefficient.LEARNING_RATE);
        Value own = relay == Relay.GRADIENTS ? move.times(-1) : x.minus(move);
        boolean isStart = step.kind() == 0 && relay == Relay.MODELS;
        Value up = isStart ? x.times(ofTree(Tree::subtreeSize)) : ups;
        Value down = isStart ? x.times(ofTree((tree, i) -> tree.workers() - tree.subtreeSize(i))) : downs;
        ups.becomes(own.plus(step.mixed(up, RECEIVED)));
        downs.becomes(step.mixed(own.plus(down), DOWN).plus(step.mixed(up, SIBLINGS)));
        Value total = own.plus(downs.next()).plus(step.mixed(ups.next(), UP));
        x.becomes(switch (relay) {
            case MODELS -> total.times(Coefficient.of(clock -> 1.0 / clock.scheme().workers()));
            case MODELS_HEARD -> total.times(Coefficient.ofWorkers(clock -> shares(clock)));
            case GRADIENTS -> x.plus(total.times(Coefficient.of(clock -> 1.0 / clock.scheme().workers())));
        });
    }

    private static Coefficient ofTree(ToIntBiFunction<Tree, Integer> number) {
        return Coefficient.ofWorkers(clock -> {
            Tree tree = Tree.of(clock.scheme().at(0));
            return IntStream.range(0, tree.workers()).mapToDouble(i -> number.applyAsInt(tree, i)).toArray();
        });
    }

    /** One over the number of workers that each has heard of after a step: those within a hop more than its number. */
    private static double[] shares(Clock clock) {
        Tree tree = Tree.of(clock.scheme().at(0));
        return IntStream.range(0, tree.workers())
                .mapToDouble(i -> 1.0 / tree.within(i, clock.step() + 1)).toArray();
    }

    @Override
    public boolean usesWeights() {
        return false;
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isTree(scheme);
    }

    /** {@code relay-sgd}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "relay-sgd";
        }

        @Override
        public List<Key<?>> keys() {
            return Direction.keys(RELAY);
        }

        @Override
        public Settings canonical(Settings settings) {
            return Direction.canonical(settings);
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new RelaySgd(Direction.of(settings), settings.get(RELAY));
        }
    }
}
