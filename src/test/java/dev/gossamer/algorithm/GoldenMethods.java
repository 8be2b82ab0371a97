package dev.gossamer.algorithm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gossamer.algorithm.method.Adam;
import dev.gossamer.algorithm.method.Beer;
import dev.gossamer.algorithm.method.ChocoSgd;
import dev.gossamer.algorithm.method.DecentLam;
import dev.gossamer.algorithm.method.DeepSqueeze;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.algorithm.method.ExactDiffusion;
import dev.gossamer.algorithm.method.GossipPga;
import dev.gossamer.algorithm.method.GradientTracking;
import dev.gossamer.algorithm.method.Lion;
import dev.gossamer.algorithm.method.LocalSgd;
import dev.gossamer.algorithm.method.MixingOrder;
import dev.gossamer.algorithm.method.MomentumTracking;
import dev.gossamer.algorithm.method.PushDiging;
import dev.gossamer.algorithm.method.QuasiGlobalMomentum;
import dev.gossamer.algorithm.method.RelaySgd;
import dev.gossamer.algorithm.method.Signum;
import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.algorithm.method.StochasticGradientPush;
import dev.gossamer.algorithm.method.TrackingOrder;
import dev.gossamer.topology.MixingOperators;
import dev.gossamer.topology.Scheme;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** The algorithms of the reference's names and options. */
final class GoldenMethods {

    /** Those that Gossamer does not have. */
    private static final Set<String> UNKNOWN =
            Set.of("dsgd-delay", "ad-psgd", "k-gt", "scaffnew", "teleportation");

    private final JsonNode node;
    private final JsonNode options;
    private final JsonNode lists;
    private final Direction direction;
    private final int parameters;

    private GoldenMethods(JsonNode node, JsonNode all) {
        this.node = node;
        options = node.get("options");
        lists = all.get("lists");
        parameters = all.get("config").get("parameters").asInt();
        direction = new Direction(node.get("momentum").asDouble(), node.get("weight_decay").asDouble(),
                node.get("nesterov").asBoolean());
    }

    static boolean isKnown(JsonNode node) {
        return !UNKNOWN.contains(node.get("algorithm").asText()) && !node.get("options").has("beta3");
    }

    static Algorithm of(JsonNode node, JsonNode all) {
        return new GoldenMethods(node, all).algorithm();
    }

    private Algorithm algorithm() {
        return switch (node.get("algorithm").asText()) {
            case "dsgd-atc", "epidemic" -> descent(MixingOrder.ADAPT_THEN_COMBINE);
            case "dsgd-cta" -> descent(MixingOrder.COMBINE_THEN_ADAPT);
            case "dsgd-awc" -> descent(MixingOrder.ADAPT_WHILE_COMBINING);
            case "dsgdm-mixed" -> new StochasticGradientDescent(direction, MixingOrder.ADAPT_THEN_COMBINE, true);
            case "decentlam" -> new DecentLam(direction);
            case "qg-dsgdm" -> new QuasiGlobalMomentum(direction);
            case "d2" -> new ExactDiffusion(direction, text("correction").startsWith("gradient")
                    ? ExactDiffusion.Units.GRADIENTS : ExactDiffusion.Units.PARAMETERS);
            case "dsgt" -> new GradientTracking(direction, order());
            case "momentum-tracking" -> new MomentumTracking(direction, order());
            case "sgp" -> new StochasticGradientPush(direction, text("weight_decay_on").equals("numerator"));
            case "push-diging" -> new PushDiging(direction.weightDecay());
            case "relaysgd" -> new RelaySgd(direction, relay());
            case "choco" -> new ChocoSgd(direction, compression(), number("gamma"),
                    text("order").startsWith("gossip"), text("x_hat_start").equals("zero")
                    ? Kept.Initial.ZERO : Kept.Initial.PARAMETERS);
            case "deepsqueeze" -> new DeepSqueeze(direction, compression(), number("gamma"));
            case "beer" -> new Beer(direction.weightDecay(), compression(), compression(), number("gamma"));
            case "local-sgd" -> new LocalSgd(direction, period(), text("at_period").equals("gossip"));
            case "gossip-pga" -> new GossipPga(direction, period());
            case "slowmo" -> new SlowMomentum(base(), new SlowMomentum.Outer(period(), number("slow_momentum"),
                    number("slow_lr"), SlowMomentum.Buffers.valueOf(text("buffers").toUpperCase(Locale.ROOT))));
            case "d-adam" -> new Adam(number("beta1"), number("beta2"), number("epsilon"), direction.weightDecay(),
                    options.get("decoupled_weight_decay").asBoolean());
            case "d-lion" -> new Lion(number("beta1"), number("beta2"), direction.weightDecay());
            case "d-signum" -> new Signum(direction.momentum(), direction.weightDecay());
            default -> throw new IllegalArgumentException(node.get("id").asText());
        };
    }

