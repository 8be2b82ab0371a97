package dev.gossamer.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.catalogue.Key;
import dev.gossamer.catalogue.Settings;
import dev.gossamer.catalogue.Values;
import dev.gossamer.topology.Scheme;
import dev.gossamer.topology.TopologyFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What {@code docs/algorithms.md} says is what the catalogue has, and its example is a class that a test trains. */
class AlgorithmsDocumentTest {

    private static final int PARAMETERS = 1000;

    private static String document() throws IOException {
        return Files.readString(Path.of("docs/algorithms.md"));
    }

    /** The cells of each row of the table of algorithms, by its name. */
    private static Map<String, List<String>> rows() throws IOException {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        document().lines().dropWhile(line -> !line.startsWith("| algorithm |")).skip(2)
                .takeWhile(line -> line.startsWith("|")).forEach(line -> {
                    List<String> cells = List.of(line.substring(2, line.length() - 2).split(" \\| "));
                    rows.put(cells.get(0).replace("`", ""), cells);
                });
        return rows;
    }

    @Test
    void itsTableHasAllAlgorithmsWithWhatTheyKeepAndSend() throws IOException {
        Map<String, List<String>> rows = rows();
        assertEquals(Algorithms.CATALOGUE.names(), reordered(rows));
        for (AlgorithmFamily family : Algorithms.CATALOGUE.entries()) {
            List<String> row = rows.get(family.form());
            Update update = Update.of(family.algorithm(Settings.of(family, Values.NONE)));
            assertEquals(update.kept().stream().skip(1).map(Kept::name).collect(Collectors.joining(", ")), row.get(2),
                    family.form());
            assertEquals(sent(update), row.get(3).replaceFirst(";.*", ""), family.form());
        }
    }

    private static List<String> reordered(Map<String, List<String>> rows) {
        return Algorithms.CATALOGUE.names().stream().filter(rows::containsKey).toList();
    }

    /** What goes along an edge of a tree in a step. */
    private static String sent(Update update) {
        Scheme tree = new TopologyFactory().get("chain", 4).scheme();
        Sent sent = new Communication(update, update.algorithm().scheme(tree), new long[] {PARAMETERS}).at(1);
        double values = (double) sent.bytes() / Float.BYTES / tree.at(0).messages();
        double compressed = 8.0 / 4 * 0.05 * PARAMETERS;
        if (update.isCompressing()) {
            return values == compressed ? "q" : values == 2 * compressed ? "2 q" : values + " values";
        }
        long vectors = Math.round(Math.floor(values / PARAMETERS));
        long numbers = Math.round(values % PARAMETERS);
        return (vectors == 0 ? "0" : vectors == 1 ? "d" : vectors + " d") + (numbers == 0 ? "" : " + " + numbers);
    }

    @Test
    void itNamesEveryKeyOfAnAlgorithm() throws IOException {
        String document = document();
        for (Key<?> key : Algorithms.CATALOGUE.keys()) {
            assertTrue(document.contains("`" + key + "`"), key + " is not there");
        }
    }
}
