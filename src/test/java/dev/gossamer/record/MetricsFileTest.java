package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gossamer.algorithm.Sent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsFileTest {

    private static final String EARLIER =
            "step,epoch,elapsed_seconds,learning_rate,split,worker,loss,accuracy,consensus_distance";
    private static final String HEADER = EARLIER + ",messages,bytes_sent\n";
    private static final MetricsRow ROW = new MetricsRow(100, 0.5, 12.25, 0.0625, "test", "mean", 2.5, 0.1, 1e-7,
            Optional.of(new Sent(6400, 123456789012345678L)));

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("metrics.csv");
    }

    @Test
    void writesTheHeaderAndPlainNumbers() throws IOException {
        MetricsFile metrics = MetricsFile.create(file);
        metrics.append(List.of(ROW));

        assertEquals(HEADER + "100,0.5,12.25,0.0625,test,mean,2.5,0.1,1e-7,6400,123456789012345678\n", Files.readString(file));
    }

    @Test
    void everyGroupIsThereAtOnce() throws IOException {
        MetricsFile metrics = MetricsFile.create(file);
        metrics.append(List.of(ROW, ROW));
        assertEquals(List.of(ROW, ROW), MetricsFile.read(file));
        metrics.append(List.of(ROW));
        assertEquals(3, MetricsFile.read(file).size());
    }

    @Test
    void randomRowsReadBackTheSame() {
        Random random = new Random(7);
        List<MetricsRow> rows = new ArrayList<>();
        for (int k = 0; k < 500; k++) {
            rows.add(new MetricsRow(
                    random.nextLong(),
                    number(random),
                    number(random),
                    number(random),
                    random.nextBoolean() ? "train" : "test",
                    random.nextBoolean() ? "mean" : String.valueOf(random.nextInt(64)),
                    number(random),
                    number(random),
                    number(random),
                    random.nextBoolean()
                            ? Optional.empty()
                            : Optional.of(new Sent(random.nextLong(), random.nextLong()))));
        }
        MetricsFile metrics = MetricsFile.create(file);
        metrics.append(rows);

        assertEquals(rows, MetricsFile.read(file));
    }

    private static double number(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> Double.NEGATIVE_INFINITY;
            case 3 -> Double.longBitsToDouble(random.nextLong() & ~(1L << 62));
            default -> random.nextGaussian();
        };
    }

    @Test
    void skipsWhateverALineWithoutLineBreakHolds() throws IOException {
        MetricsFile metrics = MetricsFile.create(file);
        metrics.append(List.of(ROW, ROW));
        String whole = Files.readString(file);
        int secondRow = whole.lastIndexOf("\n100") + 1;
        for (int end = secondRow; end < whole.length(); end++) {
            Files.writeString(file, whole.substring(0, end));
            assertEquals(List.of(ROW), MetricsFile.read(file), "cut at byte " + end);
        }
        for (int end = 0; end < HEADER.length(); end++) {
            Files.writeString(file, whole.substring(0, end));
            assertEquals(List.of(), MetricsFile.read(file), "cut at byte " + end);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1,0.5,12,0.1,test,mean,2.5,abc,0,1,2|accuracy must be a number, got \"abc\"",
                "1,0.5,12,0.1,test,mean,2.5|a row has 11 values, got 7",
                "1.5,0.5,12,0.1,test,mean,2.5,0,0,,|step must be a whole number, got \"1.5\"",
                "1,0.5,12,0.1,test,mean,,0,0,,|loss must be a number, got \"\"",
                "1,0.5,12,0.1,test,mean,2,0,0,1.5,2|messages must be a whole number, got \"1.5\"",
                "1,0.5,12,0.1,test,mean,2,0,0,1,|bytes_sent must be a whole number, got \"\""
            })
    void refusesAnyOtherLineWithItsNumber(String lineAndSentence) throws IOException {
        String[] parts = lineAndSentence.split("\\|");
        String good = "1,0.5,12,0.1,test,mean,2.5,0.5,0,1,2\n";
        Files.writeString(file, HEADER + good + parts[0] + "\n" + good);

        assertEquals(file + ", line 3: " + parts[1], refusal());
    }

    private static final String EARLIER_FILE = EARLIER + "\n5,0.5,12,0.1,test,mean,2.5,0.5,0\n";

    @Test
    void rowsOfEarlierVersionsDoNotSayWhatWasSent() throws IOException {
        Files.writeString(file, EARLIER_FILE);
        assertEquals(List.of(new MetricsRow(5, 0.5, 12, 0.1, "test", "mean", 2.5, 0.5, 0, Optional.empty())),
                MetricsFile.read(file));
        assertTrue(MetricsFile.startsWithRows(file, EARLIER_FILE.length(), 5));
    }

    @Test
    void aFileOfAnEarlierVersionGoesOnAsItIs() throws IOException {
        Files.writeString(file, EARLIER_FILE + "6,torn");
        MetricsFile.reopen(file, EARLIER_FILE.getBytes(StandardCharsets.UTF_8)).append(List.of(ROW));
        assertEquals(EARLIER_FILE + "100,0.5,12.25,0.0625,test,mean,2.5,0.1,1e-7\n", Files.readString(file));
        assertEquals(2, MetricsFile.read(file).size());
    }

    @Test
    void refusesAnotherHeader() throws IOException {
        Files.writeString(file, "step,loss\n1,2\n");

        assertEquals(file + ": the header must be \"" + HEADER.strip() + "\", got \"step,loss\"", refusal());
    }

    @Test
    void saysThatThereIsNoFile() {
        assertEquals("cannot read " + file + ": no such file or folder", refusal());
    }

    private String refusal() {
        return assertThrows(RecordException.class, () -> MetricsFile.read(file)).getMessage();
    }

    @Test
    void saysThatTheDiskIsFull() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        CsvAppender appender = new CsvAppender(full, new byte[0]);
        RecordException failure = assertThrows(RecordException.class, () -> appender.append(List.of(List.of("a"))));
        assertEquals("cannot write /dev/full: No space left on device", failure.getMessage());
    }

    @Test
    void saysThatTheFileWasRemoved() throws IOException {
        MetricsFile metrics = MetricsFile.create(file);
        Files.delete(file);
        assertEquals("cannot write " + file + ": it has been removed, or its folder renamed, while in use",
                assertThrows(RecordException.class, () -> metrics.append(List.of(ROW))).getMessage());
    }

    /** As an editor does that writes other line ends. */
    @Test
    void saysThatAnotherProgramChangedTheFile() throws IOException {
        MetricsFile metrics = MetricsFile.create(file);
        metrics.append(List.of(ROW));
        String changed = Files.readString(file).replace("\n", "\r\n");
        Files.writeString(file, changed);
        assertEquals("cannot write " + file + ": another program has changed it while in use",
                assertThrows(RecordException.class, () -> metrics.append(List.of(ROW))).getMessage());
        assertEquals(changed, Files.readString(file));
    }

    /** As an editor does that puts a new file in the place of the old one. */
    @Test
    void rowsGoToTheFileThatHasTheName() throws IOException {
        MetricsFile metrics = MetricsFile.create(file);
        metrics.append(List.of(ROW));
        Files.move(Files.copy(file, file.resolveSibling("copy")), file, StandardCopyOption.REPLACE_EXISTING);
        metrics.append(List.of(ROW));
        assertEquals(List.of(ROW, ROW), MetricsFile.read(file));
    }
}