    private Algorithm descent(MixingOrder order) {
        return new StochasticGradientDescent(direction, order, false);
    }

    /** A base without messages is local SGD that never averages. */
    private Algorithm base() {
        return text("base").equals("gossip") ? descent(MixingOrder.ADAPT_THEN_COMBINE)
                : new LocalSgd(direction, Integer.MAX_VALUE, true);
    }

    private TrackingOrder order() {
        return text("form").equals("atc") ? TrackingOrder.ADAPT_THEN_COMBINE : TrackingOrder.ADAPT_WHILE_COMBINING;
    }

    private RelaySgd.Relay relay() {
        if (text("relay").equals("gradient")) {
            return RelaySgd.Relay.GRADIENTS;
        }
        return text("normalise").equals("counts") ? RelaySgd.Relay.MODELS_HEARD : RelaySgd.Relay.MODELS;
    }

    private Compression compression() {
        JsonNode compressor = options.get("compressor");
        double ratio = compressor.has("k") ? compressor.get("k").asDouble() / parameters : 1;
        return switch (compressor.get("kind").asText()) {
            case "identity" -> new Compression.None();
            case "top-k" -> new Compression.TopK(ratio, false);
            case "sign" -> new Compression.ScaledSign(false);
            case "random-k" -> new Compression.RandomK(ratio,
                    compressor.has("scale") ? compressor.get("scale").asDouble() : 1, false, this::listed);
            case "qsgd" -> new Compression.Qsgd(compressor.get("levels").asInt(),
                    compressor.get("biased").asBoolean(), false, (clock, worker) -> column -> fraction(
                    0.6180339887498949 * (column + 1) + 0.7548776662466927 * (clock.step() + 1)
                            + 0.5698402909980532 * (worker + 1)));
            default -> throw new IllegalArgumentException(compressor.toString());
        };
    }

    private RandomBits.Row listed(Clock clock, int worker) {
        JsonNode kept = lists.get("random_k").get((int) clock.step()).get(worker);
        return column -> {
            for (JsonNode index : kept) {
                if (index.asInt() == column) {
                    return -1;
                }
            }
            return 0;
        };
    }

    private static int fraction(double value) {
        return (int) (long) Math.floor((value - Math.floor(value)) * 0x1p32);
    }

    /** What the options make of the scheme. */
    static Scheme mixing(JsonNode node, Scheme scheme) {
        JsonNode mixing = node.get("options").get("mixing");
        if (mixing == null) {
            return scheme;
        }
        Function<String, Integer> number = name -> mixing.get(name).asInt();
        return switch (mixing.get("kind").asText()) {
            case "gamma" -> MixingOperators.stepSize(scheme, mixing.get("gamma").asDouble());
            case "rounds" -> MixingOperators.rounds(scheme, number.apply("rounds"));
            case "fastmix" -> MixingOperators.fastMix(scheme, number.apply("rounds"));
            case "chebyshev" -> MixingOperators.chebyshev(scheme, number.apply("rounds"));
            default -> throw new IllegalArgumentException(mixing.toString());
        };
    }

    private String text(String option) {
        return options.get(option).asText();
    }

    private double number(String option) {
        return options.get(option).asDouble();
    }

    private int period() {
        return options.get("period").asInt();
    }
}
