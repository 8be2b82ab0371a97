package dev.gossamer.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.cli.Main;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RunFolder;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunResults;
import dev.gossamer.record.RunStatus;
import dev.gossamer.record.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {

    @TempDir
    Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void record() {
        write("first", 0.1, 0.5);
        write("first", 0.2, 0.6);
        write("second", 0.1, 0.7);
        Path older = home.resolve("runs/second").resolve(LearningRateAccuracy.FILE_NAME);
        assertTrue(older.toFile().setLastModified(1_000_000_000_000L));
    }

    private void write(String experiment, double learningRate, double accuracy) {
        OptionalDouble none = OptionalDouble.empty();
        RunResult result = new RunResult(experiment, "ring", 8, "mlp", learningRate, 1, RunStatus.FINISHED, 10,
                OptionalDouble.of(accuracy), none, none, none, none, none, Optional.empty());
        Path folder = home.resolve("runs").resolve(experiment);
        Map<String, Object> configuration =
                Map.of("topology", "ring", "workers", 8, "learning-rate", learningRate, "seed", 1, "batch-size", 16);
        assertTrue(folder.toFile().isDirectory() || folder.toFile().mkdirs());
        try (RunFolder run = RunFolder.create(folder.resolve("lr" + learningRate), configuration, Map.of())) {
            run.finish(result);
        }
        Path csv = folder.resolve(LearningRateAccuracy.FILE_NAME);
        List<RunResult> results = new ArrayList<>(Files.exists(csv) ? LearningRateAccuracy.read(csv) : List.of());
        results.add(result);
        WholeFile.write(csv, RunResults.csv(results));
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8),
                0);
        return new Main(home, null, console).run(arguments);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void isWrittenIntoTheFolderOfTheLatestExperiment() throws Exception {
        assertEquals(ExitCode.DONE, run("report"), err());

        Path html = home.toAbsolutePath().resolve("runs/first/report.html");
        assertEquals(html + "\n", out());
        String page = Files.readString(html);
        assertTrue(page.startsWith("<!DOCTYPE html>"));
        assertTrue(page.contains("\"name\":\"lr0.2\""));
        assertFalse(page.contains("\"test_accuracy\":0.7"), "another experiment");
        assertTrue(page.contains("Permission is hereby granted, free of charge"),
                "the licence of the charting library");
    }

    @Test
    void severalFoldersAreOnePageInTheFirst() throws Exception {
        assertEquals(ExitCode.DONE, run("report", "second", home.resolve("runs/first").toString()), err());

        String page = Files.readString(home.resolve("runs/second/report.html"));
        assertTrue(page.contains("\"folder\":\"first\"") && page.contains("\"folder\":\"second\""));
        assertFalse(Files.exists(home.resolve("runs/first/report.html")));
    }

    @Test
    void foldersOfOneNameAreToldApart() throws Exception {
        Path other = home.resolve("elsewhere/first");
        Files.createDirectories(other.getParent());
        Files.move(home.resolve("runs/second"), other);
        assertEquals(ExitCode.DONE, run("report", "first", other.toString()), err());

        String page = Files.readString(home.resolve("runs/first/report.html"));
        assertTrue(page.contains("\"folder\":\"" + other + "\""), "both are called first");
    }

    @Test
    void runsArePrintedForOtherPrograms() throws Exception {
        assertEquals(ExitCode.DONE, run("report", "first", "--format", "csv"), err());
        assertEquals(3, out().lines().count());
        assertTrue(out()
                .startsWith("path,run,experiment,topology,workers,model,learning_rate,seed,status,steps,test_accuracy,"));
        assertTrue(out().lines().findFirst().orElseThrow().endsWith(",batch_size,algorithm,mixing_order,nesterov,"
                + "mix_momentum,mixing_rounds,acceleration,consensus_step_size,warm_up,gradient_clipping,label_smoothing,"
                + "augmentation,mixup"), out());

        run("report", "first", "--format", "json");
        JsonNode runs = new ObjectMapper().readTree(out());
        assertEquals(2, runs.size());
        assertEquals(0.6, runs.get(1).get("test_accuracy").asDouble());
        assertEquals("16", runs.get(1).get("batch_size").asText());

        run("report", "first", "--format", "table");
        assertTrue(out().contains("60.00"), out());
        assertFalse(Files.exists(home.resolve("runs/first/report.html")));
    }

    @Test
    void aRunThatHasNotEndedIsNamed() throws Exception {
        Files.delete(home.resolve("runs/first/lr0.1/summary.json"));
        assertEquals(ExitCode.DONE, run("report", "first"), err());
        assertTrue(err().contains("warning: left out: lr0.1: has not ended"), err());

        Files.delete(home.resolve("runs/first/lr0.2/summary.json"));
        assertEquals(ExitCode.USAGE, run("report", "first"));
        assertTrue(err().contains("error: no run has ended in "), err());
    }

    @Test
    void wrongWordsAreExplained() {
        assertEquals(ExitCode.USAGE, run("report", "third"));
        assertTrue(err().contains("FOLDER must be a folder of results") && err().contains("got \"third\""), err());
        assertEquals(ExitCode.USAGE, run("report", "--format", "pdf"));
        assertEquals("error: format must be html, table, json or csv, got \"pdf\"\n", err());
        assertEquals(ExitCode.USAGE, run("report", "--open", "--format", "csv"));
        assertEquals(ExitCode.USAGE, run("compare", "first"));
        assertEquals("error: compare needs two folders, got 1\n", err());
        assertEquals(ExitCode.USAGE, run("topologies", "--draw", "--format", "json"));
        assertTrue(err().startsWith("error: format is that of the table"), err());
    }

    @Test
    void comparesExperimentsAndRuns() {
        assertEquals(ExitCode.DONE, run("compare", "first", "second"), err());
        assertTrue(out().contains("50.00  70.00      +20.00"), out());
        assertTrue(out().contains("runs without counterpart: 1;"), out());

        String runs = home.resolve("runs").toString();
        assertEquals(ExitCode.DONE, run("compare", runs + "/first/lr0.1", runs + "/first/lr0.2", "--format", "csv"),
                err());
        assertTrue(out().contains("configuration,,learning-rate,0.1,0.2,,\n"), out());
    }
}
