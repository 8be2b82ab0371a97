package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

    private static final List<String> MATRICES = List.of("parameters", "momenta");
    private static final int WORKERS = 3;
    private static final double[] TIMES = {0.25, 1.5, Double.MIN_VALUE};
    private static final double[] REPETITIONS = {3, -0.25};

    @TempDir
    Path temporary;

    private final List<String> warnings = new ArrayList<>();
    private Path folder;

    @BeforeEach
    void name() {
        folder = temporary.resolve("run");
    }

    private static MetricsRow row(long step) {
        return new MetricsRow(step, 0.5, 2, 0.1, "test", "0", 1.5, 0.4, 0.02);
    }

    /** A run with an evaluation and a checkpoint at each of these steps, and an evaluation after them. */
    private void run(int parameters, long... steps) {
        try (RunFolder run = RunFolder.create(folder, Map.of("seed", 1), Map.of())) {
            for (long step : steps) {
                run.append(row(step));
                checkpoint(run, step, parameters, false);
            }
            run.append(row(1000));
        }
    }

    private static void checkpoint(RunFolder run, long step, int parameters, boolean last) {
        run.checkpoint(step, WORKERS, parameters, MATRICES, (matrix, worker, values) -> {
            for (int k = 0; k < parameters; k++) {
                values.put(value(step, matrix, worker, k));
            }
        }, new Checkpoint.Measured(TIMES, REPETITIONS), last);
    }

    private static float value(long step, int matrix, int worker, int k) {
        return step + 0.5f * matrix + 0.01f * worker + 0.001f * k;
    }

    private Optional<Checkpoint> newest() {
        return RunFolder.newestCheckpoint(folder, warnings::add);
    }

    private Path file(long step) {
        return folder.resolve("checkpoints/step-" + step + ".checkpoint");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void everyRowComesBack() {
        run(20_000, 7);
        Checkpoint checkpoint = newest().orElseThrow();
        assertEquals(7, checkpoint.header().step());
        List<String> rows = new ArrayList<>();
        Checkpoint.Measured measured = checkpoint.restore((matrix, worker, values) -> {
            assertEquals(20_000, values.remaining());
            for (int k = 0; k < 20_000; k++) {
                assertEquals(value(7, matrix, worker, k), values.get());
            }
            rows.add(matrix + " " + worker);
        });
        assertEquals(List.of("0 0", "0 1", "0 2", "1 0", "1 1", "1 2"), rows);
        assertArrayEquals(TIMES, measured.stepTimes());
        assertArrayEquals(REPETITIONS, measured.repetitions());
        assertEquals(List.of(), warnings);
    }

    /** The form that is documented, read without the code that writes it. */
    @Test
    void theFileIsALineOfJsonFloatsDoublesAndAChecksum() throws IOException {
        run(5, 7);
        byte[] bytes = Files.readAllBytes(file(7));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int start = text.indexOf('\n') + 1;
        long metrics = Files.size(folder.resolve("metrics.csv"));
        assertTrue(text.startsWith("{\"format\":\"gossamer-checkpoint-1\",\"step\":7,\"workers\":3,\"parameters\":5,"
                + "\"matrices\":[\"parameters\",\"momenta\"],\"step_times\":3,\"repetitions\":2,\"metrics_bytes\":"), text);
        assertTrue(!text.contains("\"metrics_bytes\":" + metrics + ","), "the last row is later");
        ByteBuffer body = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(start);
        assertEquals(2 * 3 * 5 * 4 + 3 * 8 + 2 * 8 + 4, body.remaining());
        FloatBuffer floats = body.asFloatBuffer();
        assertEquals(value(7, 1, 2, 4), floats.get(2 * 3 * 5 - 1));
        assertEquals(1.5, body.getDouble(bytes.length - 4 - 16 - 16));
        assertEquals(-0.25, body.getDouble(bytes.length - 4 - 8));
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - 4);
        assertEquals((int) checksum.getValue(), body.getInt(bytes.length - 4));
    }

    @Test
    void theLastTwoAreKeptAndAtTheEndTheLast() throws IOException {
        run(5, 7, 30, 100);
        assertEquals(List.of("step-100.checkpoint", "step-30.checkpoint"), files());
        assertEquals(100, newest().orElseThrow().header().step());
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow())) {
            checkpoint(run, 120, 5, true);
        }
        assertEquals(List.of("step-120.checkpoint"), files());
    }

    /** Every byte counts: each is changed once, and the file cut after each. */
    @Test
    void damageIsNoticedAndTheOneBeforeUsed() throws IOException {
        run(5, 7, 30);
        byte[] whole = Files.readAllBytes(file(30));
        Random random = new Random(1);
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= (byte) (1 << random.nextInt(8));
            rejected(changed);
            rejected(Arrays.copyOf(whole, i));
        }
        rejected(Arrays.copyOf(whole, whole.length + 1));
        Files.write(file(30), whole);
        assertEquals(30, newest().orElseThrow().header().step());
    }

    private void rejected(byte[] damaged) throws IOException {
        warnings.clear();
        Files.write(file(30), damaged);
        assertEquals(7, newest().orElseThrow().header().step());
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).startsWith("checkpoint " + file(30) + " is damaged: "), warnings.get(0));
        assertTrue(Files.exists(folder.resolve("checkpoints/step-30.checkpoint.damaged")), "it is put aside");
    }

    @Test
    void whatIsLeftOfAKilledWriteIsNoCheckpointAndGoesAway() throws IOException {
        run(5, 7);
        Files.write(folder.resolve("checkpoints/step-30.checkpoint.part"), new byte[100]);
        assertEquals(7, newest().orElseThrow().header().step());
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow())) {
            checkpoint(run, 30, 5, false);
        }
        assertEquals(List.of("step-30.checkpoint", "step-7.checkpoint"), files());
    }

    @Test
    void rowsAfterTheCheckpointAreCutAndATornOneToo() throws IOException {
        run(5, 7, 30);
        Path metrics = folder.resolve("metrics.csv");
        Files.writeString(metrics, Files.readString(metrics) + "1001,0.5,2");
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow())) {
            assertEquals(List.of(row(30)), run.lastEvaluation());
            run.append(row(50));
        }
        assertEquals(List.of(row(7), row(30), row(50)), MetricsFile.read(metrics));
    }

    /** The event file of a run that was continued is that of one that was not, but for times. */
    @Test
    void theEventFileIsContinuedWhereItWas() throws IOException {
        run(5, 7, 30);
        Path events = EventFile.in(folder).orElseThrow();
        long complete = Files.size(events);
        Files.write(events, new byte[50], StandardOpenOption.APPEND);
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow())) {
            run.append(row(1000));
        }
        assertEquals(complete, Files.size(events));
        assertEquals(events, EventFile.in(folder).orElseThrow());
    }

    @Test
    void aCheckpointWhoseRowsAreLostIsPassedOver() throws IOException {
        run(5, 7, 30);
        Path metrics = folder.resolve("metrics.csv");
        List<String> lines = Files.readAllLines(metrics);
        Files.writeString(metrics, String.join("\n", lines.subList(0, 2)) + "\n");
        assertEquals(7, newest().orElseThrow().header().step());
        assertTrue(warnings.get(0).contains("is passed over, because metrics.csv"), warnings.get(0));
    }

    @Test
    void aCheckpointWhoseEventsAreLostIsPassedOver() throws IOException {
        run(5, 7, 30);
        Path events = EventFile.in(folder).orElseThrow();
        Files.write(events, Arrays.copyOf(Files.readAllBytes(events), (int) Files.size(events) / 2));
        assertEquals(7, newest().orElseThrow().header().step());
        assertTrue(warnings.get(0).contains("or the event file is shorter"), warnings.get(0));
    }

    @Test
    void aFolderIsClearedOfWhatARunLeavesAndNothingElse() throws IOException {
        run(5, 7, 30);
        Files.writeString(folder.resolve("notes.txt"), "mine");
        RunFolder.clear(folder);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("notes.txt")), files.toList());
        }
    }

    @Test
    void aFolderIsTakenOnce() throws IOException {
        Files.createDirectories(folder);
        try (FolderLock lock = FolderLock.take(folder).orElseThrow()) {
            assertEquals(folder, lock.folder());
            assertTrue(FolderLock.take(folder).isEmpty());
        }
        FolderLock.take(folder).orElseThrow().close();
    }
}
