package dev.gossamer.bench.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/** libtorch's modes beside the engine; skipped where its jars are not in the local Maven repository. */
@Tag("slow")
class LibtorchTest {

    private static final int WORKERS = 3;
    private static final int BATCH = 4;
    private static final int STEPS = 3;

    @TempDir
    Path folder;

    /** What the engine does. */
    private record Expected(float[] losses, float[] parameters) {}

    @ParameterizedTest
    @CsvSource({"NEWEST, resnet-20", "NEWEST, mlp", "NEWEST, vgg-11", "MKL, resnet-20", "MKL, mlp"})
    void everyModeTrainsAsTheEngineDoes(Libtorch build, String model) throws Exception {
        TorchPeer peer = peer(build);
        RunConfiguration run = RunConfiguration.of(Map.of(Network.MODEL, model, Gossip.WORKERS, "" + WORKERS,
                Gossip.TOPOLOGY, "ring", Optimization.LEARNING_RATE, "0.01", Direction.MOMENTUM, "0.9",
                Direction.WEIGHT_DECAY, "0.001"));
        Expected expected = train(run, model);
        for (String mode : peer.modes(run)) {
            float[] losses = losses(peer, model, mode, "fp32");
            assertArrayEquals(expected.losses, losses, 2e-4f, mode);
            assertArrayEquals(expected.parameters, floats("parameters"), 2e-4f, mode);
            float[] half = losses(peer, model, mode, "bf16");
            assertArrayEquals(expected.losses, half, 0.05f, mode);
            assertFalse(Arrays.equals(losses, half), mode);
        }
    }

    private static TorchPeer peer(Libtorch build) {
        Path jars = Path.of(System.getProperty("user.home"), ".m2/repository/org/bytedeco/pytorch");
        assumeTrue(Files.isDirectory(jars), "libtorch is not in the local Maven repository: ./run.sh bench --peer libtorch");
        return build.peer(Path.of(""), line -> { });
    }

    private Expected train(RunConfiguration run, String model) throws IOException {
        ImageShape shape = model.equals("mlp") ? new ImageShape(1, 28, 28) : new ImageShape(3, 32, 32);
        Batch batch = NoiseImages.batch(new Random(1), shape, WORKERS, BATCH, 10);
        float[] images = new float[WORKERS * BATCH * shape.size()];
        batch.draws().render(0, WORKERS * BATCH, FloatBuffer.wrap(images));
        float[] losses = new float[STEPS];
        try (ReplicaEngine engine = new StackedEngine(
                Network.of(model, 1, 0).configuration(shape, 10, 1, DataType.FLOAT), shape, WORKERS,
                Rules.descent(0.9, 0.001, 0), 1, HostDevice.cpu(1))) {
            float[] row = new float[Math.toIntExact(engine.matrices().parameters())];
            float[] all = new float[WORKERS * row.length];
            engine.matrices().readParameters(0, FloatBuffer.wrap(row));
            for (int t = 0; t < STEPS; t++) {
                losses[t] = (float) engine.computeGradients(batch, t);
                engine.update(run.clock(0, 1, run.scheme()), run.gossip().topology().scheme().at(0));
            }
            for (int i = 0; i < WORKERS; i++) {
                engine.matrices().readParameters(i, FloatBuffer.wrap(all, i * row.length, row.length));
            }
            write("start", row, new int[0]);
            write("images", images, batch.labels());
            return new Expected(losses, all);
        }
    }

    private float[] losses(TorchPeer peer, String model, String mode, String precision)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(peer.command());
        command.addAll(List.of(("--device cpu --model " + model + " --mode " + mode + " --precision " + precision
                + " --topology ring --workers " + WORKERS + " --batch " + BATCH + " --lr 0.01 --momentum 0.9"
                + " --weight-decay 0.001 --threads 1 --warmup 1 --steps " + (STEPS - 1) + " --start "
                + folder.resolve("start") + " --images " + folder.resolve("images") + " --parameters "
                + folder.resolve("parameters")).split(" ")));
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), Files.readString(errors));
        float[] losses = new float[STEPS];
        for (int t = 0; t < STEPS; t++) {
            losses[t] = new ObjectMapper().readTree(out).get("losses").get(t).floatValue();
        }
        return losses;
    }

    private float[] floats(String name) throws IOException {
        FloatBuffer values = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name))).order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        float[] all = new float[values.remaining()];
        values.get(all);
        return all;
    }

    private void write(String name, float[] values, int[] more) throws IOException {
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
}
