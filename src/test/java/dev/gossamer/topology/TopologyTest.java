package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    /** The quick checks refuse what the constructors would refuse, in the same words, and nothing else. */
    @Test
    void whatIsCheckedCanBeMade() {
        for (int n = 1; n <= 14; n++) {
            int workers = n;
            for (String name : PLAIN) {
                Family family = Families.ALL.stream().filter(f -> f.parameters(name).isPresent()).findFirst().get();
                Parameters parameters = family.parameters(name).orElseThrow();
                assertEquals(refusal(() -> family.phases().of(workers, parameters)),
                        refusal(() -> new TopologyFactory().get(name, workers)), name + " of " + n);
                for (String other : List.of("one-peer-" + name, name + "+best-constant", name + "+constant-2")) {
                    if (refusal(() -> new TopologyFactory().get(other, workers)).isEmpty()) {
                        Topology topology = new TopologyFactory().get(other, workers);
                        assertEquals(topology.name(), topology.scheme().name());
                    }
                }
            }
        }
        for (String name : List.of("one-peer-fully-connected", "fully-connected+best-constant", "ring+constant-2")) {
            assertTrue(refusal(() -> new TopologyFactory().get(name, 1)).isPresent(), name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"one-peer-fully-connected", "ring+best-constant", "erdos-renyi-0.5", "two-cliques+symmetric",
        "random-regular-2000", "small-world-4000-0.1", "one-peer-two-cliques", "fully-connected+best-constant"})
    void thousandsOfWorkersAreCheckedAtOnce(String name) {
        assertTimeoutPreemptively(Duration.ofSeconds(15), () ->
                assertEquals(name, new TopologyFactory().get(name, 4096).name()));
    }

    @Test
    void aFileIsReadOnceForAllItsTopologies(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("g.csv"), "0,1\n1,2\n");
        TopologyFactory topologies = new TopologyFactory();
        Topology first = topologies.get("file:" + file, 3);
        Files.writeString(file, "0,1\n0,2\n");

        assertSame(first, topologies.get("file:" + file, 3));
        assertSame(first.graph().get(), topologies.get("one-peer-file:" + file, 3).graph().get());
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
