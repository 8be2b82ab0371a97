package dev.gossamer.bench.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.algorithm.Rules;
import dev.gossamer.algorithm.method.Direction;
import dev.gossamer.configuration.Gossip;
import dev.gossamer.configuration.Optimization;
import dev.gossamer.configuration.RunConfiguration;
import dev.gossamer.data.Batch;
import dev.gossamer.data.ImageShape;
import dev.gossamer.data.NoiseImages;
import dev.gossamer.engine.ReplicaEngine;
import dev.gossamer.engine.stacked.StackedEngine;
import dev.gossamer.engine.stacked.host.HostDevice;
import dev.gossamer.model.Network;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** The peer's modes beside one another and the engine, by a real PyTorch on the CPU; skipped where there is none. */
class TorchPeerModesTest {

    private static final String PYTHON = "/usr/bin/python3";
    private static final int WORKERS = 3;
    private static final int BATCH = 2;
    private static final int STEPS = 3;

    @TempDir
    static Path folder;

    /** What a training ends with. */
    private record End(JsonNode answer, float[] parameters) {

        float[] losses() {
            float[] losses = new float[answer.get("losses").size()];
            for (int t = 0; t < losses.length; t++) {
                losses[t] = answer.get("losses").get(t).floatValue();
            }
            return losses;
        }
    }

