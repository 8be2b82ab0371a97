package dev.gossamer.engine.stacked.cuda;

import dev.gossamer.algorithm.Algorithm;
import dev.gossamer.algorithm.Coefficient;
import dev.gossamer.algorithm.Compression;
import dev.gossamer.algorithm.Exchange;
import dev.gossamer.algorithm.Kept;
import dev.gossamer.algorithm.RandomBits;
import dev.gossamer.algorithm.Step;
import dev.gossamer.algorithm.Update;
import dev.gossamer.algorithm.Value;
import dev.gossamer.algorithm.method.Adam;
import dev.gossamer.algorithm.method.Beer;
import dev.gossamer.algorithm.method.ChocoSgd;
import dev.gossamer.algorithm.method.ClippedGradients;
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
import dev.gossamer.algorithm.method.MovingAverage;
import dev.gossamer.algorithm.method.PushDiging;
import dev.gossamer.algorithm.method.QuasiGlobalMomentum;
import dev.gossamer.algorithm.method.RelaySgd;
import dev.gossamer.algorithm.method.Signum;
import dev.gossamer.algorithm.method.SlowMomentum;
import dev.gossamer.algorithm.method.StochasticGradientDescent;
import dev.gossamer.algorithm.method.StochasticGradientPush;
import dev.gossamer.algorithm.method.TrackingOrder;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Updates whose kernels are compiled for tests, by name. */
final class TestUpdates {

    /** A coefficient of each of five workers. */
    private static final Coefficient EACH = Coefficient.ofWorkers(
            clock -> new double[] {1, 1.5, 2 + clock.step(), 0.25, 3});

    /** Others' rows in sums that are no means; two workers receive nothing, of which one is the first. */
    private static final Exchange OTHERS = new Exchange("others", mixing -> MixingMatrix.ofAnyRows(mixing.workers(),
            i -> IntStream.range(0, mixing.workers())
                    .mapToDouble(j -> i == 0 || i == 3 || i == j ? 0 : 0.5 * mixing.get(j, i) - 0.2).toArray()), true);

    private static final Map<String, Algorithm> ALL = all();

    /** Two steps of their own, and one with a second matrix that outer steps change. */
    private static final class Kinds implements Algorithm {

        @Override
        public void step(Step step) {
            Kept x = step.parameters();
            Kept slow = step.keep("slow", Kept.Initial.PARAMETERS);
            Value local = x.minus(step.gradients().times(Coefficient.LEARNING_RATE));
            if (step.kind() == 0) {
                x.becomes(local);
            } else {
                slow.becomes(slow.times(0.3).plus(step.mixed(local, Exchange.MEAN).times(0.7)));
                x.becomes(slow.next());
            }
        }

        @Override
        public int kinds() {
            return 2;
        }

        @Override
        public int kind(long step) {
            return step % 3 == 2 ? 1 : 0;
        }
    }

    private TestUpdates() {}

