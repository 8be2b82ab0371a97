package dev.gossamer.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.engine.stacked.cuda.StandIns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gpu --full} and {@code gpu --variants} with all their processes, and stand-ins for CUDA's libraries. */
@Tag("slow")
class GpuMeasuringTest {

    @TempDir
    Path folder;

    private StandIns standIns;
    private Home home;

    @BeforeEach
    void makeHome() throws IOException, InterruptedException {
        standIns = StandIns.make(folder);
        home = Home.create(folder.resolve("home"));
    }

    private ProcessBuilder process(String arguments) {
        return standIns.process(List.of("-Dgossamer.home=" + home.path), "dev.gossamer.cli.Main", arguments.split(" "));
    }

    private JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(home.path.resolve("runs").resolve(name).toFile());
    }

    @Test
    void partsAreAddedToTheReport() throws IOException, InterruptedException {
        StandIns.Ended ended = standIns.end(process("gpu --full --precision fp32 --parts self-test-fp32"));
        assertEquals(ExitCode.DONE, ended.code(), ended.err());
        assertEquals("fp32", json("gpu-report.json").get("environment").get("precision").asText());
        ended = standIns.end(process("gpu --full --parts tests --minutes 1"));
        assertEquals(ExitCode.DONE, ended.code(), ended.err());
        JsonNode report = json("gpu-report.json");
        assertEquals(1, report.get("parts").size(), ended.err());
        assertEquals("DONE", report.get("parts").get(0).get("state").asText(), report.toString());
        assertEquals(1, report.get("notDone").size());
        String goOn = "./run.sh gpu --full --minutes 1 --parts tests-tagged-gpu";
        assertEquals(goOn, report.get("goOn").asText());
        assertTrue(ended.err().endsWith("To go on: " + goOn), ended.err());
        standIns.with("STANDIN_FAIL", "step:3=700");
        ended = standIns.end(process("gpu --full --parts ten-steps-mlp-workers-1"));
        assertEquals(ExitCode.FAILED, ended.code(), ended.err());
        report = json("gpu-report.json");
        assertEquals("Self-test, fp32", report.get("parts").get(0).get("title").asText());
        String text = report.get("parts").get(1).get("text").asText();
        assertTrue(text.contains("cudaErrorIllegalAddress"), text);
    }

    /** Ctrl-C leaves what was timed, and no process. */
    @Test
    void whatWasTimedStaysWhereTheUserStops() throws IOException, InterruptedException {
        Process process = process("gpu --variants --model mlp --workers 1 --steps 1 --precision fp32")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(folder.resolve("err").toFile()).start();
        Path table = home.path.resolve("runs/gpu-variants.json");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(240);
        while (!Files.exists(table)) {
            assertTrue(process.isAlive() && System.nanoTime() < deadline, Files.readString(folder.resolve("err")));
            TimeUnit.MILLISECONDS.sleep(20);
        }
        new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the process did not end");
        assertEquals(ExitCode.INTERRUPTED, process.exitValue(), Files.readString(folder.resolve("err")));
        JsonNode rows = json("gpu-variants.json");
        assertEquals(3, rows.get(0).get("step_seconds").size());
        assertEquals(2, rows.size());
        assertTrue(rows.get(1).get("verdict").asText().matches("Interrupted\\.|not begun"), rows.toString());
    }
}
