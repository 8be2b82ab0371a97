package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopologiesTest {

    @Test
    void namesAreThoseOfTheDocumentation() {
        assertEquals(
                List.of(
                        "ring", "chain", "torus-RxC", "grid-RxC", "star", "star-C",
                        "binary-tree", "binary-tree-reversed", "K-tree", "two-cliques", "hypercube",
                        "social-network", "social-network-tree", "fully-connected", "solo",
                        "uni-ring", "static-exponential",
                        "random-regular-D", "erdos-renyi-P", "small-world-K-P", "random-digraph-D",
                        "mix-G", "artificial-adversarial-R", "artificial-nice-R",
                        "time-varying-exponential", "time-varying-ring", "double-binary-trees", "local-steps-K",
                        "hyper-hypercube-K", "simple-base-K", "base-K", "random-matching",
                        "redrawn-random-matching", "redrawn-random-regular-D", "redrawn-random-digraph-D",
                        "torus", "grid", "one-peer-GRAPH", "file:PATH", "directed-file:PATH", "weights-file:PATH",
                        "TOPOLOGY+lazy"),
                Topologies.names());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ring", "chain", "torus-4x8", "grid-4x8", "star", "star-5", "binary-tree", "binary-tree-reversed", "3-tree",
        "two-cliques", "hypercube", "social-network", "social-network-tree", "fully-connected", "solo", "uni-ring",
        "static-exponential", "random-regular-3", "random-regular-3-seed-7", "erdos-renyi-0.25",
        "erdos-renyi-0.25-seed-7",
        "small-world-4-0.1", "small-world-4-0.1-seed-7", "mix-0.3", "artificial-adversarial-0.0128",
        "artificial-nice-0.00001", "artificial-nice-0.0128-seed-7", "time-varying-exponential", "time-varying-ring",
        "double-binary-trees", "local-steps-4", "hyper-hypercube-1", "simple-base-2", "base-2", "random-matching",
        "random-matching-seed-7", "ring+uniform", "ring+constant", "ring+constant-0.2", "ring+best-constant",
        "star+sinkhorn", "star+symmetric", "random-regular-3-seed-7+uniform", "one-peer-hypercube", "one-peer-star-5",
        "one-peer-fully-connected", "random-digraph-3", "random-digraph-3-seed-7", "ring+lazy", "ring+uniform+lazy",
        "ring+constant-0.2+lazy", "uni-ring+lazy", "time-varying-exponential+lazy", "one-peer-ring+lazy"
    })
    void everyNameParsesBackFromWhatItsSchemePrints(String name) {
        Scheme scheme = Topologies.parse(name, 32);
        Scheme again = Topologies.parse(scheme.name(), 32);

        assertEquals(name, scheme.name());
        assertEquals(scheme.period().getAsInt(), again.period().getAsInt());
        for (int step = 0; step < scheme.period().getAsInt(); step++) {
            assertArrayEquals(scheme.at(step).toDense(), again.at(step).toDense());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Ring, ring",
        "Fully connected, fully-connected",
        "Solo, solo",
        "Uni-ring, uni-ring",
        "Binary tree, binary-tree",
        "Two cliques, two-cliques",
        "Social network, social-network",
        "Local steps (4), local-steps-4",
        "Time-varying exponential, time-varying-exponential",
        "Time varying exponential, time-varying-exponential",
        "time-varying exponential, time-varying-exponential",
        "One-peer exponential, time-varying-exponential",
        "Star, star",
        "Hypercube, hypercube",
        "Torus, torus-4x8",
        "Torus (4x8), torus-4x8",
        "Torus (2x16), torus-2x16",
        "Torus (4 x 8), torus-4x8",
        "torus-02x16, torus-2x16",
        "Grid, grid-4x8",
        "artificial-nice-1e-05, artificial-nice-0.00001",
        "artificial-adversarial-.50, artificial-adversarial-0.5",
        "mix-0.0, mix-0",
        "local-steps-04, local-steps-4",
        "random-matching-seed-0, random-matching",
        "random-regular-3-seed-007, random-regular-3-seed-7",
        "Torus (4x8) + Uniform, torus-4x8+uniform",
        "ring+constant-.20, ring+constant-0.2",
        "ring+metropolis-hastings, ring",
        "One-peer ring, one-peer-ring",
        "one-peer-torus, one-peer-torus-4x8",
        "'  ring ', ring",
        "FULLY_CONNECTED, fully-connected",
        "Directed ring, uni-ring",
        "directed exponential, static-exponential",
        "Ring + Lazy, ring+lazy",
        "ring+metropolis-hastings+lazy, ring+lazy",
        "One-peer exponential + lazy, time-varying-exponential+lazy",
        "Torus+lazy, torus-4x8+lazy"
    })
    void acceptsOtherSpellings(String spelling, String name) {
        assertEquals(name, Topologies.parse(spelling, 32).name());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "hypercube | 12 | hypercube needs a power of two workers, got 12; nearest: 8, 16",
        "hypercube | 1  | hypercube needs a power of two workers, got 1; nearest: 2",
        "torus     | 7  | torus needs workers that fill at least 2 rows and 2 columns, got 7; nearest: 6, 8",
        "torus     | 2  | torus needs workers that fill at least 2 rows and 2 columns, got 2; nearest: 4",
        "torus-4x8 | 30 | torus-4x8 needs 32 workers, got 30",
        "torus-1x8 | 8  | torus needs at least 2 rows and 2 columns, got 1x8",
        "torus-5x0 | 8  | torus needs at least 2 rows and 2 columns, got 5x0",
        "torus-999999999x999999999 | 8  | torus-999999999x999999999 needs 999999998000000001 workers, got 8",
        "grid      | 13 | grid needs workers that fill at least 2 rows and 2 columns, got 13; nearest: 12, 14",
        "grid-3x3  | 10 | grid-3x3 needs 9 workers, got 10",
        "ring      | 1  | ring needs at least 2 workers, got 1",
        "chain     | 1  | chain needs at least 2 workers, got 1",
        "star      | 1  | star needs at least 2 workers, got 1",
        "star-8    | 8  | star needs a centre of 0 to 7 for 8 workers, got 8",
        "1-tree    | 8  | K-tree needs a degree K of at least 2, got 1",
        "3-tree    | 1  | 3-tree needs at least 2 workers, got 1",
        "binary-tree | 1 | binary-tree needs at least 2 workers, got 1",
        "two-cliques | 1 | two-cliques needs at least 2 workers, got 1",
        "social-network | 16 | social-network needs 32 workers, got 16",
        "social-network-tree | 64 | social-network-tree needs 32 workers, got 64",
        "uni-ring  | 1  | uni-ring needs at least 2 workers, got 1",
        "static-exponential | 1 | static-exponential needs at least 2 workers, got 1",
        "time-varying-exponential | 1 | time-varying-exponential needs at least 2 workers, got 1",
        "time-varying-ring | 7 | time-varying-ring needs an even number of workers, got 7; nearest: 6, 8",
        "double-binary-trees | 1 | double-binary-trees needs at least 2 workers, got 1",
        "local-steps-0 | 8 | local-steps-K needs a number K of steps of 1 to 100000, got 0",
        "local-steps-100001 | 8 | local-steps-K needs a number K of steps of 1 to 100000, got 100001",
        "hyper-hypercube-0 | 8 | hyper-hypercube-K needs a degree K of at least 1, got 0",
        "hyper-hypercube-1 | 12 | hyper-hypercube-1 needs a number of workers without prime factors above 2, got 12; "
                + "nearest: 8, 16",
        "hyper-hypercube-2 | 14 | hyper-hypercube-2 needs a number of workers without prime factors above 3, got 14; "
                + "nearest: 12, 16",
        "simple-base-0 | 8 | simple-base-K needs a degree K of at least 1, got 0",
        "simple-base-1 | 1 | simple-base-1 needs at least 2 workers, got 1",
        "base-0    | 8  | base-K needs a degree K of at least 1, got 0",
        "base-2    | 1  | base-2 needs at least 2 workers, got 1",
        "random-matching | 1 | random-matching needs at least 2 workers, got 1",
        "random-regular-1 | 8 | random-regular-D needs a degree D of at least 2, got 1",
        "random-regular-8 | 8 | random-regular-8 needs at least 9 workers, got 8",
        "random-regular-3 | 7 | random-regular-3 needs an even number of workers, got 7; nearest: 6, 8",
        "random-regular-3 | 5 | random-regular-3 needs an even number of workers, got 5; nearest: 4, 6",
        "erdos-renyi-0 | 8 | erdos-renyi-P needs a probability P above 0 and at most 1, got 0.0",
        "erdos-renyi-1.5 | 8 | erdos-renyi-P needs a probability P above 0 and at most 1, got 1.5",
        "erdos-renyi-0.5 | 1 | erdos-renyi needs at least 2 workers, got 1",
        "erdos-renyi-0.01 | 20 | erdos-renyi-0.01 of 20 workers was disconnected in 1000 draws; it needs more edges",
        "random-digraph-0 | 8 | random-digraph-D needs an out-degree D of at least 1, got 0",
        "random-digraph-8 | 8 | random-digraph-8 needs at least 9 workers, got 8",
        "redrawn-random-digraph-3 | 3 | random-digraph-3 needs at least 4 workers, got 3",
        "small-world-3-0.1 | 8 | small-world-K-P needs an even number K of neighbours, at least 2, got 3",
        "small-world-4-2 | 8 | small-world-K-P needs a probability P of 0 to 1, got 2.0",
        "small-world-4-0.1 | 5 | small-world-4 needs at least 6 workers, got 5",
        "mix-1.2   | 8  | mix-G needs a spectral gap of 0 to 1, got 1.2",
        "artificial-adversarial-2 | 8 | artificial-adversarial-R needs a spectral gap of 0 to 1, got 2.0",
        "artificial-nice-2 | 8 | artificial-nice-R needs a spectral gap of 0 to 1, got 2.0",
        "artificial-nice-0.1 | 1 | artificial-nice needs at least 2 workers, got 1",
        "one-peer-fully-connected | 1 | one-peer-fully-connected needs a graph with edges, got one without",
        "one-peer-ring+uniform | 8 | one-peer schemes have weights 1/2, got \"uniform\"",
        "ring+constant-0 | 8 | constant-A needs a weight A above 0 and at most 1, got 0.0",
        "ring+best-constant | 1 | ring needs at least 2 workers, got 1",
        "solo      | 0  | a topology needs at least 1 worker, got 0",
        "ring      | -3 | a topology needs at least 1 worker, got -3"
    })
    void saysWhichNumbersFit(String name, int workers, String sentence) {
        assertEquals(sentence, refusal(name, workers));
    }

    @ParameterizedTest
    @CsvSource({
        "rng, ring",
        "rign, ring",
        "ring+, ring",
        "one-peer-, one-peer-GRAPH",
        "one-peer-rign, one-peer-GRAPH",
        "ringg, ring",
        "fully, fully-connected",
        "exponential, static-exponential",
        "hypercub, hypercube",
        "torus-4, torus",
        "torus-4xx8, torus",
        "torus-99999999999x2, torus",
        "local-steps, local-steps-K",
        "random-regular, random-regular-D",
        "slo, solo",
        "random-digrph-3, random-digraph-D",
        "directed-fil:g.csv, directed-file:PATH"
    })
    void unknownNameSuggestsTheNearest(String name, String nearest) {
        String known = String.join(", ", Topologies.names());

        assertEquals(
                "unknown topology \"" + name + "\"; did you mean \"" + nearest + "\"? Known: " + known,
                refusal(name, 8));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "uni-ring+uniform", "uni-ring+metropolis-hastings", "one-peer-base-2", "solo+uniform", "local-steps-4+uniform",
        "one-peer-mix-0.2", "random-digraph-2+uniform", "uni-ring+uniform+lazy"
    })
    void onlyUndirectedGraphsTakeWeightsAndMatchings(String name) {
        String sentence = refusal(name, 8);

        assertTrue(sentence.startsWith("\"" + name + "\" needs an undirected graph, but "), sentence);
    }

    @Test
    void unknownWeightsListTheKnownOnes() {
        assertEquals(
                "unknown weights \"heavy\"; known: metropolis-hastings, uniform, constant, best-constant, sinkhorn, "
                        + "symmetric, constant-A, and lazy behind any of them",
                refusal("ring+heavy", 8));
    }

    @Test
    void graphIsThatOfTheTopology() {
        assertEquals(Graphs.torus(4, 8).edges(), Topologies.graph("torus", 32).edges());
        assertEquals(Graphs.complete(5).edges(), Topologies.graph("fully-connected", 5).edges());
        assertThrows(IllegalArgumentException.class, () -> Topologies.graph("one-peer-ring", 8));
        assertThrows(IllegalArgumentException.class, () -> Topologies.graph("uni-ring", 8));
        assertThrows(IllegalArgumentException.class, () -> Topologies.graph("ring+lazy", 8));
    }

    private static String refusal(String name, int workers) {
        return assertThrows(IllegalArgumentException.class, () -> Topologies.parse(name, workers)).getMessage();
    }
}