    private static Map<String, Algorithm> all() {
        Map<String, Algorithm> all = new LinkedHashMap<>();
        all.put("descent", new StochasticGradientDescent(0.9, 1e-3));
        all.put("average", new MovingAverage(new StochasticGradientDescent(0.9, 1e-3), 0.95));
        for (boolean nesterov : new boolean[] {false, true}) {
            for (MixingOrder order : MixingOrder.values()) {
                all.put(order + (nesterov ? "-nesterov" : ""),
                        new StochasticGradientDescent(0.9, 1e-3, nesterov, order));
            }
        }
        all.put("average-of-local", new MovingAverage(
                new StochasticGradientDescent(0.9, 1e-3, false, MixingOrder.COMBINE_THEN_ADAPT), 0.95));
        methods(all);
        all.put("two-mixings", step -> step.parameters().becomes(
                step.mixed(step.mixed(step.parameters()).plus(step.gradients())).plus(step.gradients())));
        all.put("each-workers", step -> {
            Value mixed = step.mixed(step.parameters().times(EACH).minus(step.gradients()));
            step.parameters().becomes(mixed.times(Coefficient.of(1).over(EACH)));
        });
        all.put("sums-of-sums", step -> {
            Value pair = step.parameters().plus(step.gradients());
            Value other = step.parameters().times(3).minus(step.gradients().times(0.5));
            step.parameters().becomes(pair.plus(other).plus(step.mixed(pair)).plus(other.times(2)));
        });
        all.put("quasi-global", step -> {
            Kept momenta = step.keep("momenta", Kept.Initial.ZERO);
            Value next = step.mixed(step.parameters().minus(
                    momenta.times(0.9).plus(step.gradients()).times(Coefficient.LEARNING_RATE)));
            step.parameters().becomes(next);
            momenta.becomes(momenta.times(0.9).plus(step.parameters().minus(next).times(2)));
        });
        all.put("swap", step -> {
            Kept other = step.keep("other", Kept.Initial.PARAMETERS);
            other.becomes(step.parameters());
            step.parameters().becomes(step.mixed(other));
        });
        all.put("extremes", step -> {
            Kept largest = step.keep("largest", Kept.Initial.ZERO);
            largest.becomes(largest.max(step.gradients().times(2)));
            step.parameters().becomes(step.mixed(step.parameters().minus(largest.next().sign().times(0.1)))
                    .max(step.gradients().minus(step.gradients()).sign()));
        });
        all.put("kinds", new Kinds());
        all.put("exchanges", step -> {
            Kept x = step.parameters();
            Kept relays = step.keep("relays", Kept.Initial.ZERO);
            Value local = x.minus(step.gradients().times(Coefficient.LEARNING_RATE));
            Value received = step.mixed(local.plus(relays), OTHERS);
            relays.becomes(received);
            x.becomes(step.mixed(local).plus(received.times(0.5)).plus(step.mixed(local, Exchange.MEAN)));
        });
        for (boolean byTensor : new boolean[] {false, true}) {
            String vectors = byTensor ? "-tensors" : "";
            all.put("sign" + vectors, differences(new Compression.ScaledSign(byTensor)));
            all.put("largest" + vectors, differences(new Compression.TopK(0.2, byTensor)));
            all.put("drawn" + vectors, differences(
                    new Compression.RandomK(0.3, byTensor ? 1 : 1 / 0.3, byTensor, RandomBits.counted(1))));
            all.put("levels" + vectors, differences(
                    new Compression.Qsgd(byTensor ? 2 : 16, !byTensor, byTensor, RandomBits.counted(2))));
            all.put("selections" + vectors, step -> {
                step.parameters().becomes(
                        step.compressed(step.gradients(), new Compression.TopK(0.3, byTensor)));
                step.keep("drawn", Kept.Initial.ZERO).becomes(step.compressed(step.gradients(),
                        new Compression.RandomK(0.01, 2, byTensor, RandomBits.counted(5))));
            });
        }
        all.put("clipped", new MovingAverage(new ClippedGradients(new StochasticGradientDescent(0.9, 1e-3), 1.5), 0.9));
        all.put("clipped-compressing", new ClippedGradients(new ChocoSgd(new Direction(0.9, 1e-3, true),
                new Compression.TopK(0.2, false), 0.3, true, Kept.Initial.ZERO), 0.75));
        all.put("not-clipped", new ClippedGradients(new StochasticGradientDescent(0.9, 1e-3), 1e6));
        all.put("two-compressions", step -> {
            Kept x = step.parameters();
            Kept sent = step.keep("sent", Kept.Initial.ZERO);
            Kept tracked = step.keep("tracked", Kept.Initial.ZERO);
            Value local = step.mixed(x).minus(step.gradients().times(Coefficient.LEARNING_RATE));
            Value first = step.compressed(local, new Compression.TopK(0.5, false));
            Value second = step.compressed(step.gradients().plus(tracked), new Compression.ScaledSign(true));
            tracked.becomes(tracked.plus(second));
            sent.becomes(sent.plus(step.mixed(first)).plus(second));
            x.becomes(local.minus(first).plus(step.mixed(second).times(0.1)));
        });
        all.put("compression-of-another", step -> {
            Kept x = step.parameters();
            Kept other = step.keep("other", Kept.Initial.PARAMETERS);
            Value levels = step.compressed(x.minus(step.gradients()),
                    new Compression.Qsgd(8, true, false, RandomBits.counted(0)));
            other.becomes(levels.plus(step.gradients()));
            Value drawn = step.compressed(step.mixed(levels).plus(other),
                    new Compression.RandomK(0.5, 1, true, RandomBits.counted(3)));
            Value largest = step.compressed(levels.minus(other), new Compression.TopK(0.4, true));
            x.becomes(x.plus(drawn).minus(largest.times(0.5)));
        });
        all.put("alone", step -> step.parameters().becomes(step.gradients().times(0.5)));
        return all;
    }

