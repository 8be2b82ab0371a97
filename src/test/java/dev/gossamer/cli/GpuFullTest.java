package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.bench.gpu.GpuFull;
import dev.gossamer.bench.gpu.GpuPart;
import dev.gossamer.bench.gpu.GpuReport;
import dev.gossamer.cli.command.GpuChild;
import dev.gossamer.cli.command.GpuCommand;
import dev.gossamer.cli.console.Console;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.machine.CudaLibraries;
import dev.gossamer.machine.Gpu;
import dev.gossamer.machine.Gpus;
import dev.gossamer.placement.Devices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With shell scripts in place of the processes that carry out parts. */
@DisabledOnOs(OS.WINDOWS)
class GpuFullTest {

    private static final Map<String, Object> ENVIRONMENT = Map.of("commit", "abc", "device", "GPU 0");
    private static final String FINE = "echo '{\"state\": \"DONE\", \"text\": \"fine\", \"values\": {}}' >$FILE";

    @TempDir
    Path folder;

    private final List<String> progress = new ArrayList<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    /** What is done for a part, by its title. */
    private final Map<String, String> scripts = new HashMap<>();
    private final List<Double> limits = new ArrayList<>();
    /** Parts that were not done before, and are not wanted now. */
    private final List<GpuPart> later = new ArrayList<>();

    private static GpuPart part(String title, int least, int limit) {
        return new GpuPart(title, least, limit, seconds -> new GpuReport.Part(title, Map.of()));
    }

    private boolean run(double seconds, GpuPart... parts) throws IOException {
        List<String> order = Stream.of(parts).map(GpuPart::title).toList();
        GpuReport report = GpuReport.adding(folder, ENVIRONMENT, order);
        return new GpuFull(report, ENVIRONMENT, folder.resolve("parts"), later, (part, file, limit) -> {
            limits.add(limit);
            return List.of("sh", "-c", scripts.getOrDefault(part.title(), FINE).replace("$FILE", "'" + file + "'"));
        }, rest -> "go on with " + rest.stream().map(GpuPart::id).collect(Collectors.joining(",")),
                progress::add, stop::get, System.nanoTime()).run(List.of(parts), seconds);
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(folder.resolve("gpu-report.json").toFile());
    }

    private String text(int part) throws IOException {
        return report().get("parts").get(part).get("text").asText();
    }

    @Test
    void eachPartIsInTheReportHoweverItEnds() throws IOException {
        scripts.put("Hangs", "sleep 77.5 & echo $! >" + folder + "/pid; wait");
        scripts.put("Crashes", "echo 'CUDA error 700'; kill -SEGV $$");
        scripts.put("Breaks off", "echo '{\"state\": \"DONE\", \"te' >$FILE");
        scripts.put("Is wrong", "echo '{\"state\": \"FAILED\", \"text\": \"WRONG.\", \"values\": []}' >$FILE");
        scripts.put("Does not end", FINE + "; sleep 77.5");
        assertFalse(run(Double.POSITIVE_INFINITY, part("Hangs", 1, 1), part("Crashes", 1, 20),
                part("Breaks off", 1, 20), part("Is wrong", 1, 20), part("Does not end", 1, 1), part("Works", 1, 20)));
        String log = folder.resolve("parts").toString();
        assertEquals("Failed: it did not end within 1 s; what it printed is in " + log + "/hangs.log.", text(0));
        assertEquals("Failed: it ended with exit code 139, \"CUDA error 700\"; what it printed is in " + log
                + "/crashes.log.", text(1));
        assertEquals("Failed: what it handed over is no whole result; what it printed is in " + log
                + "/breaks-off.log.", text(2));
        assertEquals("WRONG.", text(3));
        assertEquals("fine", text(4));
        assertEquals("fine", text(5));
        assertEquals(0, report().get("notDone").size());
        assertTrue(ends(Long.parseLong(Files.readString(folder.resolve("pid")).strip())), "what it started goes on");
        assertTrue(progress.contains("[2/6] Crashes: at most 20 s"), progress.toString());
    }

