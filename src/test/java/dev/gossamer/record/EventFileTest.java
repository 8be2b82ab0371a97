package dev.gossamer.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

class EventFileTest {

    @TempDir
    Path folder;

    @Test
    void startsWithTheVersionOfTheFormat() throws IOException {
        EventFile.create(folder).close();

        Event first = Event.parseFrom(records(bytes()).get(0));
        assertEquals("brain.Event:2", first.getFileVersion());
        assertTrue(Math.abs(first.getWallTime() - System.currentTimeMillis() / 1e3) < 60);
    }

    @Test
    void isFoundByTensorBoard() throws IOException {
        EventFile.create(folder).close();

        assertTrue(file().getFileName().toString().matches("events\\.out\\.tfevents\\.\\d{10}\\.gossamer"));
    }

    @Test
    void holdsEveryValueOfEveryRowUnderItsTag() throws IOException {
        try (EventFile events = EventFile.create(folder)) {
            events.append(List.of(
                    new MetricsRow(5, 0, 0, 0.25, "train", "0", 2.25, 0.125, 7, Optional.empty()),
                    new MetricsRow(5, 0, 0, 0.25, "test", "mean", 2.5, Double.NaN, 7, Optional.empty())));
            events.append(List.of(new MetricsRow(9, 0, 0, 0.5, "test", "mean", Double.POSITIVE_INFINITY, 0.75, 8,
                    Optional.empty())));
        }

        List<byte[]> records = records(bytes());
        assertEquals(3, records.size());
        Event fifth = Event.parseFrom(records.get(1));
        assertEquals(5, fifth.getStep());
        assertEquals(
                Map.of(
                        "consensus_distance", 7f,
                        "learning_rate", 0.25f,
                        "train/accuracy/0", 0.125f,
                        "train/loss/0", 2.25f,
                        "test/accuracy/mean", Float.NaN,
                        "test/loss/mean", 2.5f),
                values(fifth));
        Event ninth = Event.parseFrom(records.get(2));
        assertEquals(9, ninth.getStep());
        assertEquals(Float.POSITIVE_INFINITY, values(ninth).get("test/loss/mean"));
        assertEquals(8f, values(ninth).get("consensus_distance"));
    }

    private static Map<String, Float> values(Event event) {
        Map<String, Float> values = new LinkedHashMap<>();
        for (Summary.Value value : event.getSummary().getValueList()) {
            assertEquals(null, values.put(value.getTag(), value.getSimpleValue()), "twice: " + value.getTag());
        }
        return values;
    }

    @Test
    void valuesOfAStepAreNotRepeatedForItsOtherRows() throws IOException {
        try (EventFile events = EventFile.create(folder)) {
            events.append(List.of(new MetricsRow(5, 0, 0, 0.25, "train", "0", 2.25, 0.125, 7, Optional.empty())));
            events.append(List.of(new MetricsRow(5, 0, 0, 0.25, "train", "1", 2.25, 0.125, 7, Optional.empty())));
        }

        Event second = Event.parseFrom(records(bytes()).get(2));
        assertEquals(List.of("train/accuracy/1", "train/loss/1"), new ArrayList<>(values(second).keySet()));
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    private byte[] bytes() throws IOException {
        return Files.readAllBytes(file());
    }

    /** An independent reader: byte by byte, with the checksum bit by bit. */
    private static List<byte[]> records(byte[] file) {
        List<byte[]> records = new ArrayList<>();
        int at = 0;
        while (at < file.length) {
            int length = (int) littleEndian(file, at, 8);
            assertEquals(masked(checksum(file, at, 8)), littleEndian(file, at + 8, 4));
            byte[] data = new byte[length];
            System.arraycopy(file, at + 12, data, 0, length);
            assertEquals(masked(checksum(file, at + 12, length)), littleEndian(file, at + 12 + length, 4));
            records.add(data);
            at += length + 16;
        }
        return records;
    }

    private static long littleEndian(byte[] bytes, int from, int count) {
        long value = 0;
        for (int k = count - 1; k >= 0; k--) {
            value = value << 8 | bytes[from + k] & 0xff;
        }
        return value;
    }

    /** CRC-32C (Castagnoli), reflected polynomial 0x82F63B78. */
    private static long checksum(byte[] bytes, int from, int count) {
        long remainder = 0xffffffffL;
        for (int k = from; k < from + count; k++) {
            remainder ^= bytes[k] & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                remainder = (remainder & 1) == 0 ? remainder >>> 1 : remainder >>> 1 ^ 0x82f63b78L;
            }
        }
        return remainder ^ 0xffffffffL;
    }

    private static long masked(long checksum) {
        long rotated = (checksum >>> 15 | checksum << 17) & 0xffffffffL;
        return rotated + 0xa282ead8L & 0xffffffffL;
    }
}