    private static void methods(Map<String, Algorithm> all) {
        Direction gradients = new Direction(0, 1e-3, false);
        Direction direction = new Direction(0.9, 1e-3, false);
        Algorithm descent = new StochasticGradientDescent(0.9, 1e-3);
        all.put("descent-mixed-momentum",
                new StochasticGradientDescent(direction, MixingOrder.ADAPT_THEN_COMBINE, true));
        all.put("decentlam", new DecentLam(direction));
        all.put("quasi-global-momentum", new QuasiGlobalMomentum(direction));
        for (TrackingOrder order : TrackingOrder.values()) {
            all.put("gradient-tracking-" + order, new GradientTracking(gradients, order));
            all.put("momentum-tracking-" + order, new MomentumTracking(direction, order));
        }
        for (ExactDiffusion.Units units : ExactDiffusion.Units.values()) {
            all.put("exact-diffusion-" + units, new ExactDiffusion(gradients, units));
        }
        all.put("push", new StochasticGradientPush(direction, true));
        all.put("push-diging", new PushDiging(1e-3));
        for (RelaySgd.Relay relay : RelaySgd.Relay.values()) {
            all.put("relay-" + relay, new RelaySgd(direction, relay));
        }
        all.put("choco", new ChocoSgd(direction, new Compression.TopK(0.2, false), 0.3, true, Kept.Initial.ZERO));
        all.put("deep-squeeze", new DeepSqueeze(direction, new Compression.ScaledSign(true), 0.3));
        all.put("beer", new Beer(1e-3, new Compression.TopK(0.2, true), new Compression.ScaledSign(false), 0.3));
        all.put("local", new LocalSgd(direction, 2, false));
        all.put("local-gossip", new LocalSgd(direction, 2, true));
        all.put("gossip-pga", new GossipPga(direction, 3));
        for (SlowMomentum.Buffers buffers : SlowMomentum.Buffers.values()) {
            all.put("slow-" + buffers, new SlowMomentum(descent,
                    new SlowMomentum.Outer(2, 0.7, 0.9, buffers)));
        }
        all.put("adam", new Adam(0.9, 0.99, 1e-3, 1e-3, false));
        all.put("adam-decoupled", new Adam(0.9, 0.99, 1e-3, 1e-3, true));
        all.put("average-of-adam", new MovingAverage(new Adam(0.9, 0.99, 1e-3, 1e-3, false), 0.9));
        all.put("lion", new Lion(0.9, 0.99, 1e-3));
        all.put("signum", new Signum(0.9, 1e-3));
    }

    /** Workers tell each other compressed differences to copies of what they have (as Koloskova et al. do, 2019). */
    private static Algorithm differences(Compression compression) {
        return step -> {
            Kept x = step.parameters();
            Kept copies = step.keep("copies", Kept.Initial.ZERO);
            Value local = x.minus(step.gradients().times(Coefficient.LEARNING_RATE));
            Value known = copies.plus(step.compressed(local.minus(copies), compression));
            copies.becomes(known);
            x.becomes(local.plus(step.mixed(known).minus(known).times(0.3)));
        };
    }

    /** The mixing matrices of steps that a test of one takes: what algorithms need, for others two that differ. */
    static Scheme scheme(String name, int workers) {
        if (name.startsWith("relay-")) {
            return Topologies.parse("chain", workers);
        }
        MixingMatrix first = name.startsWith("push") ? shares(workers) : Topologies.parse("uni-ring", workers).at(0);
        MixingMatrix second = name.startsWith("push") ? first : Topologies.parse("star", workers).at(0);
        return new Scheme() {

            @Override
            public String name() {
                return "two by turns";
            }

            @Override
            public int workers() {
                return workers;
            }

            @Override
            public OptionalInt period() {
                return OptionalInt.of(2);
            }

            @Override
            public MixingMatrix at(long step) {
                return step % 2 == 0 ? first : second;
            }
        };
    }

    /** Each worker gives shares to itself and to the next one, and the first one to the third, too. */
    private static MixingMatrix shares(int workers) {
        double[][] shares = new double[workers][workers];
        for (int j = 0; j < workers; j++) {
            shares[j][j] += 0.25;
            shares[(j + 1) % workers][j] += j == 0 ? 0.5 : 0.75;
        }
        shares[2 % workers][0] += 0.25;
        return MixingMatrix.of(shares);
    }

    /** Their names. */
    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** The one of a name. */
    static Update of(String name) {
        return Update.of(ALL.get(name));
    }

    /** Their kernels, each once. */
    static List<UpdateKernel> kernels() {
        return ALL.values().stream().flatMap(algorithm -> UpdateKernel.all(Update.of(algorithm)).stream()).distinct()
                .toList();
    }

    /** Writes the kernels of an update. */
    public static void main(String[] arguments) {
        UpdateKernel.all(of(arguments[0])).forEach(kernel -> System.out.print(kernel.text()));
    }
}
