package dev.gossamer.report.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.record.RecordedRun;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import dev.gossamer.topology.Graph;
import dev.gossamer.topology.GraphFiles;
import dev.gossamer.topology.Graphs;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.Topologies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report is of the graphs that were recorded, whatever there is in the file by now. */
class RecordedGraphsTest {

    private static final Graph RING = Graphs.ring(4);
    private static final Graph STAR = Graphs.star(4, 0);

    @TempDir
    Path folder;

    private String file;

    @BeforeEach
    void changeTheFile() throws IOException {
        Files.createDirectory(folder.resolve("mine"));
        file = Files.writeString(folder.resolve("g.csv"), "0,1\n1,2\n2,3\n").toString();
    }

    private void write(String name, String topology, Optional<Graph> graph) {
        OptionalDouble none = OptionalDouble.empty();
        RunResult result = new RunResult("mine", topology, 4, "mlp", 0.1, 1, RunStatus.FINISHED, 10,
                OptionalDouble.of(0.5), none, none, none, none, none, Optional.empty());
        Map<String, Object> configuration = Map.of("topology", topology, "workers", 4, "learning-rate", 0.1, "seed", 1);
        Map<String, String> environment = graph.map(known ->
                Map.of(RunFolder.TOPOLOGY_FINGERPRINT, GraphFiles.fingerprint(known))).orElse(Map.of());
        Path path = folder.resolve("mine").resolve(name);
        try (RunFolder run = RunFolder.create(path, configuration, environment)) {
            graph.ifPresent(known -> RunFolder.keepGraph(path, GraphFiles.text(known), sentence -> {}));
            run.finish(result);
        }
    }

    private List<RecordedRun> read() {
        return ReportedRuns.read(List.of(folder.resolve("mine"))).runs();
    }

    private static double[][] weights(String topology) {
        return Topologies.parse(topology, 4).at(0).toDense();
    }

    @Test
    void theRecordedGraphIsDrawnAndComputed() {
        write("a", "file:" + file, Optional.of(RING));
        write("b", "file:" + file + "+uniform", Optional.of(STAR));
        write("c", "one-peer-file:" + file, Optional.of(STAR));
        TopologySchemes schemes = new TopologySchemes(read());

        assertEquals(List.of(), schemes.leftOut());
        List<Scheme> all = schemes.all();
        assertEquals(List.of("file:" + file, "file:" + file + "+uniform", "one-peer-file:" + file),
                all.stream().map(Scheme::name).toList());
        assertArrayEquals(weights("ring"), all.get(0).at(0).toDense());
        assertArrayEquals(weights("star+uniform"), all.get(1).at(0).toDense());
        assertEquals(3, all.get(2).period().getAsInt());
    }

    @Test
    void runsOfOneNameOnTwoGraphsAreToldApart() {
        write("a", "file:" + file, Optional.of(RING));
        write("b", "file:" + file, Optional.of(STAR));
        write("c", "ring", Optional.empty());
        List<RecordedRun> runs = read();

        assertEquals(3, SeedGroup.of(runs).size());
        List<String> series = runs.stream().map(new VariedKeys(runs)::series).toList();
        assertEquals("file:" + file + ", graph " + GraphFiles.fingerprint(RING).substring(0, 12), series.get(0));
        TopologySchemes schemes = new TopologySchemes(runs);
        assertEquals(series.get(1), schemes.of(runs.get(1)).orElseThrow().name());
        assertArrayEquals(weights("ring"), schemes.of(runs.get(0)).orElseThrow().at(0).toDense());
        assertArrayEquals(weights("star"), schemes.of(runs.get(1)).orElseThrow().at(0).toDense());
    }

    @Test
    void aGraphThatWasNotRecordedOrIsDamagedIsLeftOut() throws IOException {
        write("old", "file:" + file, Optional.empty());
        assertEquals(List.of("topology file:" + file + ": its graph was not recorded with old, and the file may be"
                + " another by now"), new TopologySchemes(read()).leftOut());

        write("other", "file:" + file, Optional.of(RING));
        Files.writeString(folder.resolve("mine/other").resolve(RunFolder.GRAPH), GraphFiles.text(STAR));
        List<String> leftOut = new TopologySchemes(read()).leftOut();
        assertTrue(leftOut.contains("topology file:" + file + ": graph.csv of other is not the graph of the run: its"
                + " fingerprint is not the one in environment.json"), leftOut.toString());
        assertEquals(2, SeedGroup.of(read()).size());
    }
}
