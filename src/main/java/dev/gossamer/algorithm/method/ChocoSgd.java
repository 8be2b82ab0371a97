package dev.gossamer.algorithm.method;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.AlgorithmFamily;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Value;
import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.SchemeChecks;
import java.util.List;
import java.util.function.Supplier;

/**
 * CHOCO-SGD (Koloskova, Stich and Jaggi, "Decentralized stochastic optimization and gossip algorithms with compressed
 * communication", 2019; Koloskova, Lin, Stich and Jaggi, "Decentralized deep learning with arbitrary communication
 * compression", 2020): neighbours keep public copies H of each other's models, and what is sent is the compressed
 * difference to them. After the local step {@code X <- X - lr U}, compress then gossip: {@code H <- H + Q(X - H)},
 * {@code X <- X + gamma (W H - H)}; or in the other order, as the authors' code for deep learning does.
 *
 * @param direction U
 * @param compression Q
 * @param gamma consensus step size, in (0, 1]
 * @param gossipFirst whether gossip comes before compression
 * @param start what copies start from
 */
public record ChocoSgd(Direction direction, Compression compression, double gamma, boolean gossipFirst,
        Kept.Initial start) implements Algorithm {

    /** Whether gossip comes before compression. */
    public static final Key<Boolean> GOSSIP_FIRST =
            Key.flag("gossip-first", "CHOCO-SGD mixes the copies before it updates them");

    /** What copies start from. */
    public static final Key<Kept.Initial> COPIES_START = Key.choice("copies-start", Kept.Initial.ZERO,
            "what CHOCO-SGD's public copies start from, which everybody has to know");

    @Override
    public void step(Step step) {
        Kept x = step.parameters();
        Kept copies = step.keep("public-copies", start);
        Value local = x.minus(direction.of(step).times(Coefficient.LEARNING_RATE));
        if (gossipFirst) {
            x.becomes(local.plus(Compressors.pull(step, copies, gamma)));
            copies.becomes(copies.plus(step.compressed(x.next().minus(copies), compression)));
        } else {
            copies.becomes(copies.plus(step.compressed(local.minus(copies), compression)));
            x.becomes(local.plus(Compressors.pull(step, copies.next(), gamma)));
        }
    }

    @Override
    public void check(Supplier<Scheme> scheme) {
        SchemeChecks.isStatic(scheme);
        SchemeChecks.isSymmetric(scheme);
    }

    /** {@code choco-sgd}. */
    public static final class Family implements AlgorithmFamily {

        @Override
        public String form() {
            return "choco-sgd";
        }

        @Override
        public List<Key<?>> keys() {
            return Compressors.keys(Direction.KEYS, GOSSIP_FIRST, COPIES_START);
        }

        @Override
        public Settings canonical(Settings settings) {
            return Compressors.canonical(Direction.canonical(settings));
        }

        @Override
        public Algorithm algorithm(Settings settings) {
            return new ChocoSgd(Direction.of(settings), Compressors.of(settings, 0), settings.get(Compressors.GAMMA),
                    settings.get(GOSSIP_FIRST), settings.get(COPIES_START));
        }
    }
}
