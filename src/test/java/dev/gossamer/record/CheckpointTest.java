package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        return new MetricsRow(step, 0.5, 2, 0.1, "test", "0", 1.5, 0.4, 0.02, Optional.empty());
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
        String metrics = Files.readString(folder.resolve("metrics.csv"));
        String then = metrics.substring(0, metrics.indexOf("1000,"));
        CRC32C ofMetrics = new CRC32C();
        ofMetrics.update(then.getBytes(StandardCharsets.UTF_8));
        assertTrue(text.startsWith("{\"format\":\"gossamer-checkpoint-2\",\"step\":7,\"workers\":3,\"parameters\":5,"
                + "\"matrices\":[\"parameters\",\"momenta\"],\"step_times\":3,\"repetitions\":2,\"metrics_bytes\":"
                + then.length()
                + ",\"metrics_checksum\":" + ofMetrics.getValue() + ",\"events_bytes\":"), text);
        assertTrue(text.substring(0, start).matches("(?s).*,\"run\":\"[0-9a-f]{64}\"}\n"), text.substring(0, start));
        ByteBuffer body = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(start);
        int state = 2 * 3 * 5 * 4 + 3 * 8 + 2 * 8;
        assertEquals(state + then.length() + 4, body.remaining());
        FloatBuffer floats = body.asFloatBuffer();
        assertEquals(value(7, 1, 2, 4), floats.get(2 * 3 * 5 - 1));
        assertEquals(1.5, body.getDouble(start + state - 16 - 16));
        assertEquals(-0.25, body.getDouble(start + state - 8));
        assertEquals(then, text.substring(start + state, bytes.length - 4));
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - 4);
        assertEquals((int) checksum.getValue(), body.getInt(bytes.length - 4));
    }

    @Test
    void theLastTwoAreKeptAndAtTheEndTheLast() throws IOException {
        run(5, 7, 30, 100);
        assertEquals(List.of("step-100.checkpoint", "step-30.checkpoint"), files());
        assertEquals(100, newest().orElseThrow().header().step());
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow(), Map.of(), warnings::add)) {
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
        Path aside = folder.resolve("checkpoints/step-30.checkpoint.damaged");
        assertArrayEquals(damaged, Files.readAllBytes(aside), "it is put aside as it is");
        Files.delete(aside);
    }

    @Test
    void whatIsLeftOfAKilledWriteIsNoCheckpointAndGoesAway() throws IOException {
        run(5, 7);
        byte[] begun = Arrays.copyOf(Files.readAllBytes(file(7)), 100);
        Files.write(folder.resolve("checkpoints/step-30.checkpoint.4711.part"), begun);
        Files.write(folder.resolve("checkpoints/step-31.checkpoint.4711.part"), new byte[0]);
        Path mine = Files.writeString(folder.resolve("checkpoints/step-32.checkpoint.4711.part"), "mine");
        assertEquals(7, newest().orElseThrow().header().step());
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow(), Map.of(), warnings::add)) {
            checkpoint(run, 30, 5, false);
        }
        assertEquals("mine", Files.readString(mine));
        Files.delete(mine);
        assertEquals(List.of("step-30.checkpoint", "step-7.checkpoint"), files());
    }

    /** Three records that agree do not lose to a file that was copied there. */
    @Test
    void aCheckpointOfAnotherRunIsPutAside() throws IOException {
        run(5, 7);
        Path other = temporary.resolve("other");
        try (RunFolder run = RunFolder.create(other, Map.of("seed", 2), Map.of())) {
            checkpoint(run, 30, 5, true);
        }
        Files.copy(other.resolve("checkpoints/step-30.checkpoint"), file(30));
        assertEquals(7, newest().orElseThrow().header().step());
        assertEquals(List.of("checkpoint " + file(30) + " is passed over, because it is of another run"), warnings);
        assertTrue(Files.exists(file(30).resolveSibling("step-30.checkpoint.damaged")));
    }

    @Test
    void rowsAfterTheCheckpointAreCutAndATornOneToo() throws IOException {
        run(5, 7, 30);
        Path metrics = folder.resolve("metrics.csv");
        Files.writeString(metrics, Files.readString(metrics) + "1001,0.5,2");
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow(), Map.of(), warnings::add)) {
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
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow(), Map.of(), warnings::add)) {
            run.append(row(1000));
        }
        assertEquals(complete, Files.size(events));
        assertEquals(events, EventFile.in(folder).orElseThrow());
    }

    /** What editors, spreadsheets and mistakes do to the rows that a checkpoint was written after. */
    @ParameterizedTest
    @ValueSource(strings = {"line ends", "row inserted", "row removed", "value changed", "gone", "a link"})
    void rowsThatAreNotAsWrittenArePutAsideAndMadeAgain(String how) throws IOException {
        run(5, 7, 30);
        Path metrics = folder.resolve("metrics.csv");
        String before = Files.readString(metrics);
        String changed = change(how, before);
        Files.delete(metrics);
        if (how.equals("a link")) {
            Files.createSymbolicLink(metrics, Files.writeString(temporary.resolve("elsewhere"), changed));
        } else if (!how.equals("gone")) {
            Files.writeString(metrics, changed);
        }
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow(), Map.of(), warnings::add)) {
            assertEquals(List.of(row(30)), run.lastEvaluation());
            run.append(row(1000));
        }
        assertEquals(before, Files.readString(metrics));
        assertFalse(Files.isSymbolicLink(metrics));
        Path aside = folder.resolve("metrics.csv.damaged");
        assertEquals(List.of(how.equals("gone")
                ? metrics + " is gone and is made again"
                : metrics + " is not as it was written and is made again; what was there is in " + aside), warnings);
        assertEquals(how.equals("gone") ? null : changed, Files.exists(aside) ? Files.readString(aside) : null);
    }

    private static String change(String how, String rows) {
        return switch (how) {
            case "line ends" -> rows.replace("\n", "\r\n");
            case "row inserted" -> rows.replaceFirst("\n7,", "\n6,0.5,2,0.1,test,0,1.5,0.4,0.02\n7,");
            case "row removed" -> rows.replaceFirst("\n7,.*", "");
            case "value changed" -> rows.replaceFirst(",0.4,", ",0.5,");
            default -> rows;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"gone", "cut", "changed", "a link"})
    void eventsThatAreNotAsWrittenAreMadeAgain(String how) throws IOException {
        run(5, 7, 30);
        Path events = EventFile.in(folder).orElseThrow();
        byte[] before = Files.readAllBytes(events);
        byte[] changed = before.clone();
        changed[50]++;
        Files.delete(events);
        switch (how) {
            case "cut" -> Files.write(events, Arrays.copyOf(before, before.length / 2));
            case "changed" -> Files.write(events, changed);
            case "a link" -> Files.createSymbolicLink(events, Files.write(temporary.resolve("elsewhere"), before));
            default -> { }
        }
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow(), Map.of(), warnings::add)) {
            run.append(row(1000));
        }
        Path again = EventFile.in(folder).orElseThrow();
        assertEquals(4, EventFile.records(again));
        assertEquals(before.length, Files.size(again));
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.get(0).startsWith("the event file of " + folder + " is "), warnings.get(0));
        assertEquals(how.equals("cut") || how.equals("changed"), Files.exists(folder.resolve("events.damaged")));
        if (how.equals("a link")) {
            assertArrayEquals(before, Files.readAllBytes(temporary.resolve("elsewhere")), "not followed");
        }
    }

    /** As versions before wrote them: the rows are in metrics.csv alone. */
    @Test
    void aCheckpointWithoutRowsIsUsedWhereTheRowsAreWhole() throws IOException {
        run(5, 7, 30);
        Path metrics = folder.resolve("metrics.csv");
        String before = Files.readString(metrics);
        makeOld(7);
        makeOld(30);
        try (RunFolder run = RunFolder.reopen(folder, newest().orElseThrow(), Map.of(), warnings::add)) {
            assertEquals(List.of(row(30)), run.lastEvaluation());
            run.append(row(1000));
        }
        assertEquals(before, Files.readString(metrics));
        assertEquals(List.of(), warnings);
        Files.writeString(metrics, before.replace("\n", "\r\n"));
        assertEquals(Optional.empty(), newest(), "the cut would be within a row");
        assertTrue(warnings.get(0)
                .endsWith(" is passed over, because metrics.csv is not what it was when it was written"),
                warnings.get(0));
    }

    private void makeOld(long step) throws IOException {
        byte[] bytes = Files.readAllBytes(file(step));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int body = text.indexOf('\n') + 1;
        String header = text.substring(0, body).replace("checkpoint-2", "checkpoint-1")
                .replaceFirst("\"metrics_checksum\":\\d+,", "").replaceFirst(",\"run\":\"\\w+\"", "");
        byte[] old = (header + text.substring(body, body + 2 * 3 * 5 * 4 + 3 * 8 + 2 * 8))
                .getBytes(StandardCharsets.ISO_8859_1);
        CRC32C checksum = new CRC32C();
        checksum.update(old);
        Files.write(file(step), ByteBuffer.allocate(old.length + 4).order(ByteOrder.LITTLE_ENDIAN)
                .put(old).putInt((int) checksum.getValue()).array());
    }

    /** Whatever a user keeps there, also through a link. */
    @Test
    void nothingIsRemovedButOwnCheckpoints() throws IOException {
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
        Path checkpoints = folder.resolve("checkpoints");
        Files.createDirectories(folder);
        Files.createSymbolicLink(checkpoints, elsewhere);
        List<String> mine = List.of("backup of step-7.checkpoint", "notes.txt", "step-1.checkpoint", "thesis.part");
        for (String name : mine) {
            Files.writeString(elsewhere.resolve(name), "mine");
        }
        Files.createDirectories(elsewhere.resolve("step-2.checkpoint/deep"));
        try (RunFolder run = RunFolder.restart(folder, Map.of("seed", 1), Map.of(), warnings::add)) {
            for (long step : new long[] {7, 30, 100}) {
                run.append(row(step));
                checkpoint(run, step, 5, false);
            }
        }
        assertTrue(Files.isSymbolicLink(checkpoints));
        List<String> expected = new ArrayList<>(mine);
        expected.addAll(List.of("step-100.checkpoint", "step-30.checkpoint", "step-2.checkpoint"));
        assertEquals(expected.stream().sorted().toList(), files());
        assertEquals(100, newest().orElseThrow().header().step());
        assertEquals(List.of(), warnings);
    }

    /** The newest by its name, but of somebody else. */
    @Test
    void aForeignFileDoesNotTakeTheLastCheckpointsPlace() throws IOException {
        run(5, 7);
        Files.writeString(file(999), "mine");
        try (RunFolder run = RunFolder.reopen(folder, Checkpoint.glance(file(7)), Map.of(), warnings::add)) {
            checkpoint(run, 30, 5, true);
        }
        assertEquals(List.of("step-30.checkpoint", "step-999.checkpoint"), files());
        assertEquals("mine", Files.readString(file(999)));
    }

    /** What a user does to the configuration in mid-run is not what the run is known by. */
    @Test
    void aConfigurationThatIsChangedInUseDoesNotMakeCheckpointsForeign() throws IOException {
        Path configuration = folder.resolve("config.yaml");
        String before;
        try (RunFolder run = RunFolder.create(folder, Map.of("seed", 1), Map.of())) {
            before = Files.readString(configuration);
            Files.writeString(configuration, "seed: 2\n");
            checkpoint(run, 7, 5, false);
        }
        Files.writeString(configuration, "}{");
        assertThrows(RecordException.class, this::newest);
        assertEquals(List.of("step-7.checkpoint"), files(), "it is not the checkpoint that is damaged");
        Files.writeString(configuration, before);
        assertEquals(7, newest().orElseThrow().header().step());
    }

    @Test
    void aRunBegunAnewRemovesItsRowsAndNothingElse() throws IOException {
        run(5);
        Files.writeString(folder.resolve("notes.txt"), "mine");
        Files.writeString(folder.resolve("summary.json.4711.part"), "{");
        RunFolder.restart(folder, Map.of("seed", 1), Map.of(), warnings::add).close();
        assertEquals(List.of("config.yaml", "environment.json", "events", "metrics.csv", "notes.txt"), names());
        assertEquals(List.of(), MetricsFile.read(folder.resolve("metrics.csv")));
        assertEquals(List.of("run begins anew, because it has no checkpoint to go on from"), warnings);
    }

    @Test
    void aRunBegunAnewKeepsWhatBelongsToDamagedCheckpoints() throws IOException {
        run(5, 7);
        Files.write(file(7), new byte[10]);
        String rows = Files.readString(folder.resolve("metrics.csv"));
        assertEquals(Optional.empty(), newest());
        RunFolder.restart(folder, Map.of("seed", 1), Map.of(), warnings::add).close();
        assertEquals(List.of("checkpoints", "config.yaml", "environment.json", "events", "events.damaged",
                "metrics.csv", "metrics.csv.damaged"), names());
        assertEquals(rows, Files.readString(folder.resolve("metrics.csv.damaged")));
        assertEquals("run begins anew, because it has no checkpoint to go on from; what it had recorded is in"
                + " metrics.csv.damaged, events.damaged", warnings.get(1));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString().replaceFirst("\\.out\\.tfevents.*", ""))
                    .sorted().toList();
        }
    }

    /** No folder of the old name appears again. */
    @Test
    void aFolderThatWasRenamedIsToldOf() throws IOException {
        try (RunFolder run = RunFolder.create(folder, Map.of("seed", 1), Map.of())) {
            Files.move(folder, temporary.resolve("renamed"));
            assertEquals("cannot write " + folder.resolve("metrics.csv")
                    + ": it has been removed, or its folder renamed, while in use",
                    assertThrows(RecordException.class, () -> run.append(row(1))).getMessage());
            assertThrows(RecordException.class, () -> checkpoint(run, 1, 5, true));
        }
        Path deeper = folder.resolve("of an experiment");
        assertThrows(RecordException.class, () -> RunFolder.create(deeper, Map.of("seed", 1), Map.of()));
        assertFalse(Files.exists(folder));
    }
}
