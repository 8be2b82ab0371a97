package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gossamer.catalogue.Key;
import dev.gossamer.cli.command.DataSource;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.configuration.Keys;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Cifar10;
import dev.gossamer.data.DataSet;
import dev.gossamer.data.FashionMnist;
import dev.gossamer.data.ImageShape;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.experiment.EngineFactory;
import dev.gossamer.experiment.Engines;
import dev.gossamer.experiment.MemoryException;
import dev.gossamer.experiment.SoftmaxEngine;
import dev.gossamer.record.EndedRuns;
import dev.gossamer.record.LearningRateAccuracy;
import dev.gossamer.record.RunResult;
import dev.gossamer.record.RunStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @TempDir
    Path folder;

    private Home home;

    @BeforeEach
    void makeHome() throws IOException {
        home = Home.create(folder.resolve("home"));
    }

    private int run(String arguments) {
        return home.run(SoftmaxEngine.factory(), arguments.isEmpty() ? new String[0] : arguments.split(" "));
    }

    private List<RunResult> results(String experiment) {
        return LearningRateAccuracy.read(home.path.resolve("runs").resolve(experiment).resolve("lr-accuracy.csv"));
    }

    private List<RunStatus> statuses(String experiment) {
        return results(experiment).stream().map(RunResult::status).toList();
    }

    /** False where this Java has no fonts to draw charts with, which must have been said. */
    private boolean hasCharts(Path results) {
        return Files.exists(results.resolve("lr-accuracy.svg")) || !home.err().contains("warning: ");
    }

    @Test
    void anExperimentLeavesTableChartsAndFolders() {
        assertEquals(ExitCode.DONE, run("tiny"), home.err());
        assertTrue(home.err().startsWith("tiny on fashion-mnist: 2 runs\n"), home.err());
        Path results = home.path.resolve("runs/tiny");
        List<String> files = hasCharts(results)
                ? List.of("lr-accuracy.csv", "report.html", "lr-accuracy.svg", "curves.svg")
                : List.of("lr-accuracy.csv", "report.html");
        for (String file : files) {
            assertTrue(Files.exists(results.resolve(file)), file);
            assertTrue(home.out().contains(results.resolve(file).toString()), home.out());
        }
        assertEquals(List.of(RunStatus.FINISHED, RunStatus.FINISHED), statuses("tiny"));
        assertTrue(home.out().contains("0.02") && home.out().contains("finished"), home.out());
        assertTrue(home.err().contains("ring-lr0.02-seed1: finished after 6 steps, test accuracy "), home.err());
    }

    @Test
    void optionsReplaceKeysAndListsMakeAGrid() {
        assertEquals(
                ExitCode.DONE,
                run("tiny --learning-rate 0.05,0.1 --topology ring,solo --workers 8 --steps 2 --seed 2"), home.err());
        List<RunResult> results = results("tiny");
        assertEquals(
                List.of("ring 0.05", "ring 0.1", "solo 0.05", "solo 0.1"),
                results.stream().map(result -> result.topology() + " " + result.learningRate()).toList());
        assertTrue(results.stream().allMatch(r -> r.workers() == 8 && r.steps() == 2 && r.seed() == 2));
    }

    @Test
    void runsThatDifferInAnyKeyAreToldApart() throws IOException {
        assertEquals(
                ExitCode.DONE,
                run("tiny --learning-rate 0.05 --batch-size 4,5 --momentum 0,0.5 --steps 1"), home.err());
        List<String> lines = home.out().lines().toList();
        assertTrue(lines.get(0).startsWith("topology  batch size  momentum  learning rate  status"), home.out());
        for (String values : List.of("4 +0", "4 +0\\.5", "5 +0", "5 +0\\.5")) {
            String row = "ring +" + values + " +0\\.05  finished .*";
            assertEquals(1, lines.stream().filter(line -> line.matches(row)).count(), home.out());
        }
        Path results = home.path.resolve("runs/tiny");
        assertEquals(
                List.of("4 0", "4 0.5", "5 0", "5 0.5"),
                EndedRuns.in(results).stream()
                        .map(run -> run.configuration().get("batch-size") + " " + run.configuration().get("momentum"))
                        .toList());
        if (hasCharts(results)) {
            String chart = Files.readString(results.resolve("lr-accuracy.svg"));
            assertTrue(chart.contains("ring, batch size 4, momentum 0.5: learning rate 0.05, "), chart);
            assertFalse(chart.contains("over seeds"));
        }
    }

    @Test
    void aLineTellsOfTheStartAndTheEndOfEachRun() {
        run("tiny --learning-rate 0.05 --steps 1");
        assertTrue(home.err().contains("\nring-lr0.05-seed1 (1/1) 0% 0/1\n"), home.err());
        assertTrue(home.err().contains("\nring-lr0.05-seed1: finished after 1 step, test accuracy "), home.err());
    }

    @Test
    void aChartThatCannotBeWrittenEndsNothingButIsAFailure() throws IOException {
        EngineFactory engines = (run, data) -> {
            try {
                Files.createDirectories(home.path.resolve("runs/tiny/lr-accuracy.svg/in-the-way"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return SoftmaxEngine.factory().create(run, data);
        };
        assertEquals(ExitCode.FAILED, home.run(engines, "tiny"));
        assertEquals(2, results("tiny").size());
        assertEquals(1, home.err().split("\nwarning: charts are no longer drawn: ", -1).length - 1, home.err());
        assertFalse(Files.exists(home.path.resolve("runs/tiny/lr-accuracy.svg.part")));
    }

    @Test
    void earlierResultsAreNeverTouched() throws IOException {
        run("tiny");
        String before = Files.readString(home.path.resolve("runs/tiny/lr-accuracy.csv"));
        assertEquals(ExitCode.DONE, run("tiny --learning-rate 0.03"));
        assertEquals(before, Files.readString(home.path.resolve("runs/tiny/lr-accuracy.csv")));
        assertEquals(0.03, results("tiny-2").get(0).learningRate());
        assertTrue(home.err().contains("Results: " + home.path.resolve("runs/tiny-2")), home.err());
    }

    @Test
    void theQuickFormHasAFolderOfItsOwn() {
        assertEquals(ExitCode.DONE, run("tiny --quick"));
        assertEquals(1, results("tiny-quick").size());
        assertEquals("tiny-quick", results("tiny-quick").get(0).experiment());
    }

    @Test
    void syntheticDataIsSaidEverywhere() throws IOException {
        assertEquals(ExitCode.DONE, run("tiny --data synthetic --steps 1 --learning-rate 0.01 --train-limit 50"
                + " --evaluate-test-images 50 --evaluate-train-images 50"), home.err());
        assertTrue(home.err().startsWith("tiny on SYNTHETIC data in place of fashion-mnist"), home.err());
        assertTrue(home.out().contains("SYNTHETIC"), home.out());
        Path results = home.path.resolve("runs/tiny-synthetic");
        String environment = Files.readString(results.resolve("ring-lr0.01-seed1/environment.json"));
        assertTrue(environment.contains("\"synthetic\" : true"), environment);
        if (hasCharts(results)) {
            assertTrue(Files.readString(results.resolve("lr-accuracy.svg")).contains("synthetic"));
            assertTrue(Files.readString(results.resolve("curves.svg")).contains("synthetic"));
        }
    }

    @Test
    void syntheticDataStandsInOnlyWhereAskedFor() {
        String elsewhere = folder.toString();
        assertTrue(DataSource.choose(new Cifar10(), null, folder, true).isSynthetic());
        assertFalse(DataSource.choose(new Cifar10(), null, folder, false).isSynthetic());
        assertFalse(DataSource.choose(new Cifar10(), elsewhere, folder, true).isSynthetic());
        Path present = home.path.resolve("datasets");
        assertFalse(DataSource.choose(new FashionMnist(), null, present, true).isSynthetic());
        assertEquals(
                "SYNTHETIC data in place of cifar-10",
                DataSource.choose(new Cifar10(), null, folder, true).toString());
    }

    @Test
    void theQuickFormSaysWhichOfTheRealFilesAreMissing() throws IOException {
        Path data = home.path.resolve("datasets/fashion-mnist");
        Files.delete(data.resolve("t10k-labels-idx1-ubyte"));
        assertEquals(ExitCode.DONE, run("tiny --quick --steps 1 --train-limit 50 --evaluate-test-images 50"
                + " --evaluate-train-images 50"), home.err());
        String line = "tiny on SYNTHETIC data in place of fashion-mnist, because the fashion-mnist data in " + data
                + " lack t10k-labels-idx1-ubyte[.gz]: 1 run\n";
        assertTrue(home.err().startsWith(line), home.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "sintetic | an existing folder or \"synthetic\", got \"sintetic\"; did you mean synthetic?",
        "datasts | an existing folder or \"synthetic\", got \"datasts\"",
        "pom.xml | an existing folder or \"synthetic\", got the file \"pom.xml\"",
        "'' | an existing folder or \"synthetic\", got an empty value",
    })
    void onlyAFolderThatIsThereIsLookedIn(String option, String message) {
        assertEquals(ExitCode.USAGE, home.run(SoftmaxEngine.factory(), "tiny", "--data", option));
        assertEquals("error: data must be " + message + "\n", home.err());
        assertFalse(Files.exists(Path.of("datasts")));
    }

    @Test
    void dataAreFetchedToAFolderOnly() {
        assertEquals(ExitCode.USAGE, home.run(SoftmaxEngine.factory(), "data", "fetch", "cifar-10", "--data", ""));
        assertEquals("error: data must be a folder, got an empty value\n", home.err());
        assertEquals(ExitCode.USAGE, run("data fetch cifar-10 --data pom.xml"));
        assertEquals("error: data must be a folder, got the file \"pom.xml\"\n", home.err());
    }

    @Test
    void dataThatAreThereAreNotFetched() {
        Path data = home.path.resolve("datasets/fashion-mnist");
        for (Path where : List.of(data, data.getParent())) {
            assertEquals(ExitCode.DONE, run("data fetch fashion-mnist --data " + where), home.err());
            assertEquals(data + "\n", home.out());
            assertEquals("", home.err());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tinny | unknown experiment or command \"tinny\"; did you mean \"tiny\"?",
        "shwo | unknown experiment or command \"shwo\"; did you mean \"show\"?",
        "show tinny | unknown experiment \"tinny\"; did you mean \"tiny\"?",
        "show | show needs the name of one experiment: tiny",
        "TINY | unknown experiment or command \"TINY\"; did you mean \"tiny\"?",
        "--versoin | unknown option --versoin; did you mean --version?",
        "--Help | unknown option --Help; did you mean --help?",
        "--quick tiny | unknown option --quick; options follow the experiment: ./run.sh EXPERIMENT [options]",
        "--version tiny | unexpected \"tiny\" after --version",
        "help tiny | unexpected \"tiny\" after help",
        "list tiny | unexpected \"tiny\"",
        "tiny -quick | unknown option -quick; did you mean --quick?",
        "tiny --Quick | unknown option --Quick; did you mean --quick?",
        "tiny --seed 1 --seed 2 | --seed is given more than once; give it once, with commas between its values",
        "show tiny --data-set cifar-10 --data-set cifar-10 | --data-set is given more than once; give it once",
        "tiny --output a --output b | --output is given more than once; give it once",
        "tiny --quick --quick | --quick is given more than once; give it once",
        "topologies --gamma 0.5 --gamma 0.6 | --gamma is given more than once; give it once",
        "show tiny --steps 1 --learning-rate 1e400 | learning-rate must be a number in [1e-9, 1e6], got \"1e400\"",
        "tiny --learning-rte 1 | unknown option --learning-rte; did you mean --learning-rate?",
        "tiny --zzz | unknown option --zzz; ./run.sh tiny --help lists the options",
        "tiny --workers 0 | workers must be a whole number in [1, 4096], got 0",
        "tiny --workers 12 --topology hypercube | topology: hypercube needs a power of two workers, got 12",
        "tiny --seed 1, | seed must be a whole number in [0, 9223372036854775807], got an empty value",
        "tiny --steps 5 --epochs 1 | epochs and steps both say how long a run is; give one of them",
        "tiny --learning-rate 0.1 0.2 | unexpected \"0.2\"; values in a list are separated by commas, without",
        "tiny --seed | '--seed needs a value: seed of everything random in a run (1): a whole number in [0, 9'",
        "data | data needs one of fetch, show as its first word",
        "data fetch cifar | unknown published data set \"cifar\"; did you mean \"cifar-10\"?",
        "mine.yml | experiment files end in .yaml, got mine.yml",
        "show mine.yml | experiment files end in .yaml, got mine.yml",
        "tiny --workers 1 | topology: ring needs at least 2 workers, got 1; one worker alone is the topology solo",
        "tiny --checkpoint-every 5 | checkpoint-every must be a time with its unit, as 30s, 5m or 2h, or never, got",
        "tiny --checkpoint-every soon | checkpoint-every must be a time with its unit, as 30s, 5m or 2h, or never, got",
        "tiny --parallel 0 | parallel must be a whole number in [1, 256], got \"0\"",
        "tiny --parallel 1.5 | parallel must be a whole number in [1, 256], got \"1.5\"",
        "tiny --resume | there is nothing to resume: no folder tiny with results in ",
        "no/such.yaml | no such experiment file: no/such.yaml; known are tiny",
    })
    void wrongUsageIsOneLineAndExitCode2(String arguments, String message) {
        assertEquals(ExitCode.USAGE, run(arguments));
        String sentence = message.replaceAll("^'|'$", "");
        assertTrue(home.err().startsWith("error: " + sentence), home.err());
        assertEquals(1, home.err().lines().count(), home.err());
        assertFalse(Files.exists(home.path.resolve("runs")));
    }

    @Test
    void aRunThatDoesNotFitTheDataIsWrongUsageAndLeavesNothing() {
        assertEquals(ExitCode.USAGE, run("tiny --epochs 1 --workers 32"));
        assertTrue(home.err().contains("error: epochs 1 is less than one step"), home.err());
        assertFalse(Files.exists(home.path.resolve("runs/tiny")));
    }

    @Test
    void damagedDataIsOneLineAndExitCode1() throws IOException {
        Path labels = home.path.resolve("datasets/fashion-mnist/train-labels-idx1-ubyte");
        Files.write(labels, new byte[5]);
        assertEquals(ExitCode.FAILED, run("tiny"));
        List<String> lines = home.err().lines().toList();
        assertEquals(2, lines.size(), home.err());
        assertTrue(lines.get(1).startsWith("error: ") && lines.get(1).contains(labels.toString()), home.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "show tiny"})
    void anOutputFolderThatCannotBeMadeIsSaidBeforeDataAreRead(String command) throws IOException {
        Files.write(home.path.resolve("datasets/fashion-mnist/train-labels-idx1-ubyte"), new byte[5]);
        Path file = Files.writeString(folder.resolve("file"), "");
        Path inside = file.resolve("runs");
        assertEquals(ExitCode.USAGE, run(command + " --output " + inside));
        assertEquals("error: output must be a folder, got " + inside + ": " + file + " is a file\n", home.err());
        Path locked = Files.createDirectory(folder.resolve("locked"));
        assumeTrue(locked.toFile().setWritable(false) && !Files.isWritable(locked), "may write everywhere");
        assertEquals(ExitCode.FAILED, run(command + " --output " + locked.resolve("a/b")));
        assertEquals("error: output must be a folder that can be written to, got " + locked.resolve("a/b")
                + ": no permission in " + locked + "\n", home.err());
    }

    /** The first check of an engine loads libraries, whose messages open the log file. */
    @Test
    void theLogFileIsChosenBeforeTheFirstEngine() {
        List<String> logs = new ArrayList<>();
        EngineFactory engines = new EngineFactory() {
            @Override
            public void check(RunConfiguration run, ImageShape images, int classes) {
                logs.add(System.getProperty("gossamer.log"));
            }

            @Override
            public ReplicaEngine create(RunConfiguration run, DataSet data) {
                return SoftmaxEngine.factory().create(run, data);
            }
        };
        Path output = folder.resolve("elsewhere");
        assertEquals(ExitCode.DONE, home.run(engines, "tiny", "--quick", "--output", output.toString()), home.err());
        assertEquals(List.of(output.resolve("gossamer.log").toString()), logs);
    }

    @Test
    void showChecksWhatARunChecksBeforeItStarts() {
        assertEquals(ExitCode.USAGE, home.run(new Engines(line -> { }), "show", "tiny", "--model", "vgg-11"));
        assertTrue(home.err().startsWith("error: model vgg-11 needs images of 32x32 pixels, got 28x28"), home.err());
        assertEquals(ExitCode.USAGE, run("show tiny --epochs 0.0001"));
        assertTrue(home.err().startsWith("error: epochs 0.0001 is less than one step: an epoch of 60000"), home.err());
        assertEquals(ExitCode.USAGE, run("show tiny --epochs 0.0001 --data synthetic"));
        assertTrue(home.err().startsWith("error: epochs 0.0001 is less than one step: an epoch of 10000"), home.err());
    }

    @Test
    void aBrokenExperimentDoesNotHideTheOthers() throws IOException {
        Path broken = home.path.resolve("experiments/broken.yaml");
        Files.writeString(broken, "default: {}");
        Files.writeString(home.path.resolve("experiments/impossible.yaml"), "grid: {workers: [0]}");
        assertEquals(ExitCode.DONE, run("list"));
        assertEquals("tiny", home.out().lines().skip(2).findFirst().orElseThrow().split(" ")[0]);
        assertEquals("""
                warning: broken cannot be run: %s: unknown section "default"; did you mean "defaults"?
                warning: impossible cannot be run: workers must be a whole number in [1, 4096], got 0
                """.formatted(broken), home.err());
    }

    @Test
    void aFileOfOtherBytesIsWrongUsage() throws IOException {
        Path file = Files.write(folder.resolve("mine.yaml"), new byte[] {'a', ':', (byte) 0xff});
        assertEquals(ExitCode.USAGE, run("show " + file));
        assertEquals("error: " + file + " must be a text in UTF-8, got other bytes\n", home.err());
    }

    @Test
    void outputThatCannotBeWrittenIsAFailure() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(new PrintStream(full), new PrintStream(err, true), 0);
        assertEquals(ExitCode.FAILED, new Main(home.path, SoftmaxEngine.factory(), console).run("list"));
        assertEquals("error: standard output is closed or full, and not all was printed\n", err.toString());
    }

    /** Stands in for a disk that is full or taken away: in the second run, its folder cannot be made. */
    @Test
    void anOutputFolderThatFailsLaterKeepsTheResultsSoFar() {
        EngineFactory engines = (run, data) -> {
            if (run.optimization().learningRate() == 0.02) {
                try {
                    Files.writeString(home.path.resolve("runs/tiny/ring-lr0.02-seed1"), "in the way");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return SoftmaxEngine.factory().create(run, data);
        };
        assertEquals(ExitCode.FAILED, home.run(engines, "tiny"));
        assertEquals(1, home.err().lines().filter(line -> line.startsWith("error: cannot write ")).count(), home.err());
        assertEquals(List.of(0.01), results("tiny").stream().map(RunResult::learningRate).toList());
        assertTrue(home.out().lines().anyMatch(line -> line.matches("ring +0\\.01  finished .*")), home.out());
        assertTrue(home.out().contains(home.path.resolve("runs/tiny/lr-accuracy.csv").toString()), home.out());
        assertTrue(hasCharts(home.path.resolve("runs/tiny")));
    }

    @Test
    void aFailedRunIsExitCode1AfterTheOthers() {
        EngineFactory engines = (run, data) -> {
            if (run.optimization().learningRate() == 0.01) {
                throw new IllegalStateException("no device");
            }
            return SoftmaxEngine.factory().create(run, data);
        };
        assertEquals(ExitCode.FAILED, home.run(engines, "tiny"));
        assertEquals(List.of(RunStatus.FAILED, RunStatus.FINISHED), statuses("tiny"));
        String reason = "error: ring-lr0.01-seed1: java.lang.IllegalStateException: no device\n";
        assertTrue(home.err().contains(reason), home.err());
        assertTrue(home.err().contains("error: 1 of 2 runs failed; "), home.err());
        assertTrue(home.out().contains("failed"), home.out());
    }

    @Test
    void aDivergedRunIsAResult() {
        assertEquals(ExitCode.DONE, run("tiny --learning-rate 0.01,1e6 --steps 20"), home.err());
        RunResult diverged = results("tiny").get(1);
        assertEquals(RunStatus.DIVERGED, diverged.status());
        assertTrue(diverged.steps() < 20);
    }

    @Test
    void anExperimentFileOfTheUsersOwn() throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.copy(home.path.resolve("experiments/tiny.yaml"), file);
        assertEquals(ExitCode.DONE, run(file + " --steps 1"), home.err());
        assertEquals(2, results("mine").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "tiny --help", "tiny -h", "list --help", "show --help", "data --help"})
    void helpIsAResult(String arguments) {
        assertEquals(ExitCode.DONE, run(arguments), home.err());
        assertTrue(home.out().startsWith("Usage: ./run.sh "), home.out());
        assertFalse(home.out().contains("\\u00"), "line breaks are not escaped: " + home.out());
        assertEquals("", home.err());
    }

    @Test
    void helpShowsListsOnlyWhereTheyAreAllowed() {
        run("tiny --help");
        assertTrue(home.out().contains("  --data-set VALUE  "), home.out());
        assertTrue(home.out().contains("  --seed VALUE[,...]  "), home.out());
        for (Key<?> key : Keys.ALL) {
            boolean list = home.out().contains("  --" + key + " VALUE[,...]  ");
            run("show tiny --" + key + " x,y");
            assertEquals(!list, home.err().contains(key + " takes one value, got x, y"), home.err());
            run("tiny --help");
        }
    }

    @Test
    void helpSaysWhichAlgorithmsHaveAKey() {
        run("tiny --help");
        assertTrue(home.out().lines().anyMatch(line -> line.contains("--gamma ")
                && line.endsWith("; of choco-sgd, deep-squeeze and beer")), home.out());
        assertTrue(home.out().lines().anyMatch(line -> line.contains("--weight-decay ")
                && line.endsWith("[0, 1e6]")), home.out());
    }

    @Test
    void aKeyThatNoRunHasIsRefusedButNotOneOfTheDefaults() {
        assertEquals(0, run("show tiny --algorithm d-adam"), home.err());
        assertEquals(2, run("show tiny --algorithm d-adam --momentum 0.5"));
        assertEquals("error: momentum 0.5 has no effect with algorithm d-adam; it is a key of all but push-diging,"
                + " beer, d-adam, d-adamw and d-lion\n", home.err());
    }

    @Test
    void helpNamesWhatCanBeRunAndShown() {
        run("--help");
        assertTrue(home.out().contains("./run.sh FILE.yaml [options]") && home.out().contains("show EXPERIMENT"));
    }

    @Test
    void withoutArgumentsItSaysHowItIsUsed() {
        assertEquals(ExitCode.USAGE, run(""));
        assertTrue(home.err().startsWith("Usage: ") && home.err().contains("tiny"), home.err());
        assertTrue(home.err().lines().allMatch(line -> line.length() <= 100), home.err());
    }

    @Test
    void ofManyExperimentsTheMainOnesStandFirst() throws IOException {
        for (String name : List.of("a-grid", "b-grid", "c-grid", "cifar-ring-32", "d-grid", "e-grid",
                "f-grid", "fashion-ring-64", "g-grid")) {
            Files.copy(home.path.resolve("experiments/tiny.yaml"), home.path.resolve("experiments/" + name + ".yaml"));
        }
        run("");
        String text = home.err().replaceAll("\\s+", " ");
        assertTrue(text.contains("runs an experiment: cifar-ring-32, fashion-ring-64, a-grid, b-grid, c-grid, d-grid,"
                + " e-grid, f-grid, and 2 more that ./run.sh list shows"), text);
        run("zzzz");
        assertEquals("error: unknown experiment or command \"zzzz\"; known are those that ./run.sh list shows\n",
                home.err());
        run("show");
        assertEquals("error: show needs the name of one experiment: those that ./run.sh list shows\n", home.err());
        run("list --format csv");
        assertEquals(List.of("cifar-ring-32", "fashion-ring-64", "a-grid"),
                home.out().lines().skip(1).limit(3).map(line -> line.split(",")[0]).toList());
    }

    @Test
    void aHeapThatCannotHoldTheImagesIsSaidBefore() {
        DataSource source = new DataSource(new Cifar10(), null, "");
        source.checkHeap(64L << 20);
        MemoryException failure = assertThrows(MemoryException.class, () -> source.checkHeap(40L << 20));
        assertEquals("Java's heap of 40 MiB cannot hold the images of cifar-10 and the program, which take 52 MiB;"
                + " GOSSAMER_JAVA_OPTIONS=-Xmx1g makes it larger", failure.getMessage());
    }

    @Test
    void listsShowsAndNames() {
        run("list");
        assertTrue(home.out().lines().toList().get(2).matches("tiny +2 +6 +\\d+ s +To see that it runs\\."),
                home.out());
        run("list --format csv");
        assertTrue(home.out().startsWith("experiment,runs,steps,seconds,purpose\ntiny,2,6,"), home.out());
        run("show tiny --workers 8");
        assertTrue(home.out().startsWith("# tiny: To see that it runs.\n"), home.out());
        assertTrue(home.out().contains("\nworkers: 8\n"), home.out());
        assertTrue(home.out().lines().anyMatch(line -> line.matches("ring-lr0.02-seed1 +0.02 +6 +\\d+ s")), home.out());
        run("show tiny --format json");
        assertTrue(home.out().contains("\"run\" : \"ring-lr0.01-seed1\""), home.out());
        run("topologies --names");
        assertTrue(home.out().lines().toList().contains("time-varying-exponential"));
        run("--version");
        assertTrue(home.out().matches("Gossamer \\d+\\.\\d+\\.\\d+.*\n"), home.out());
    }
}
