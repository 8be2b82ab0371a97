package dev.gossamer.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.cli.Home;
import dev.gossamer.cli.console.ExitCode;
import dev.gossamer.experiment.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {

    @TempDir
    Path folder;

    private Home home;

    @BeforeEach
    void create() throws IOException {
        home = Home.create(folder);
    }

    private int bench(String options) {
        return home.run(new Engines(line -> { }), ("bench " + options).strip().split(" "));
    }

    @Test
    void measuresEveryEngineAndRecordsEveryRound() throws IOException {
        assertEquals(ExitCode.DONE,
                bench("--model mlp --width 0.01 --workers 2 --batch-size 4 --rounds 2 --steps 2"), home.err());
        List<String> table = home.out().lines().toList();
        assertEquals(2 + 2, table.size(), home.out());
        assertTrue(table.get(2).startsWith("mlp          2  stacked "), home.out());
        assertTrue(table.get(3).startsWith("mlp          2  dl4j "), home.out());
        JsonNode file = new ObjectMapper().readTree(folder.resolve("runs/bench.json").toFile());
        assertTrue(file.get("command").asText().startsWith("./run.sh bench --model mlp"));
        assertTrue(file.get("cores").asInt() > 0);
        assertTrue(file.get("libraries").get("onednn").asText().matches("\\d+\\.\\d+.*"), file.toString());
        assertEquals(2, file.get("rows").size());
        for (JsonNode row : file.get("rows")) {
            assertEquals(784 * 50 + 50 + 50 * 10 + 10, row.get("parameters").asInt());
            assertEquals(2.0 * (2 * 784 * 50 + 3 * 50 * 10), row.get("flop_per_image").asDouble());
            int images = row.get("configuration").get("workers").asInt() * 4;
            for (int round = 0; round < 2; round++) {
                double step = value(row, "step_seconds", round);
                assertEquals(images / step, value(row, "images_per_second", round), 1e-6 * images / step);
                assertTrue(value(row, "gradient_seconds", round) < step);
                assertTrue(value(row, "update_share", round) > 0);
            }
            assertFalse(row.has("ratio"));
        }
    }

    private static double value(JsonNode row, String name, int round) {
        return row.get(name).get("rounds").get(round).asDouble();
    }

    @Test
    void aValueOfAListIsMeasuredOnceAndOneWorkerHasNoRing() {
        assertEquals(ExitCode.DONE,
                bench("--model linear,linear --workers 01 --engine stacked,stacked --rounds 1 --steps 1"), home.err());
        assertEquals(2 + 1, home.out().lines().count(), home.out());
    }

    @Test
    void theFileAndTheFormatAreTheUsersChoice() throws IOException {
        Path file = folder.resolve("deep/er/figures.json");
        assertEquals(ExitCode.DONE, bench(
                "--model linear --workers 1 --engine stacked --rounds 1 --steps 1 --format json --output " + file),
                home.err());
        JsonNode row = new ObjectMapper().readTree(home.out()).get(0);
        assertEquals("linear", row.get("model").asText());
        assertEquals(1, row.get("images_per_second").size());
        assertEquals(row.get("images_per_second"), new ObjectMapper().readTree(Files.readString(file))
                .get("rows").get(0).get("images_per_second").get("rounds"));
    }

    @Test
    void operationsAreListedBesideTheirFloor() {
        assertEquals(ExitCode.DONE, bench(
                "--model linear --workers 2 --batch-size 4 --engine stacked --rounds 1 --steps 2 --operations"), home.err());
        List<String> lines = home.err().lines().map(String::strip).toList();
        for (String operation : List.of("multiply 1 -> 10, ", "multiply weights 1 -> 10, ", "mean loss 10, ",
                "update ", "render images ", "sum ", "measured step ")) {
            assertEquals(1, lines.stream().filter(line -> line.startsWith(operation)).count(), home.err());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--model vgg | model must be vgg-11, vgg-11-groupnorm, resnet-20, resnet-20-evonorm, resnet-20-groupnorm, "
            + "resnet-18, resnet-18-groupnorm, wide-resnet-16-4, vit-tiny, lenet, lenet-groupnorm, mlp, linear, logistic, "
            + "file:FILE or keras:FILE, got \"vgg\"",
        "--workers 8,0 | workers must be a whole number in [1, 4096], got 0",
        "--engine cuda | engine must be auto, stacked, dl4j or reference, got \"cuda\"",
        "--device auto | device must be cpu or cuda for bench, got \"auto\"",
        "--device gpu | device must be auto, cpu or cuda, got \"gpu\"",
        "--peer-mode graph | peer-mode must be of all, loop, loop-channels-last, threads, threads-channels-last, vmap, grouped, grouped-channels-last, got \"graph\"",
        "--device cuda --peer-mode all,threads | peer-mode must be of all, loop, vmap, graph, streams, got \"threads\"",
        "--peer libtorch-2.0 | peer must be a Python with PyTorch, libtorch for all builds of libtorch, or one of them: libtorch-2.10.0, libtorch-2.7.1-mkl, got \"libtorch-2.0\"",
        "--peer python3, | peer must be a Python with PyTorch, libtorch for all builds of libtorch, or one of them: libtorch-2.10.0, libtorch-2.7.1-mkl, got \"\"",
        "--device cuda --peer libtorch | peer must be a Python on a GPU, as libtorch is for CPUs here, got \"libtorch\"",
        "--rounds 0 | rounds must be a whole number in [1, 1000], got 0",
        "--steps -1 | steps must be a whole number in [1, 1000000000], got -1",
        "--threads many | threads must be a whole number in [0, 1024], got \"many\"",
        "--format xml | format must be table, json or csv, got \"xml\"",
        "--engine dl4j --operations | operations needs the engine stacked on the device cpu, which is not measured here",
        "--round 3 | unknown option --round; did you mean --rounds?",
        "--output . | output must be a file, got the folder",
        "--peer no-such-python | peer must be a Python with PyTorch, got no-such-python, which cannot be started"
    })
    void whatIsWrongIsSaidInOneSentence(String options, String message) {
        assertEquals(ExitCode.USAGE, bench(options));
        assertTrue(home.err().startsWith("error: " + message), home.err());
        assertEquals(1, home.err().lines().count());
        assertEquals("", home.out());
    }
}
