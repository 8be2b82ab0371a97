package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What resuming makes of records that were changed, removed or added to by others. */
class DamagedRecordsTest extends ResumedSweeps {

    @Test
    void whatTheUserKeepsAmongTheCheckpointsStays() throws IOException {
        failInTheMiddle();
        Path checkpoints = results.resolve(FIRST).resolve("checkpoints");
        Path backup = Files.copy(checkpoints.resolve("step-4.checkpoint"), checkpoints.resolve("my step-4.checkpoint"));
        Files.createDirectories(checkpoints.resolve("old/deep"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals("0.01 4", trained.get(0));
        assertTrue(Files.exists(backup) && Files.exists(checkpoints.resolve("old/deep")));
        assertAsIfNeverStopped();
    }

    @Test
    void aRunGoesOnWithoutItsEventsAndWithAnotherProgramsLineEnds() throws IOException {
        failInTheMiddle();
        Path run = results.resolve(FIRST);
        Path metrics = run.resolve("metrics.csv");
        Files.delete(events(run));
        Files.writeString(metrics, Files.readString(metrics).replace("\n", "\r\n"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals("0.01 4", trained.get(0));
        assertTrue(home.err().contains("warning: " + metrics
                + " is not as it was written and is made again; what was there"
                + " is in " + metrics + ".damaged\n"), home.err());
        assertTrue(home.err().contains("warning: the event file of " + run + " is gone and is made again\n"),
                home.err());
        assertAsIfNeverStopped();
        assertEquals(Files.size(events(folder.resolve("whole/tiny").resolve(FIRST))), Files.size(events(run)));
    }

    private static Path events(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.filter(file -> file.toString().endsWith(".gossamer")).findFirst().orElseThrow();
        }
    }

    @Test
    void aRunWithoutAnyUsableCheckpointSaysThatItBeginsAnew() throws IOException {
        failInTheMiddle();
        Path run = results.resolve(FIRST);
        for (int step : new int[] {3, 4}) {
            Files.write(run.resolve("checkpoints/step-" + step + ".checkpoint"), new byte[10]);
        }
        String rows = Files.readString(run.resolve("metrics.csv"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertEquals("0.01 0", trained.get(0));
        assertTrue(home.err().contains("warning: " + FIRST + " begins anew, because it has no checkpoint to go on from;"
                + " what it had recorded is in "), home.err());
        assertEquals(rows, Files.readString(run.resolve("metrics.csv.damaged")));
        assertTrue(Files.exists(run.resolve("checkpoints/step-4.checkpoint.damaged")));
        assertAsIfNeverStopped();
    }

    /** Each file of a run that has ended, and of its sweep, cut and then removed. */
    @ParameterizedTest
    @CsvSource({
        RUN + "summary.json,   true,  false",
        RUN + "metrics.csv,    true,  true",
        RUN + "covariance.csv, true,  false",
        RUN + "covariance.json, true, false",
        "lr-accuracy.csv,      false, false",
        "seeds.csv,            false, false",
        "curves.svg,           false, false",
        "report.html,          false, false"})
    void theFilesOfFinishedRunsAreMadeAgain(String name, boolean damageIsToldOf, boolean lossIsToldOf)
            throws IOException {
        String arguments = "tiny --seed 1,2 --learning-rate 0.01 --repetitions 3 --repetition-steps 2";
        assertEquals(ExitCode.DONE, run(arguments), home.err());
        Path file = results.resolve(name);
        String before = Files.readString(file);
        Files.writeString(file, before.substring(0, before.length() * 3 / 4));
        assertMadeAgain(arguments, file, before, damageIsToldOf);
        Files.delete(file);
        assertMadeAgain(arguments, file, before, lossIsToldOf);
    }

    private void assertMadeAgain(String arguments, Path file, String before, boolean isToldOf) throws IOException {
        assertEquals(ExitCode.DONE, run(arguments + " --resume"), home.err());
        assertEquals(List.of(), trained);
        assertEquals(before, Files.readString(file));
        assertEquals(isToldOf, home.err().contains("warning: "), home.err());
    }

    @Test
    void whatCannotBeMadeAgainIsNamed() throws IOException {
        assertEquals(ExitCode.DONE, run("tiny --checkpoint-every never"), home.err());
        Path run = results.resolve(FIRST);
        Files.delete(run.resolve("environment.json"));
        Path summary = run.resolve("summary.json");
        Files.writeString(summary, Files.readString(summary).replaceFirst("\"test_accuracy\" : 0\\.\\d",
                "\"test_accuracy\" : 0.0"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertTrue(home.err().contains("warning: " + FIRST + " has ended, but cannot read "
                + run.resolve("environment.json")
                + ": no such file or folder\n"), home.err());
        assertTrue(home.err().contains("warning: " + FIRST
                + " has ended, but its summary.json is not what its metrics.csv"
                + " and config.yaml say\n"), home.err());
        assertEquals(List.of(), trained);
    }

    /** What a summary says is compared with the rows, whatever it says. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"finished\"|\"diverged\"", "\"steps\" : 6|\"steps\" : 5", "\"seed\" : 1|\"seed\" : 2",
        "\"test_loss\" : |\"test_loss\" : 1"})
    void aSummaryThatIsNotOfTheRowsIsMadeAgain(String there, String changed) throws IOException {
        run("tiny");
        Path summary = results.resolve(RUN + "summary.json");
        String before = Files.readString(summary);
        Files.writeString(summary, before.replace(there, changed));
        assertMadeAgain("tiny", summary, before, true);
    }

    /** Where rows are lost for good, the others have their charts. */
    @Test
    void aRunWithoutRowsTakesNoChartWithIt() throws IOException {
        run("tiny --checkpoint-every never");
        Path metrics = results.resolve(RUN + "metrics.csv");
        Files.writeString(metrics, "lost\n");
        Files.delete(results.resolve("curves.svg"));
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertTrue(Files.exists(results.resolve("curves.svg")));
        assertTrue(home.err().contains("warning: " + FIRST + " has no curves: "), home.err());
        assertEquals("lost\n", Files.readString(metrics));
        Files.writeString(metrics, "");
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertTrue(home.err().contains("warning: " + FIRST + " has ended, but its summary.json is not what "),
                home.err());
        assertEquals(List.of(), trained);
    }

    @Test
    void aCovarianceThatCannotBeMeasuredAgainIsNamed() throws IOException {
        String arguments = "tiny --learning-rate 0.01 --repetitions 3 --repetition-steps 2 --checkpoint-every never";
        run(arguments);
        Files.delete(results.resolve(RUN + "covariance.csv"));
        assertEquals(ExitCode.DONE, run(arguments + " --resume"), home.err());
        assertTrue(home.err().contains("warning: " + FIRST + " has ended, and has no checkpoint to make its files again"
                + " from\n"), home.err());
        assertEquals(List.of(), trained);
    }

    @Test
    void aCheckpointOfAnotherVersionStaysAndEndsTheResume() throws IOException {
        failInTheMiddle();
        Path checkpoint = results.resolve(RUN + "checkpoints/step-4.checkpoint");
        byte[] newer = new String(Files.readAllBytes(checkpoint), StandardCharsets.ISO_8859_1)
                .replaceFirst("checkpoint-2", "checkpoint-9").getBytes(StandardCharsets.ISO_8859_1);
        Files.write(checkpoint, newer);
        assertEquals(ExitCode.FAILED, run("tiny --resume"));
        assertTrue(home.err().contains("error: cannot read " + checkpoint + ": it is of another version of Gossamer\n"),
                home.err());
        assertArrayEquals(newer, Files.readAllBytes(checkpoint));
        assertEquals(List.of(), trained);
    }

    /** Whatever has the name of a file of results and leads elsewhere. */
    @ParameterizedTest
    @ValueSource(strings = {"lr-accuracy.csv", "seeds.csv", "lr-accuracy.svg", "report.html", RUN + "summary.json",
        RUN + "metrics.csv", RUN + "config.yaml"})
    void linksAreNotFollowed(String name) throws IOException {
        run("tiny --seed 1,2", (run, step) -> failAt(run, 0.02, step, 4));
        Path elsewhere = Files.move(results.resolve(name), folder.resolve("elsewhere"));
        String before = Files.readString(elsewhere);
        Files.createSymbolicLink(results.resolve(name), elsewhere);
        assertEquals(ExitCode.DONE, run("tiny --seed 1,2,3 --resume"), home.err());
        assertEquals(before, Files.readString(elsewhere));
    }

    @Test
    void aTableThatIsTheUsersOwnByNowIsPutAside() throws IOException {
        run("tiny");
        Path table = results.resolve("lr-accuracy.csv");
        String before = Files.readString(table);
        Files.writeString(table, "my notes," + before);
        Path killed = Files.writeString(results.resolve("lr-accuracy.csv.4711.part"), "experiment,");
        Path mine = Files.writeString(results.resolve("report.html.part"), "mine");
        assertEquals(ExitCode.DONE, run("tiny --resume"), home.err());
        assertFalse(Files.exists(killed), "what a killed process left is removed");
        assertEquals("mine", Files.readString(mine));
        assertEquals(before, Files.readString(table));
        assertEquals("my notes," + before, Files.readString(results.resolve("lr-accuracy.csv.damaged")));
        assertTrue(home.err().contains("; it is made again, and what was there is in " + table + ".damaged\n"),
                home.err());
    }

    /** As after a kill between the summary and the picture. */
    @Test
    void aPictureThatIsMissingIsDrawn() throws IOException {
        String arguments = "tiny --learning-rate 0.01 --repetitions 3 --repetition-steps 2";
        run(arguments);
        Path picture = results.resolve(FIRST).resolve("covariance.svg");
        String before = Files.readString(picture);
        Files.delete(picture);
        assertEquals(ExitCode.DONE, run(arguments + " --resume"), home.err());
        assertEquals(before, Files.readString(picture));
    }

    @Test
    void aFolderThatIsRenamedInUseDoesNotAppearAgain() throws IOException {
        Path renamed = folder.resolve("renamed");
        assertEquals(ExitCode.FAILED, run("tiny --checkpoint-every 1ms", (run, step) -> {
            pause();
            if (step == 4) {
                Files.move(results, renamed);
            }
        }));
        assertTrue(home.err().contains("error: cannot write " + results), home.err());
        assertFalse(Files.exists(results));
        assertEquals(ExitCode.DONE, run("tiny --resume --output " + renamed), home.err());
        assertEquals("0.01 4", trained.get(0));
    }

    private static final String CYCLE = "0,1\n1,2\n2,3\n3,0\n";
    private static final String STAR = "0,1\n0,2\n0,3\n";

    private int runOn(Path graph, String more) {
        return run("tiny --checkpoint-every 1ms --topology file:" + graph + more, (run, step) -> {
            pause();
            if (more.isEmpty()) {
                failAt(run, 0.01, step, 4);
            }
        });
    }

    /** No table has rows of two graphs. */
    @Test
    void anotherGraphInTheSameFileIsRefused() throws IOException {
        Path graph = Files.writeString(folder.resolve("g.csv"), CYCLE);
        assertEquals(ExitCode.FAILED, runOn(graph, ""));
        Files.writeString(graph, STAR);
        assertEquals(ExitCode.USAGE, runOn(graph, " --resume"));
        assertTrue(home.err()
                .contains("; give the values that it was started with, or start a new folder of results without")
                && home.err().contains("the graph of file:" + graph + " had the fingerprint "), home.err());
        assertEquals(List.of(), trained);
        Files.writeString(graph, "source,target\n" + CYCLE + "0,1\n");
        assertEquals(ExitCode.DONE, runOn(graph, " --resume"), home.err());
        assertEquals("0.01 4", trained.get(0));
        assertEquals(List.of("0.01 finished 6", "0.02 finished 6"), statuses());
    }

    /** Seeds, or other keys, that are added are of the same graph. */
    @Test
    void noTableHasRunsOfTwoGraphs() throws IOException {
        Path graph = Files.writeString(folder.resolve("g.csv"), CYCLE);
        assertEquals(ExitCode.DONE, run("tiny --topology file:" + graph), home.err());
        Files.writeString(graph, STAR);
        for (String added : List.of("--seed 2", "--momentum 0.5,0.6")) {
            assertEquals(ExitCode.USAGE, run("tiny --resume --topology file:" + graph + " " + added));
            assertTrue(home.err().contains("the graph of file:" + graph + " had the fingerprint "), home.err());
            assertEquals(List.of(), trained);
        }
        assertEquals(2, LearningRateAccuracy.read(results.resolve("lr-accuracy.csv")).size());
    }

    @Test
    void noTableHasRunsOfTwoDataSets() throws IOException {
        run("tiny");
        changeAnImage();
        assertEquals(ExitCode.USAGE, run("tiny --resume --seed 2"));
        assertTrue(home.err().contains("the data had the fingerprint "), home.err());
    }

    /** The path is longer than the name of a folder can be, so that the seed is not in it. */
    @Test
    void noRunIsLostWhereNamesAreCut() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("d".repeat(100)).resolve("e".repeat(100)));
        String options = " --learning-rate 0.01 --topology file:" + Files.writeString(deep.resolve("g.csv"), CYCLE);
        assertEquals(ExitCode.DONE, run("tiny --seed 2" + options), home.err());
        assertEquals(ExitCode.DONE, run("tiny --resume --seed 1,2" + options), home.err());
        assertEquals(6, trained.size());
        assertEquals(List.of(1L, 2L), LearningRateAccuracy.read(results.resolve("lr-accuracy.csv")).stream()
                .map(RunResult::seed).sorted().toList());
    }

    @Test
    void aGraphIsComparedWithoutTheEnvironmentToo() throws IOException {
        Path graph = Files.writeString(folder.resolve("g.csv"), CYCLE);
        runOn(graph, "");
        Path run = runOfFirstRate();
        String environment = Files.readString(run.resolve("environment.json"));
        Files.delete(run.resolve("environment.json"));
        Files.writeString(graph, STAR);
        assertEquals(ExitCode.USAGE, runOn(graph, " --resume"));
        assertTrue(home.err().contains("the graph of file:" + graph + " is not that of " + run), home.err());
        Files.writeString(graph, CYCLE);
        assertEquals(ExitCode.DONE, runOn(graph, " --resume"), home.err());
        assertEquals(RunFolder.environment(results.resolve(run), RunFolder.TOPOLOGY_FINGERPRINT).orElseThrow(),
                environment.replaceFirst("(?s).*topology_fingerprint\" : \"(\\w+)\".*", "$1"));
    }

    /** Versions before recorded the name of the file alone. */
    @Test
    void aRunOfAVersionThatRecordedNoGraphGoesOnWithAWarning() throws IOException {
        Path graph = Files.writeString(folder.resolve("g.csv"), CYCLE);
        runOn(graph, "");
        Path run = runOfFirstRate();
        Path environment = run.resolve("environment.json");
        Files.writeString(environment, Files.readString(environment)
                .replaceFirst(",\\s*\"topology_fingerprint\"[^,}]*", ""));
        Files.delete(run.resolve("graph.csv"));
        assertEquals(ExitCode.DONE, runOn(graph, " --resume"), home.err());
        assertTrue(home.err().contains(" was begun by a version that did not record its graph; it goes on with file:"
                + graph + " as it is now\n"), home.err());
        assertEquals("0.01 4", trained.get(0));
        assertTrue(Files.exists(run.resolve("graph.csv")), "from now on it is recorded");
        Files.writeString(graph, STAR);
        assertEquals(ExitCode.USAGE, runOn(graph, " --resume"));
    }

    private Path runOfFirstRate() throws IOException {
        try (Stream<Path> runs = Files.list(results)) {
            return runs.filter(file -> file.getFileName().toString().contains("lr0.01")).findFirst().orElseThrow();
        }
    }

    /** A path means another file from another folder; what counts is the graph. */
    @Test
    void theSameGraphInAnotherPlaceIsTheSameRun() throws IOException {
        Path graph = Files.writeString(folder.resolve("g.csv"), CYCLE);
        assertEquals(ExitCode.FAILED, runOn(graph, ""));
        Path other = Files.writeString(Files.createDirectories(folder.resolve("moved")).resolve("h.csv"), CYCLE);
        Files.delete(graph);
        assertEquals(ExitCode.DONE, runOn(other, " --resume"), home.err());
        assertEquals("0.01 4", trained.get(0));
        List<RunResult> table = LearningRateAccuracy.read(results.resolve("lr-accuracy.csv"));
        assertEquals(2, table.size());
        assertEquals("file:" + graph, table.get(0).topology(), "as it was begun");
    }

    @Test
    void aGraphThatIsLostOrChangedInTheRecordsIsMadeAgain() throws IOException {
        Path graph = Files.writeString(folder.resolve("g.csv"), CYCLE);
        runOn(graph, "");
        assertEquals(ExitCode.DONE, runOn(graph, " --resume"), home.err());
        Path run = runOfFirstRate();
        Path recorded = run.resolve("graph.csv");
        String before = Files.readString(recorded);
        Files.delete(recorded);
        assertEquals(ExitCode.DONE, runOn(graph, " --resume"), home.err());
        assertEquals(before, Files.readString(recorded));
        Files.writeString(recorded, STAR);
        assertEquals(ExitCode.DONE, runOn(graph, " --resume"), home.err());
        assertEquals(before, Files.readString(recorded));
        assertEquals(STAR, Files.readString(run.resolve("graph.csv.damaged")));
        assertEquals(List.of(), trained);
    }
}
