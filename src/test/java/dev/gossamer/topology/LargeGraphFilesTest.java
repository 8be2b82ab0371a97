package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of many bytes, with a Java of 64 MiB where it matters what is held of them. */
class LargeGraphFilesTest {

    @TempDir
    Path folder;

    /** Says how many edges a file has, or why not: arguments path and number of workers. */
    public static void main(String[] arguments) {
        try {
            System.out.print(GraphFiles.read(arguments[0], Integer.parseInt(arguments[1])).edges().size());
        } catch (IllegalArgumentException e) {
            System.out.print(e.getMessage());
        }
    }

    private static String readBySmallJava(Path file, int workers) throws Exception {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m", "-cp",
                        System.getProperty("java.class.path"), LargeGraphFilesTest.class.getName(), file.toString(),
                        Integer.toString(workers))
                .redirectErrorStream(true)
                .start();
        String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, java.waitFor(), output);
        return output;
    }

    @Test
    void aCompleteEdgeListInBothDirectionsNeedsLittleMemory() throws Exception {
        Path file = folder.resolve("edges.csv");
        try (PrintWriter list = new PrintWriter(Files.newBufferedWriter(file))) {
            for (int a = 0; a < 1024; a++) {
                for (int b = 0; b < 1024; b++) {
                    list.print(a == b ? "" : a + "," + b + "\n");
                }
            }
        }
        assertEquals(Integer.toString(1024 * 1023 / 2), readBySmallJava(file, 1024));
    }

    /** With a header, since then the first lines do not tell yet whether there are labels. */
    @Test
    void aMatrixOfLongNumbersNeedsLittleMemory() throws Exception {
        int n = 1500;
        Path file = folder.resolve("matrix.csv");
        try (PrintWriter matrix = new PrintWriter(Files.newBufferedWriter(file))) {
            for (int a = -1; a < n; a++) {
                for (int b = 0; b < n; b++) {
                    boolean joined = Math.abs(a - b) == 1;
                    String entry = joined ? "1.000000000000000000000000e+00" : "0.000000000000000000000000e+00";
                    matrix.print((b > 0 ? "," : "") + (a < 0 ? "w" + b : entry));
                }
                matrix.print('\n');
            }
        }
        assertEquals(Integer.toString(n - 1), readBySmallJava(file, n));
    }

    @Test
    void namesThatEdgesInventNeedLittleMemory() throws Exception {
        Path file = folder.resolve("invented.graphml");
        try (PrintWriter xml = new PrintWriter(Files.newBufferedWriter(file))) {
            xml.print("<graphml><graph edgedefault='undirected'>\n");
            for (int i = 0; i < 700; i++) {
                xml.print("<node id='" + i + "'/>");
            }
            for (int i = 0; i < 400_000; i++) {
                xml.print("\n<edge source='from-" + i + "' target='to-" + i + "'/>");
            }
            xml.print("</graph></graphml>");
        }
        assertEquals("file:" + file + " line 3: expected edges between nodes of the file, got \"from-0\"",
                readBySmallJava(file, 700));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1,", "a", "# ", "\"", "\n0,1\n1x"})
    void aLineThatIsTooLongIsRefusedAtOnce(String part) throws IOException {
        int line = 1 + (int) part.chars().filter(c -> c == '\n').count();
        Path file = Files.writeString(folder.resolve("line.csv"),
                part + part.substring(part.length() - 1).repeat((16 << 20) - part.length()));
        assertEquals("file:" + file + " line " + line + ": expected at most 10256 characters for 4 workers, got more",
                assertTimeoutPreemptively(Duration.ofSeconds(60), () -> refusal(file, 4)));
    }

    /** More characters than a number may have; what is shown of them is short, and on one line. */
    @Test
    void aCellOfManyDigitsIsNoNumber() throws IOException {
        Path file = Files.writeString(folder.resolve("digits.csv"), "0,1,0\n1,0,0." + "0".repeat(5000) + "\n0,1,0\n");
        assertEquals("file:" + file + " line 2: expected entries 0 or 1, got \"0." + "0".repeat(78)
                + "...\" (5,002 characters)", refusal(file, 3));
        Files.writeString(file, "0,1,0\n1,0,\u202e\u001b[31m\n0,1,0\n");
        assertEquals("file:" + file + " line 2: expected entries 0 or 1, got \"\\u202e\\u001b[31m\"", refusal(file, 3));
        Files.writeString(file, "0,1,0\n1,0,9\u200e\u001b[31m\n".replace(",0", ""));
        assertEquals("file:" + file
                + " line 2: expected two different workers of 0 to 2, got \"1,9\\u200e\\u001b[31m\"", refusal(file, 3));
    }

    private static String refusal(Path file, int workers) {
        return assertThrows(IllegalArgumentException.class, () -> GraphFiles.read(file.toString(), workers))
                .getMessage();
    }
}