    /** Whether a process is no more, or only waits for someone to look at its exit code. */
    private static boolean ends(long pid) {
        Path status = Path.of("/proc/" + pid + "/status");
        for (int i = 0; i < 100; i++) {
            try {
                if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()
                        || Files.readString(status).contains("State:\tZ")) {
                    return true;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (IOException e) {
                return true;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return false;
    }

    @Test
    void theWholeEndsInTimeAndSaysHowToGoOn() throws IOException {
        scripts.put("Hangs", "sleep 77.5");
        long begin = System.nanoTime();
        assertFalse(run(60, part("Half", 0, 100), part("Needs long", 600, 700), part("Three times", 10, 100),
                part("The rest", 30, 100), part("Hangs", 1, 1), part("Is late", 56, 100), part("Late, too", 56, 60)));
        double seconds = (System.nanoTime() - begin) * 1e-9;
        assertTrue(seconds < 60, "took " + seconds);
        assertEquals(4, limits.size());
        assertTrue(limits.get(0) > 15 && limits.get(0) <= 57 / 2.0, limits.toString());
        assertEquals(30.0, limits.get(1));
        assertTrue(limits.get(2) > 30 && limits.get(2) < 57, limits.toString());
        assertEquals(1.0, limits.get(3));
        assertEquals(List.of("Half", "Three times", "The rest", "Hangs"), titles());
        assertEquals("go on with needs-long,is-late,late-too", report().get("goOn").asText());
        assertTrue(progress.contains("To go on: go on with needs-long,is-late,late-too"), progress.toString());
        assertTrue(run(60, part("Is late", 1, 9)));
        assertEquals(List.of("Is late", "Half", "Three times", "The rest", "Hangs"), titles());
        assertEquals("", report().get("goOn").asText());
    }

    @Test
    void whatTheMinutesCutShortStaysToBeDone() throws IOException {
        scripts.put("Slow", "sleep 77.5");
        assertTrue(run(7, part("Slow", 1, 60), part("Works", 0, 60)));
        assertEquals(List.of("Works"), titles());
        assertEquals("go on with slow", report().get("goOn").asText());
        assertTrue(progress.stream().anyMatch(line -> line.contains("cut short in 3 s: Failed: it did not end within")),
                progress.toString());
    }

    @Test
    void whatWasNotDoneBeforeStaysToBeDone() throws IOException {
        assertTrue(run(4, part("First", 0, 9), part("Needs long", 600, 700)));
        later.add(part("Needs long", 600, 700));
        assertTrue(run(60, part("First", 0, 9)));
        assertEquals("go on with needs-long", report().get("goOn").asText());
        assertEquals(1, report().get("notDone").size());
        assertTrue(run(4, part("First", 600, 700)));
        String text = Files.readString(folder.resolve("gpu-report.md"));
        assertEquals(1, text.lines().filter(line -> line.startsWith("| First |")).count(), text);
    }

    private List<String> titles() throws IOException {
        List<String> titles = new ArrayList<>();
        report().get("parts").forEach(part -> titles.add(part.get("title").asText()));
        return titles;
    }

    @Test
    void whereTheUserStopsTheReportHasWhatIsDone() throws IOException {
        scripts.put("Stopped", "sleep 77.5");
        Thread user = new Thread(() -> {
            while (!Files.exists(folder.resolve("parts/stopped.log"))) {
                Thread.onSpinWait();
            }
            stop.set(true);
        });
        user.start();
        assertTrue(run(60, part("First", 1, 9), part("Stopped", 1, 60), part("Last", 1, 9)));
        assertEquals(List.of("First"), titles());
        assertEquals("go on with stopped,last", report().get("goOn").asText());
    }

    /**
     * A reader that comes at any moment finds a whole report, with everything that is done by then. Each part waits
     * until the reader has seen those before.
     */
    @Test
    void theReportIsWholeAtAllTimes() throws IOException, InterruptedException {
        AtomicBoolean ended = new AtomicBoolean();
        List<Integer> sizes = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        Thread reader = new Thread(() -> {
            while (!ended.get()) {
                try {
                    if (Files.exists(folder.resolve("gpu-report.json"))) {
                        sizes.add(report().get("parts").size());
                        Files.writeString(folder.resolve("seen-" + sizes.get(sizes.size() - 1)), "");
                    }
                } catch (IOException e) {
                    broken.add(e.toString());
                }
            }
        });
        reader.start();
        List<String> titles = List.of("A", "B", "C");
        titles.forEach(title -> scripts.put(title, "until [ -e '" + folder + "/seen-" + titles.indexOf(title)
                + "' ]; do sleep 0.01; done; " + FINE));
        assertTrue(run(600, part("A", 1, 60), part("B", 1, 60), part("C", 1, 60)));
        ended.set(true);
        reader.join();
        assertEquals(List.of(), broken);
        assertEquals(sizes.stream().sorted().toList(), sizes);
        assertTrue(sizes.containsAll(List.of(0, 1, 2)), sizes.toString());
    }

    /** The real processes: on a machine without a GPU they say so, and end when their parent does. */
    @Test
    void aProcessOfItsOwnCarriesOutAPart() throws IOException {
        Home home = Home.create(folder.resolve("home"));
        Gpus gpus = new Gpus(List.of(new Gpu(0, "NVIDIA H200", 90, "580.65.06", 1L << 37)), "");
        home.devices = new Devices(() -> {
            sleep(); // a driver that is slow to answer
            return gpus;
        }, () -> new CudaLibraries(List.of(), List.of(), List.of(), true), false, Map.of(),
                (index, precision, switches, profile) -> null);
        Path output = folder.resolve("it's here");
        int code = home.run((run, data) -> null, "gpu", "--full", "--parts", "self-test-fp32", "--minutes", "0.6",
                "--output", output.toString());
        assertEquals(ExitCode.FAILED, code, home.err());
        JsonNode json = new ObjectMapper().readTree(output.resolve("gpu-report.json").toFile());
        assertEquals("Self-test, fp32", json.get("parts").get(0).get("title").asText());
        assertTrue(json.get("parts").get(0).get("text").asText().contains("CUDA"), json.toString());
        String command = json.get("environment").get("command").asText();
        assertTrue(command.endsWith(" --output '" + folder + "/it'\\''s here'"), command);
        assertTrue(home.out().endsWith(output.resolve("gpu-report.md") + "\n"), home.out());
        Matcher limit = Pattern.compile("\\[1/1] Self-test, fp32: at most (\\d+) s, \\1 s left").matcher(home.err());
        assertTrue(limit.find() && Integer.parseInt(limit.group(1)) <= 32, home.err());
    }

    private static void sleep() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aProcessEndsWithTheOneThatStartedIt() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(GpuChild.command(
                "self-test-fp32", folder.resolve("result"), 60, List.of("--full")))
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().close();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(ExitCode.FAILED, process.exitValue());
    }

    @Test
    void aWordMeansThePartsThatHaveItAndAnIdNoOtherPart() throws IOException {
        Home home = Home.create(folder.resolve("home"));
        GpuCommand command = new GpuCommand(home.path, home.devices, new Console(System.out, System.err, 0));
        List<GpuPart> parts = command.parts(List.of("--full"));
        for (GpuPart part : parts) {
            assertEquals(List.of(part), parts.stream().filter(other -> other.isMeant(part.id())).toList());
            assertTrue(part.least() + 3 <= part.limit(), part.title());
            assertEquals(part.title(), command.part(part.id(), List.of("--full")).title());
        }
        assertEquals(parts.subList(0, 3), parts.stream().filter(part -> part.isMeant("Self-Test")).toList());
        List<String> titles = parts.stream().map(GpuPart::title).toList();
        assertTrue(titles.indexOf("PyTorch streams, mlp") < titles.indexOf("PyTorch graph, vgg-11"));
        assertTrue(titles.indexOf("Speed, mlp") < titles.indexOf("PyTorch streams, vgg-11"));
        assertEquals("Timing, mlp", command.part("timing-mlp", List.of("--variants")).title());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--full --minutes 0 | minutes must be a number in [0.1, 10000], got 0",
        "--full --minutes soon | minutes must be a number in [0.1, 10000], got soon",
        "--full --minutes NaN | minutes must be a number in [0.1, 10000], got NaN",
        "--minutes 5 | --minutes is of gpu --full and gpu --variants",
        "--parts size | --parts is of gpu --full",
        "--variants --peer python3 | --peer is of gpu --full",
        "--full --steps 5 | --steps is of gpu --variants",
        "--full --variants | --full has the variants among its parts; give --full or --variants",
        "--full --parts size,sped | parts must be words of titles of parts, such as self-test, tests, ten-steps,",
        "--full --parts size, | parts must be words of titles of parts",
        "--variants --model linear | model must be one or more of vgg-11, resnet-20, mlp, got \"linear\"",
        "--variants --workers 0 | workers must be a whole number in [1, 4096], got 0",
        "--full --ways | --ways is of gpu alone; --full prints the ways of what it times",
        "--model mlp | --model is of gpu --variants and gpu --ways",
        "--variants --steps x | steps must be a whole number in [1, 1000000000], got \"x\""
    })
    void whatIsWrongIsSaidInOneSentence(String options, String message) throws IOException {
        Home home = Home.create(folder.resolve("home"));
        assertEquals(ExitCode.USAGE, home.run((run, data) -> null, ("gpu " + options).split(" ")), home.err());
        assertTrue(home.err().startsWith("error: " + message), home.err());
        assertEquals(1, home.err().lines().count());
    }
}
