package dev.gossamer.bench.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.catalogue.ConfigurationException;
import dev.gossamer.engine.stacked.cuda.driver.CudaException;
import dev.gossamer.machine.CudaLibraries;
import dev.gossamer.machine.CudaLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class GpuReportTest {

    @TempDir
    Path folder;

    private static GpuReport.Entry entry(String title, GpuReport.State state, String text, String device) {
        return new GpuReport.Entry(title, state, 1.4, "abc", device, text, Map.of("value", 1));
    }

    private static GpuReport.Entry entry(String title, GpuReport.State state, String text) {
        return entry(title, state, text, "GPU 0");
    }

    @Test
    void everyPartIsInItWithItsResultAndWhatIsNotDoneWithTheCommand() throws IOException {
        Map<String, Object> environment = Map.of("commit", "abc", "device", "GPU 0");
        GpuReport report =
                GpuReport.anew(folder.resolve("new"), environment, List.of("First", "Second", "Third", "Last"));
        report.put(entry("Second", GpuReport.State.LEFT_OUT, "Left out: there is no data."));
        report.put(entry("First", GpuReport.State.DONE, "fine"));
        report.put(entry("Third", GpuReport.State.FAILED, "Failed: libcudnn.so.9."));
        report.notDone(List.of("Last"), "./run.sh gpu --full --parts last");
        String text = Files.readString(report.file());
        assertTrue(text.startsWith("# GPU report\n\n- "), text);
        assertTrue(text.contains("""

                | part | result | seconds |
                |---|---|---:|
                | First | done | 1 |
                | Second | left out | 1 |
                | Third | failed | 1 |
                | Last | not done | |

                What was not done is added to this report by

                ```
                ./run.sh gpu --full --parts last
                ```

                ## First

                fine

                ## Second

                Left out: there is no data.

                ## Third

                Failed: libcudnn.so.9.
                """), text);
        JsonNode json = new ObjectMapper().readTree(folder.resolve("new/gpu-report.json").toFile());
        assertEquals(1, json.get("parts").get(0).get("values").get("value").asInt());
        assertEquals("LEFT_OUT", json.get("parts").get(1).get("state").asText());
        assertEquals("Last", json.get("notDone").get(0).asText());
    }

    @Test
    void partsAreAddedToAnEarlierReport() throws IOException {
        List<String> order = List.of("First", "Second", "Third");
        GpuReport.anew(folder, Map.of("commit", "abc", "device", "GPU 0"), order)
                .put(entry("Third", GpuReport.State.FAILED, "hangs"));
        Map<String, Object> elsewhere = Map.of("commit", "abc", "device", "GPU 1");
        GpuReport.adding(folder, elsewhere, order).put(entry("First", GpuReport.State.DONE, "fine", "GPU 1"));
        GpuReport report = GpuReport.adding(folder, elsewhere, order);
        report.put(entry("First", GpuReport.State.DONE, "better", "GPU 1"));
        String text = Files.readString(report.file());
        assertTrue(text.endsWith("\n## First\n\nbetter\n\n## Third\n\n(Commit abc, on GPU 0.)\n\nhangs\n"), text);
        GpuReport.anew(folder, elsewhere, order).put(entry("Second", GpuReport.State.DONE, "alone", "GPU 1"));
        assertFalse(Files.readString(report.file()).contains("hangs"));
        for (String damaged : List.of("{\"parts\": ", "{\"environment\": {}}", "[1]", "")) {
            Files.writeString(folder.resolve("gpu-report.json"), damaged);
            assertEquals(folder.resolve("gpu-report.json") + " is no report that parts can be added to; move it away,"
                    + " or give another --output",
                    assertThrows(ConfigurationException.class, () -> GpuReport.adding(folder, elsewhere, order))
                    .getMessage());
        }
    }

    /** With a package whose tests have no launcher. */
    @Test
    void testsThatDoNotStartAreSaidNotTo() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home/tests")).getParent();
        CudaLibraries none = new CudaLibraries(List.of(), List.of(), List.of(), true);
        Path log = folder.resolve("log");
        assertEquals("the tests ended with exit code 1 (no test ran); see " + log,
                assertThrows(IOException.class, () -> GpuTests.run(home, none, log, 60)).getMessage());
        assertTrue(Files.readString(log).contains("ConsoleLauncher"), Files.readString(log));
    }

    /** With a script in place of the project's own. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void testsFromSourcesAreRunByTheScript() throws Exception {
        Path home = Files.createDirectories(folder.resolve("sources/src/test")).getParent().getParent();
        Path log = folder.resolve("log");
        CudaLibraries none = new CudaLibraries(List.of(), List.of(), List.of(), true);
        assertEquals("there are no sources beside the program",
                assertThrows(GpuReport.LeftOut.class, () -> GpuTests.run(home, none, log, 60)).getMessage());
        Files.writeString(home.resolve("pom.xml"), "");
        Path script = Files.writeString(home.resolve("run.sh"),
                "#!/bin/sh\necho \"$@ in $PWD\"\necho '[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 1'\n");
        assertTrue(script.toFile().setExecutable(true));
        assertEquals("Tests run: 2, Failures: 0, Errors: 0, Skipped: 1", GpuTests.run(home, none, log, 60).text());
        assertEquals("test -Pcuda -Dgroups=gpu -Dexcluded.tags= in " + home.toRealPath(),
                Files.readAllLines(log).get(0));
    }

    @Test
    void testsFindTheLibrariesAndNoneInTheCurrentFolder() {
        CudaLibraries none = new CudaLibraries(List.of(), List.of(), List.of(), true);
        CudaLibraries found = new CudaLibraries(Stream.of("/a/x.so", "/a/y.so", "/b/z.so")
                .map(file -> new CudaLibrary(file, Optional.of(Path.of(file)), "1")).toList(),
                List.of(), List.of(), true);
        assertEquals("/a:/b", GpuTests.libraryPath(found, null));
        assertEquals("/a:/b", GpuTests.libraryPath(found, ""));
        assertEquals("/a:/b:/c:/d", GpuTests.libraryPath(found, "/c:/d"));
        assertEquals("/c", GpuTests.libraryPath(none, "/c"));
        assertNull(GpuTests.libraryPath(none, ""));
    }

    @Test
    void testsThatAreAllSkippedAreNoTests() throws Exception {
        Path log = folder.resolve("log");
        assertEquals("Tests run: 15, Failures: 0, Errors: 0, Skipped: 2", GpuTests.result(0, List.of(
                "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0 -- in A",
                "[INFO] Tests run: 15, Failures: 0, Errors: 0, Skipped: 2", "[INFO] BUILD SUCCESS"), log).text());
        for (String line : List.of("[WARNING] Tests run: 15, Failures: 0, Errors: 0, Skipped: 15", "[INFO] no tests")) {
            assertThrows(IOException.class, () -> GpuTests.result(0, List.of(line), log));
        }
        assertEquals("tests: 15 found, 13 successful, 0 failed", GpuTests.result(0, List.of(
                "[         9 containers found      ]", "[        15 tests found           ]",
                "[        13 tests successful      ]", "[         0 tests failed          ]"), log).text());
        assertThrows(IOException.class, () -> GpuTests.result(0, List.of(
                "[        15 tests aborted         ]", "[         0 tests successful      ]"), log));
        assertEquals("the tests ended with exit code 1 (Tests run: 4, Failures: 1, Errors: 0, Skipped: 0); see " + log,
                assertThrows(IOException.class, () -> GpuTests.result(
                        1, List.of("Tests run: 4, Failures: 1, Errors: 0, Skipped: 0"), log)).getMessage());
    }

    @Test
    void whatDoesNotFitIsTriedWithFewerWorkers() {
        List<Integer> tried = new ArrayList<>();
        assertEquals("90 fit", GpuMeasurements.asManyAsFit(100, workers -> {
            tried.add(workers);
            if (workers > 90) {
                throw new CudaException("out of memory");
            }
            return workers + " fit";
        }));
        assertEquals(List.of(100, 95, 90), tried);
        assertThrows(CudaException.class, () -> GpuMeasurements.asManyAsFit(3, workers -> {
            throw new CudaException("out of memory with " + workers);
        }));
    }

    /** What the script lacks to run them is said by it alone. */
    @Test
    void testsThatCannotRunAreLeftOut() {
        List<String> said = List.of("error: Maven is missing; install Maven 3.6 or newer: apt");
        assertEquals("Maven is missing", assertThrows(GpuReport.LeftOut.class,
                () -> GpuTests.result(1, said, folder.resolve("log"))).getMessage());
    }
}
