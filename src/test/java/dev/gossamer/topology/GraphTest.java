package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.topology.Graph.Edge;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphTest {

    @Test
    void parallelEdgesCountInTheDegreeOnly() {
        Graph graph = Graph.of(3, List.of(new Edge(0, 1), new Edge(1, 0), new Edge(1, 2)));

        assertEquals(2, graph.degree(0));
        assertEquals(3, graph.degree(1));
        assertEquals(List.of(0, 2), graph.neighbours(1));
    }

    @Test
    void refusesLoopsAndStrangers() {
        assertEquals("an edge joins two different workers of 0 to 2, got 1-1", refusal(new Edge(1, 1)));
        assertEquals("an edge joins two different workers of 0 to 2, got 0-3", refusal(new Edge(0, 3)));
        assertEquals("an edge joins two different workers of 0 to 2, got -1-2", refusal(new Edge(-1, 2)));
        assertThrows(IllegalArgumentException.class, () -> Graph.of(0, List.of()));
    }

    private static String refusal(Edge edge) {
        return assertThrows(IllegalArgumentException.class, () -> Graph.of(3, List.of(edge))).getMessage();
    }

    @Test
    void metropolisHastingsOfAPathByHand() {
        Graph path = Graph.of(3, List.of(new Edge(0, 1), new Edge(2, 1)));
        double third = 1.0 / 3;
        double[][] expected = {{2 * third, third, 0}, {third, third, third}, {0, third, 2 * third}};

        double[][] actual = MetropolisHastings.weights(path).toDense();

        for (int i = 0; i < 3; i++) {
            assertArrayEquals(expected[i], actual[i], 1e-15);
        }
    }

    @Test
    void ringOfTwoIsOneEdge() {
        assertEquals(1, Graphs.ring(2).degree(0));
        assertEquals(2, Graphs.ring(3).degree(0));
    }
}
