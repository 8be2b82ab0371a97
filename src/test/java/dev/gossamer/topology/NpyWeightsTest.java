package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Weights in files that NumPy 2.4 wrote: a worker keeps 1/2 of its own and takes 3/8 of the next worker's and 1/8 of
 * the one before, so that a matrix read in the wrong order is its transpose.
 */
class NpyWeightsTest {

    private static final int WORKERS = 5;

    @TempDir
    Path folder;

    private static double[][] drifting(int next) {
        double[][] w = new double[WORKERS][WORKERS];
        for (int i = 0; i < WORKERS; i++) {
            w[i][i] = 0.5;
            w[i][(i + next) % WORKERS] = 0.375;
            w[i][(i + WORKERS - next) % WORKERS] = 0.125;
        }
        return w;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream = NpyWeightsTest.class.getResourceAsStream(name)) {
            return stream.readAllBytes();
        }
    }

    private Scheme scheme(byte[] npy) throws IOException {
        return Topologies.parse("weights-file:" + Files.write(folder.resolve("w.npy"), npy), WORKERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"drifting-ring.npy", "drifting-ring-fortran-float32.npy", "drifting-ring-big-endian.npy"})
    void aMatrixIsReadInAnyOrder(String name) throws IOException {
        Scheme scheme = scheme(resource(name));
        assertEquals(1, scheme.period().orElseThrow());
        assertArrayEquals(drifting(1), scheme.at(0).toDense());
    }

    @Test
    void theMatricesOfAPeriodAreRead() throws IOException {
        Scheme scheme = scheme(resource("drifting-ring-period.npy"));
        assertEquals(3, scheme.period().orElseThrow());
        assertArrayEquals(drifting(1), scheme.at(0).toDense());
        assertArrayEquals(drifting(WORKERS - 1), scheme.at(1).toDense());
        double[][] average = new double[WORKERS][WORKERS];
        Arrays.stream(average).forEach(row -> Arrays.fill(row, 0.2));
        assertArrayEquals(average, scheme.at(2).toDense());
    }

    /** A run goes on with what it recorded, which is CSV. */
    @Test
    void theyAreThoseOfCsv() throws IOException {
        Topology npy = new TopologyFactory().get(write("drifting-ring-period.npy"), WORKERS);
        Path csv = Files.writeString(folder.resolve("w.csv"), npy.recorded().orElseThrow());
        Topology same = new TopologyFactory().get("weights-file:" + csv, WORKERS);
        assertEquals(npy.recorded(), same.recorded());
    }

    private String write(String name) throws IOException {
        return "weights-file:" + Files.write(folder.resolve(name), resource(name));
    }

    private String refusal(byte[] npy, int workers) throws IOException {
        String name = "weights-file:" + Files.write(folder.resolve("w.npy"), npy);
        String message = assertThrows(
                IllegalArgumentException.class, () -> Topologies.parse(name, workers)).getMessage();
        assertTrue(message.startsWith(name), message);
        return message.substring(name.length());
    }

    private static byte[] npy(String type, String shape, double... values) {
        String header = "{'descr': '<" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
        ByteBuffer bytes = ByteBuffer.allocate(10 + header.length() + 8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) header.length());
        bytes.put(header.getBytes(StandardCharsets.US_ASCII));
        for (double value : values) {
            if (type.equals("f8")) {
                bytes.putDouble(value);
            } else {
                bytes.putFloat((float) value);
            }
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    @Test
    void badWeightsSayWhere() throws IOException {
        assertEquals(": each row of a mixing matrix sums to 1, or each column does, but row 1 of this one sums to 0.75",
                refusal(npy("f8", "2, 2", 0.5, 0.5, 0.5, 0.25), 2));
        assertEquals(", matrix 2: each row of a mixing matrix sums to 1, or each column does, but row 1 of this one sums"
                + " to 2.0", refusal(npy("f4", "2, 2, 2", 1, 0, 0, 1, 1, 0, 1, 1), 2));
        assertEquals(": expected weights that are numbers, got NaN in row 1, counted from 0",
                refusal(npy("f8", "2, 2", 0.5, 0.5, Double.NaN, 0.5), 2));
        assertEquals(": expected weights that are numbers, got -Infinity in row 0, counted from 0",
                refusal(npy("f4", "2, 2", 0.5, Double.NEGATIVE_INFINITY, 0.5, 0.5), 2));
    }

    @Test
    void otherShapesAndTypesAreRefused() throws IOException {
        String expected = ": expected floats (f4, f8) of shape [2, 2], or [p, 2, 2] for p steps";
        assertEquals(" is of f8 [1, 4]" + expected, refusal(npy("f8", "1, 4", 1, 0, 0, 1), 2));
        assertEquals(" is of f8 [4]" + expected, refusal(npy("f8", "4,", 1, 0, 0, 1), 2));
        assertEquals(" is of f8 []" + expected, refusal(npy("f8", "", 1), 2));
        assertEquals(" is of f8 [0, 2, 2]" + expected, refusal(npy("f8", "0, 2, 2"), 2));
        assertEquals(" is of i8 [2, 2]" + expected, refusal(npy("i8", "2, 2", 1, 0, 0, 1, 0, 0, 0, 0), 2));
        assertEquals(" is of f8 [5, 5]" + expected, refusal(resource("drifting-ring.npy"), 2));
        String path = write("drifting-ring.npy").replaceFirst("weights-", "");
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Topologies.parse(path, WORKERS)).getMessage()
                .endsWith(".dot or .gv; weights in .npy are weights-file:PATH"));
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        byte[] good = resource("drifting-ring.npy");
        assertEquals(" is truncated: expected 200 bytes, found 199", refusal(Arrays.copyOf(good, good.length - 1), 5));
        assertEquals(" is too long: expected 200 bytes of values, found more",
                refusal(Arrays.copyOf(good, good.length + 1), 5));
        assertEquals(" is no NumPy array: expected it to start with \\x93NUMPY and a version", refusal(new byte[0], 5));
        assertEquals(" is truncated: expected 118 bytes, found 30", refusal(Arrays.copyOf(good, 40), 5));
        String huge = refusal(npy("f8", "2147483647, 2147483647", 1), 2);
        assertTrue(huge.startsWith(" is of shape [2147483647, 2147483647]: expected at most 2^31 - 9 bytes"), huge);
    }

    /** Whatever byte changes: read, or refused in a sentence. */
    @Test
    void anyDamageIsRefusedInASentence() throws IOException {
        byte[] good = resource("drifting-ring-fortran-float32.npy");
        Random random = new Random(1);
        int refused = 0;
        for (int k = 0; k < 2000; k++) {
            byte[] damaged = good.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                scheme(damaged);
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().startsWith("weights-file:" + folder.resolve("w.npy")), e.getMessage());
                refused++;
            }
        }
        assertTrue(refused > 1000, refused + " refused");
    }
}
