package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.gossamer.catalogue.Parameters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyTest {

    private static final List<String> PLAIN = List.of("ring", "chain", "torus-2x3", "grid-2x3", "torus-1x6", "star",
            "star-3", "binary-tree", "binary-tree-reversed", "3-tree", "1-tree", "two-cliques", "hypercube",
            "fully-connected", "solo", "uni-ring", "static-exponential", "random-regular-1", "random-regular-2",
            "random-regular-3", "random-regular-50", "erdos-renyi-0", "erdos-renyi-0.01", "erdos-renyi-0.4",
            "erdos-renyi-2", "small-world-2-0.5", "small-world-3-0.1", "small-world-4-2", "small-world-50-0.1",
            "mix-0.5", "mix-2", "artificial-adversarial-3", "artificial-nice-0.5", "artificial-nice-3",
            "time-varying-exponential", "time-varying-ring", "double-binary-trees", "local-steps-0", "local-steps-2",
            "local-steps-200000", "hyper-hypercube-1", "hyper-hypercube-0", "simple-base-1", "base-2", "base-0",
            "random-matching");

    private static Optional<String> refusal(Supplier<?> made) {
        try {
            made.get();
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Optional<String> checked(String name, int workers) {
        return refusal(() -> new TopologyFactory().get(name, workers));
    }

    /** The quick checks refuse what the constructors would refuse, in the same words, and nothing else. */
    @Test
    void whatIsCheckedCanBeMade() {
        for (int n = 1; n <= 14; n++) {
            for (String name : PLAIN) {
                int workers = n;
                var match = Topologies.CATALOGUE.find(name).orElseThrow();
                Family family = match.entry();
                Parameters parameters = match.parameters();
                assertEquals(refusal(() -> family.scheme().of(workers, parameters)), checked(name, n),
                        name + " of " + n);
                if (family.graph().isPresent()) {
                    ofGraphsAreCheckedAsMade(name, n, () -> family.graph().get().of(workers, parameters));
                } else {
                    assertTrue(checked("one-peer-" + name, n).get().contains("needs an undirected graph"), name);
                    assertTrue(checked(name + "+uniform", n).get().contains("needs an undirected graph"), name);
                }
            }
        }
    }

    private static void ofGraphsAreCheckedAsMade(String name, int workers, Supplier<Graph> made) {
        Optional<String> noGraph = refusal(made);
        Optional<Graph> graph = noGraph.isEmpty() ? Optional.of(made.get()) : Optional.empty();
        for (String rule : List.of("best-constant", "constant-2", "sinkhorn", "symmetric")) {
            String weighted = name + "+" + rule;
            Optional<String> refused =
                    noGraph.or(() -> refusal(() -> WeightRule.parse(rule).weights().apply(graph.get())));
            assertEquals(refused, checked(weighted, workers), weighted + " of " + workers);
            requireNameOfScheme(weighted, workers, refused);
        }
        String onePeer = "one-peer-" + name;
        Optional<String> refused = noGraph.or(() -> graph.get().edges().isEmpty()
                ? Optional.of(onePeer + " needs a graph with edges, got one without") : Optional.empty());
        assertEquals(refused, checked(onePeer, workers), onePeer + " of " + workers);
        requireNameOfScheme(onePeer, workers, refused);
    }

    private static void requireNameOfScheme(String name, int workers, Optional<String> refused) {
        if (refused.isEmpty()) {
            Topology topology = new TopologyFactory().get(name, workers);
            assertEquals(topology.name(), topology.scheme().name());
        }
    }

    /** Bytes that a check makes, whether it keeps them or not. */
    private static long allocated(Supplier<?> check) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        check.get();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /** A dense matrix of 4,096 workers has 128 MiB, and so have the edges of such a graph. */
    @ParameterizedTest
    @ValueSource(strings = {"one-peer-fully-connected", "ring+best-constant", "erdos-renyi-0.5",
        "two-cliques+symmetric", "random-regular-2000", "small-world-4000-0.1", "one-peer-two-cliques",
        "fully-connected+best-constant", "fully-connected+sinkhorn", "two-cliques+sinkhorn"})
    void thousandsOfWorkersAreCheckedWithoutMakingThem(String name) {
        long bytes = allocated(() -> assertDoesNotThrow(() -> new TopologyFactory().get(name, 4096)));
        assertTrue(bytes < 32 << 20, bytes + " bytes");
    }

    /** About 30 workers without an edge, of each draw; a draw makes megabytes. */
    @Test
    void graphsThatAreNeverConnectedAreRefusedWithoutDrawingThem() {
        long bytes = allocated(() -> {
            assertEquals(Optional.of("erdos-renyi-0.0012 of 4096 workers was disconnected in 59 draws; it needs more"
                    + " edges"), checked("erdos-renyi-0.0012", 4096));
            return null;
        });
        assertTrue(bytes < 32 << 20, bytes + " bytes");
    }

    /** A chain has few weights, but takes more iterations the longer it is. */
    @Test
    void sinkhornWeightsOfSparseGraphsAreCheckedByLookingForThem() {
        assertEquals(Optional.empty(), checked("chain+sinkhorn", 20));
        assertEquals(Optional.of("sinkhorn weights of this graph of 600 workers are not found within 100000 iterations;"
                + " try symmetric or metropolis-hastings"), checked("chain+sinkhorn", 600));
    }

    @Test
    void aFileIsReadOnceForAllItsTopologies(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("g.csv"), "0,1\n1,2\n");
        TopologyFactory topologies = new TopologyFactory();
        Topology first = topologies.get("file:" + file, 3);
        Files.writeString(file, "0,1\n0,2\n");

        assertSame(first, topologies.get("file:" + file, 3));
        assertEquals(first.recorded(), topologies.get("one-peer-file:" + file, 3).recorded());
        assertEquals(first.fingerprint(), topologies.get("file:" + file + "+uniform", 3).fingerprint());
        Topology changed = new TopologyFactory().get("file:" + file, 3);
        assertNotEquals(first, changed);
        assertNotEquals(first.fingerprint(), changed.fingerprint());
        Files.writeString(file, "source,target\n1,2\n1,0\n");
        assertEquals(first, new TopologyFactory().get("file:" + file, 3));
        assertEquals(Optional.empty(), topologies.get("ring", 3).fingerprint());

        Files.writeString(file, "# workers: 3\n0,1\n");
        assertEquals("best-constant weights need a connected graph of at least 2 workers", assertThrows(
                IllegalArgumentException.class,
                () -> new TopologyFactory().get("file:" + file + "+best-constant", 3)).getMessage());
        Files.writeString(file, "0,0,0\n0,0,0\n0,0,0\n");
        assertEquals("one-peer-file:" + file + " needs a graph with edges, got one without", assertThrows(
                IllegalArgumentException.class,
                () -> new TopologyFactory().get("one-peer-file:" + file, 3)).getMessage());
    }
}
