package dev.gossamer.topology;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Who attended what in Natchez, Mississippi, in the 1930s: women 0 to 17, events 18 to 31, an edge for each of 89
 * attendances.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Southern_Women_(dataset)">A. Davis, B. B. Gardner, M. R. Gardner: Deep
 *     South. University of Chicago Press 1941</a>
 */
final class SocialNetwork {

    private static final int WORKERS = 32;
    private static final String RESOURCE = "davis-southern-women.csv";

    private SocialNetwork() {}

    static Graph graph(int workers) {
        Sizes.requireExactly("social-network", WORKERS, workers);
        return attendances();
    }

    /** The shortest paths from worker 0. */
    static Graph tree(int workers) {
        Sizes.requireExactly("social-network-tree", WORKERS, workers);
        return Trees.shortestPaths(attendances(), 0);
    }

    private static Graph attendances() {
        try (Reader csv = new InputStreamReader(
                SocialNetwork.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8)) {
            return new CsvGraph(RESOURCE, WORKERS).read(csv);
        } catch (IOException e) {
            throw new UncheckedIOException("the program lacks its file " + RESOURCE, e);
        }
    }
}
