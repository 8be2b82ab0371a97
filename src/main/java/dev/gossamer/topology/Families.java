package dev.gossamer.topology;

import static dev.gossamer.catalogue.Parameters.DECIMAL;
import static dev.gossamer.catalogue.Parameters.NUMBER;
import static dev.gossamer.catalogue.Parameters.SEED;

import dev.gossamer.catalogue.Parameters;
import java.util.List;
import java.util.function.IntFunction;

/** The families of Gossamer. To add one, add a line. */
public final class Families implements TopologyFamilies {

    /** A topology of an undirected graph, without numbers in its name. */
    private static Family named(String name, IntFunction<Graph> graph) {
        return Family.graph(name, name, (n, p) -> graph.apply(n));
    }

    private static final List<Family> ALL = List.of(
            named("ring", Graphs::ring),
            named("chain", Graphs::chain),
            Family.graph("torus-RxC", "torus-" + NUMBER + "x" + NUMBER, Families::torus),
            Family.graph("grid-RxC", "grid-" + NUMBER + "x" + NUMBER, Families::grid),
            named("star", n -> Graphs.star(n, 0)),
            Family.graph("star-C", "star-" + NUMBER, (n, p) -> Graphs.star(n, p.integer(1))),
            named("binary-tree", Trees::binary),
            named("binary-tree-reversed", Trees::reversedBinary),
            Family.graph("K-tree", NUMBER + "-tree", (n, p) -> Trees.regular(n, p.integer(1))),
            named("two-cliques", Graphs::twoCliques).checked((n, p) -> Graphs.checkTwoCliques(n)),
            named("hypercube", Graphs::hypercube),
            named("social-network", SocialNetwork::graph),
            named("social-network-tree", SocialNetwork::tree),
            Family.matrix("fully-connected", "fully-connected", (n, p) -> MixingMatrix.uniform(n))
                    .withGraph((n, p) -> Graphs.complete(n)).checked((n, p) -> {}),
            Family.matrix("solo", "solo", (n, p) -> MixingMatrix.identity(n)),
            Family.matrix("uni-ring", "uni-ring", (n, p) -> Exponential.unidirectionalRing(n)),
            Family.matrix("static-exponential", "static-exponential", (n, p) -> Exponential.allPeers(n)),

            Family.graph("random-regular-D", "random-regular-" + NUMBER + SEED,
                    (n, p) -> RandomGraphs.regular(n, p.integer(1), p.seed(2)))
                    .checked((n, p) -> RandomGraphs.checkRegular(n, p.integer(1), p.seed(2))),
            Family.graph("erdos-renyi-P", "erdos-renyi-" + DECIMAL + SEED,
                    (n, p) -> RandomGraphs.erdosRenyi(n, p.decimal(1), p.seed(2)))
                    .checked((n, p) -> RandomGraphs.checkErdosRenyi(n, p.decimal(1), p.seed(2))),
            Family.graph("small-world-K-P", "small-world-" + NUMBER + "-" + DECIMAL + SEED,
                    (n, p) -> RandomGraphs.smallWorld(n, p.integer(1), p.decimal(2), p.seed(3)))
                    .checked((n, p) -> RandomGraphs.checkSmallWorld(n, p.integer(1), p.decimal(2), p.seed(3))),

            Family.matrix("random-digraph-D", "random-digraph-" + NUMBER + SEED,
                    (n, p) -> RandomDigraphs.connected(n, p.integer(1), p.seed(2)).shares())
                    .checked((n, p) -> RandomDigraphs.check(n, p.integer(1))),

            Family.matrix("mix-G", "mix-" + DECIMAL, (n, p) -> Artificial.mix("mix-G", n, p.decimal(1)))
                    .checked((n, p) -> Artificial.checkGap("mix-G", p.decimal(1))),
            Family.matrix("artificial-adversarial-R", "artificial-adversarial-" + DECIMAL,
                    (n, p) -> Artificial.mix("artificial-adversarial-R", n, p.decimal(1)))
                    .checked((n, p) -> Artificial.checkGap("artificial-adversarial-R", p.decimal(1))),
            Family.matrix("artificial-nice-R", "artificial-nice-" + DECIMAL + SEED,
                    (n, p) -> Artificial.nice(n, p.decimal(1), p.seed(2)))
                    .checked((n, p) -> Artificial.checkNice(n, p.decimal(1))),

            Family.phases("time-varying-exponential", "time-varying-exponential", (n, p) -> Exponential.onePeer(n)),
            Family.phases("time-varying-ring", "time-varying-ring", (n, p) -> Alternating.ring(n)),
            Family.phases("double-binary-trees", "double-binary-trees", (n, p) -> Alternating.doubleBinaryTrees(n)),
            Family.phases("local-steps-K", "local-steps-" + NUMBER, (n, p) -> Alternating.localSteps(n, p.integer(1)))
                    .checked((n, p) -> Alternating.checkLocalSteps(p.integer(1))),
            Family.phases("hyper-hypercube-K", "hyper-hypercube-" + NUMBER,
                    (n, p) -> HyperHypercube.phases(n, p.integer(1))),
            Family.phases("simple-base-K", "simple-base-" + NUMBER, (n, p) -> BaseGraph.simple(n, p.integer(1))),
            Family.phases("base-K", "base-" + NUMBER, (n, p) -> BaseGraph.phases(n, p.integer(1))),
            Family.phases("random-matching", "random-matching" + SEED, (n, p) -> Matchings.random(n, p.seed(1)))
                    .checked((n, p) -> Matchings.checkRandom(n)),

            Family.drawn("redrawn-random-matching", "redrawn-random-matching" + SEED,
                    (n, p) -> Matchings.redrawn(n, p.seed(1))),
            Family.drawn("redrawn-random-regular-D", "redrawn-random-regular-" + NUMBER + SEED,
                    (n, p) -> RandomGraphs.redrawnRegular(n, p.integer(1), p.seed(2))),
            Family.drawn("redrawn-random-digraph-D", "redrawn-random-digraph-" + NUMBER + SEED,
                    (n, p) -> RandomDigraphs.redrawn(n, p.integer(1), p.seed(2))));

    @Override
    public List<Family> families() {
        return ALL;
    }

    private static Graph torus(int workers, Parameters p) {
        Sizes.requireSides("torus", p.integer(1), p.integer(2));
        Sizes.requireProduct("torus", p.integer(1), p.integer(2), workers);
        return Graphs.torus(p.integer(1), p.integer(2));
    }

    private static Graph grid(int workers, Parameters p) {
        Sizes.requireSides("grid", p.integer(1), p.integer(2));
        Sizes.requireProduct("grid", p.integer(1), p.integer(2), workers);
        return Graphs.grid(p.integer(1), p.integer(2));
    }
}