    @BeforeAll
    static void needsPyTorch() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of(PYTHON)), "there is no " + PYTHON);
        Process process = new ProcessBuilder(PYTHON, "-c", "import torch")
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assumeTrue(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0, PYTHON + " has no PyTorch");
        try (InputStream script = TorchPeer.class.getResourceAsStream("/peer/torch_peer.py")) {
            Files.copy(script, folder.resolve("peer.py"));
        }
    }

    /**
     * Trains.
     *
     * @param before Python that is executed first, to change what PyTorch has
     * @param more options, as one would type them
     */
    private static End train(String before, String more) throws IOException, InterruptedException {
        Path parameters = folder.resolve("parameters");
        Path errors = folder.resolve("errors");
        String start = before + "\nimport runpy, warnings; warnings.simplefilter('ignore'); runpy.run_path('"
                + folder.resolve("peer.py") + "', run_name='__main__')";
        List<String> command = new ArrayList<>(List.of(PYTHON, "-c", start, "--device", "cpu", "--threads", "1",
                "--workers", "" + WORKERS, "--batch", "" + BATCH, "--warmup", "1", "--steps", "" + (STEPS - 1),
                "--parameters", parameters.toString()));
        command.addAll(List.of(more.split(" ")));
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), Files.readString(errors));
        FloatBuffer values =
                ByteBuffer.wrap(Files.readAllBytes(parameters)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] all = new float[values.remaining()];
        values.get(all);
        return new End(new ObjectMapper().readTree(out.substring(out.lastIndexOf('{', out.indexOf("\"peer\"")))), all);
    }

    @Test
    @Tag("slow")
    void streamsTrainAsOneReplicaAfterAnotherDoes() throws IOException, InterruptedException {
        compareModes("resnet-20", "exp --workers 4", "loop-channels-last", "threads", "threads-channels-last",
                "streams");
    }

    @Test
    @Tag("slow")
    void soTheyDoWithDropout() throws IOException, InterruptedException {
        compareModes("vgg-11", "ring", "loop-channels-last", "streams");
    }

    private static void compareModes(String model, String topology, String... modes)
            throws IOException, InterruptedException {
        String options = "--model " + model + " --topology " + topology + " --lr 0.001 --dropout 0.5 --mode ";
        End loop = train("", options + "loop");
        assertEquals(STEPS, loop.losses().length);
        for (String mode : modes) {
            End end = train("", options + mode);
            assertArrayEquals(loop.losses(), end.losses(), 1e-4f, mode);
            assertArrayEquals(loop.parameters, end.parameters, 1e-4f, mode);
            assertTrue(end.answer.get("way").asText().matches("\\w+ update, \\w+ mixing"), end.answer.toString());
        }
        End half = train("", options + "loop --precision bf16");
        assertArrayEquals(loop.losses(), half.losses(), 0.03f);
        assertFalse(Arrays.equals(loop.losses(), half.losses()));
    }

    /** What {@link #streamsTrainAsOneReplicaAfterAnotherDoes} passes with tensors of odd sizes. */
    @Test
    void aTensorThatVectorLoadsCannotReadIsRefused() throws IOException, InterruptedException {
        String check = "import runpy, torch\ncheck = runpy.run_path('" + folder.resolve("peer.py")
                + "')['check_alignment']\nt = torch.zeros(16)\n"
                + "check([{'a': t}, {'a': t[4:]}])\nprint('aligned', flush=True)\ncheck([{'a': t}, {'a': t[8:], 'b': t[5:]}])";
        Process process = new ProcessBuilder(PYTHON, "-W", "ignore", "-c", check).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(1, process.exitValue(), out);
        assertTrue(out.matches("aligned\nb of replica 1 must start at a multiple of 16 bytes, got address \\d+\n"),
                out);
    }

    /** On a GPU, that is; what is set there is set here. */
    @Test
    void tf32IsThatOfConvolutionsAloneAsInTheEngine() throws IOException, InterruptedException {
        Path flags = folder.resolve("flags");
        train("import atexit, torch; torch.backends.cuda.matmul.allow_tf32 = True\natexit.register(lambda: open('"
                + flags + "', 'w').write('%s %s' % (torch.backends.cudnn.allow_tf32,"
                + " torch.backends.cuda.matmul.allow_tf32)))",
                "--model mlp --precision tf32");
        assertEquals("True False", Files.readString(flags));
    }

    @ParameterizedTest
    @CsvSource({"mlp, 1e-5", "lenet-groupnorm, 1e-5", "resnet-20-groupnorm, 1e-4"})
    void bothTrainAsTheEngineDoes(String model, float tolerance) throws IOException, InterruptedException {
        compareWithTheEngine(model, tolerance);
    }

    /** With batch norm and two images, a gradient is the difference of two large numbers in some places. */
    @ParameterizedTest
    @CsvSource({
        "lenet, 1e-5", "vgg-11-groupnorm, 1e-4", "resnet-18-groupnorm, 1e-4", "wide-resnet-16-4, 1e-3",
        "resnet-18, 1e-3"})
    @Tag("slow")
    void soTheyDoWithLargerModels(String model, float tolerance) throws IOException, InterruptedException {
        compareWithTheEngine(model, tolerance);
    }

    private static void compareWithTheEngine(String model, float tolerance) throws IOException, InterruptedException {
        ImageShape shape = model.equals("mlp") ? new ImageShape(1, 28, 28) : new ImageShape(3, 32, 32);
        Batch batch = NoiseImages.batch(new Random(1), shape, WORKERS, BATCH, 10);
        float[] images = new float[WORKERS * BATCH * shape.size()];
        batch.draws().render(0, WORKERS * BATCH, FloatBuffer.wrap(images));
        RunConfiguration run = RunConfiguration.of(Map.of(Network.MODEL, model, Gossip.WORKERS, "" + WORKERS,
                Gossip.TOPOLOGY, "ring", Optimization.LEARNING_RATE, "0.01", Direction.MOMENTUM, "0.9",
                Direction.WEIGHT_DECAY, "0.001"));
        float[] losses = new float[STEPS];
        float[] row;
        float[] expected;
        try (ReplicaEngine engine = new StackedEngine(
                Network.of(model, 1, 0).configuration(shape, 10, 1, DataType.FLOAT), shape, WORKERS,
                Rules.descent(0.9, 0.001, 0), 1, HostDevice.cpu(1))) {
            row = new float[Math.toIntExact(engine.matrices().parameters())];
            expected = new float[WORKERS * row.length];
            engine.matrices().readParameters(0, FloatBuffer.wrap(row));
            for (int t = 0; t < STEPS; t++) {
                losses[t] = (float) engine.computeGradients(batch, t);
                engine.update(run.clock(0, 1, run.scheme()), run.gossip().topology().scheme().at(0));
            }
            for (int i = 0; i < WORKERS; i++) {
                engine.matrices().readParameters(i, FloatBuffer.wrap(expected, i * row.length, row.length));
            }
        }
        write("start", row, new int[0]);
        write("images", images, batch.labels());
        for (String mode : List.of("loop", "threads", "streams")) {
            End end = train("", "--model " + model + " --topology ring --dropout 0 --lr 0.01 --momentum 0.9 --weight-decay 0.001"
                    + " --mode " + mode + " --start " + folder.resolve("start")
                    + " --images " + folder.resolve("images"));
            assertArrayEquals(losses, end.losses(), 10 * tolerance, mode);
            assertArrayEquals(expected, end.parameters, tolerance, mode);
        }
    }

    private static void write(String name, float[] values, int[] more) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((values.length + more.length) * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        for (int value : more) {
            bytes.putFloat(value);
        }
        Files.write(folder.resolve(name), bytes.array());
    }

    /** With a stand-in for the compiler, which this PyTorch may not have, and with one that fails. */
    @Test
    @Tag("slow")
    void aCompilerIsUsedWhereItWorksAndElseDoneWithout() throws IOException, InterruptedException {
        String options = "--model resnet-20 --topology ring --compile-seconds 1 --mode streams";
        End without = train("import torch; torch.compile = lambda f, **k: 1 / 0", options);
        assertTrue(without.answer.get("way").asText().matches("(fused|plain) update, (dense|sparse) mixing"));
        assertTrue(without.answer.get("fallbacks").get(0).asText().startsWith("not compiled: ZeroDivisionError"));
        End with = train("import torch; torch.compile = lambda f, **k: f", options + " --compile-seconds 30");
        assertTrue(with.answer.get("way").asText().startsWith("compiled update, "), with.answer.toString());
        assertArrayEquals(without.parameters, with.parameters, 1e-5f);
        End late = train("import time, torch; torch.compile = lambda f, **k: lambda *a: time.sleep(50)", options);
        assertEquals("not compiled: TimeoutError: compiling takes over 1 s",
                late.answer.get("fallbacks").get(0).asText());
    }

    @Test
    @Tag("slow")
    void aCompilerThatIsWrongIsDoneWithout() throws IOException, InterruptedException {
        End wrong = train("import torch; torch.compile = lambda f, **k: lambda *a: None", "--model mlp --mode streams");
        assertEquals("not compiled: ArithmeticError: the compiled update is wrong",
                wrong.answer.get("fallbacks").get(0).asText());
    }
}
