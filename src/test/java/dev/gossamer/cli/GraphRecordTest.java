package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.SoftmaxEngine;
import dev.gossamer.record.EnvironmentFile;
import dev.gossamer.record.RunFolder;
import dev.gossamer.topology.GraphFiles;
import dev.gossamer.topology.Graphs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The graph of a file is an input that decides results: read once, recorded, and known again. */
class GraphRecordTest {

    private static final String CYCLE = "0,1\n1,2\n2,3\n3,0\n";
    private static final String STAR = "0,1\n0,2\n0,3\n";

    @TempDir
    Path folder;

    private Home home;
    private Path file;

    @BeforeEach
    void makeHome() throws IOException {
        home = Home.create(folder.resolve("home"));
        file = Files.writeString(folder.resolve("g.csv"), CYCLE);
    }

    private void train(String topology, String output, EngineFactory engines) {
        assertEquals(ExitCode.DONE, home.run(engines, "tiny", "--topology", topology, "--learning-rate", "0.01",
                "--seed", "1,2", "--output", folder.resolve(output).toString()), home.err());
    }

    private void train(String topology, String output) {
        train(topology, output, SoftmaxEngine.factory());
    }

    private List<Path> runs(String output) throws IOException {
        try (Stream<Path> found = Files.list(folder.resolve(output).resolve("tiny"))) {
            return found.filter(Files::isDirectory).sorted().toList();
        }
    }

    /** What training left, without times. */
    private static List<String> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve(RunFolder.METRICS)).stream()
                .map(line -> line.replaceFirst("^(\\d+,[^,]*),[^,]*", "$1")).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:@", "file:@+uniform"})
    void allRunsAreOfTheGraphThatWasThereAtTheStart(String topology) throws IOException {
        train("ring", "expected");
        train(topology.replace("@", file.toString()), "changed", (run, data) -> {
            try {
                Files.writeString(file, STAR);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return SoftmaxEngine.factory().create(run, data);
        });
        assertEquals(2, runs("changed").size());
        for (int i = 0; i < 2; i++) {
            Path run = runs("changed").get(i);
            assertEquals(metrics(runs("expected").get(i)), metrics(run));
            assertEquals("# workers: 4\nsource,target\n0,1\n0,3\n1,2\n2,3\n",
                    Files.readString(run.resolve(RunFolder.GRAPH)));
            assertEquals(GraphFiles.fingerprint(Graphs.ring(4)),
                    EnvironmentFile.read(run).get(RunFolder.TOPOLOGY_FINGERPRINT));
        }
        assertFalse(Files.exists(runs("expected").get(0).resolve(RunFolder.GRAPH)));
    }

    private static final String ARCS = "0,3\n1,0\n2,1\n3,2\n";
    private static final String WEIGHTS = "0.5,0.5,0,0\n0,0.5,0.5,0\n0,0,0.5,0.5\n0.5,0,0,0.5\n";

    /** The ring on which every worker receives from the next, as arcs and as weights, with its file and without. */
    @ParameterizedTest
    @CsvSource({"directed-file, ''", "directed-file, +lazy", "weights-file, ''", "weights-file, +lazy"})
    void directedGraphsAndWeightsOutliveTheirFiles(String kind, String lazy) throws IOException {
        String content = kind.startsWith("weights") ? WEIGHTS : ARCS;
        train("uni-ring" + lazy, "expected");
        Files.writeString(file, content);
        String topology = kind + ":" + file + lazy;
        train(topology, "mine");
        assertEquals(2, runs("mine").size());
        for (int i = 0; i < 2; i++) {
            assertEquals(metrics(runs("expected").get(i)), metrics(runs("mine").get(i)));
            assertTrue(Files.readString(runs("mine").get(i).resolve(RunFolder.GRAPH)).startsWith("# workers: 4\n"));
        }

        Files.delete(file);
        Path results = folder.resolve("mine/tiny");
        assertEquals(ExitCode.DONE, home.run(SoftmaxEngine.factory(), "report", results.toString()), home.err());
        assertFalse(home.err().contains("topology"), home.err());
        assertTrue(Files.readString(results.resolve("report.html")).contains(topology));

        String[] more = {"tiny", "--topology", topology, "--learning-rate", "0.01", "--seed", "1,2,3", "--output",
            folder.resolve("mine").toString()};
        assertEquals(ExitCode.USAGE, home.run(SoftmaxEngine.factory(), more));
        assertTrue(home.err().contains(kind + ":" + file + ": there is no such file"), home.err());
        String[] resumed = Arrays.copyOf(more, more.length + 1);
        resumed[more.length] = "--resume";
        assertEquals(ExitCode.DONE, home.run(SoftmaxEngine.factory(), resumed), home.err());
        assertEquals(3, runs("mine").size());
        assertEquals(Files.readString(runs("mine").get(0).resolve(RunFolder.GRAPH)),
                Files.readString(runs("mine").get(2).resolve(RunFolder.GRAPH)));
        assertEquals(ExitCode.DONE, home.run(SoftmaxEngine.factory(), "tiny", "--topology", "uni-ring" + lazy,
                "--learning-rate", "0.01", "--seed", "3", "--output", folder.resolve("third").toString()), home.err());
        assertEquals(metrics(runs("third").get(0)), metrics(runs("mine").get(2)));
    }

    @Test
    void compareShowsThatTheGraphsDiffer() throws IOException {
        String topology = "one-peer-file:" + file;
        train(topology, "first");
        train(topology, "again");
        Files.writeString(file, STAR);
        train(topology, "second");

        assertNotEquals(metrics(runs("first").get(0)), metrics(runs("second").get(0)));
        String first = folder.resolve("first/tiny").toString();
        home.run(SoftmaxEngine.factory(), "compare", first, folder.resolve("again/tiny").toString());
        assertFalse(home.out().contains("topology"), home.out());
        String second = folder.resolve("second/tiny").toString();
        home.run(SoftmaxEngine.factory(), "compare", first, second, "--format", "csv");
        String row = RunFolder.TOPOLOGY_FINGERPRINT + "," + GraphFiles.fingerprint(Graphs.ring(4)) + ","
                + GraphFiles.fingerprint(Graphs.star(4, 0));
        assertTrue(home.out().contains(row), home.out());
    }

    /** Bytes that are made to show 500 runs of each of four topologies of 4,096 workers. */
    private long allocatedToShow(String topologies) {
        String seeds = IntStream.range(0, 500).mapToObj(Integer::toString).collect(Collectors.joining(","));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertEquals(ExitCode.DONE, home.run(SoftmaxEngine.factory(), "show", "tiny", "--workers", "4096",
                "--batch-size", "1", "--partition", "shared", "--topology", topologies, "--learning-rate", "0.01",
                "--seed", seeds), home.err());
        assertEquals(2000, home.out().lines().filter(line -> line.contains("-lr0.01-seed")).count());
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    /**
     * Hardly more work with topologies that take a minute to make, or, as the last one here, megabytes to check, than
     * with others; for each run anew it would be gigabytes.
     */
    @Test
    void showChecksEachTopologyOnce() {
        long cheap = allocatedToShow("ring,chain,star,uni-ring");
        long costly = allocatedToShow("one-peer-fully-connected,ring+best-constant,two-cliques+symmetric,"
                + "random-regular-20");
        assertTrue(costly - cheap < 300_000_000, costly + " bytes, with others " + cheap);
    }
}
