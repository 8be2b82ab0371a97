package dev.gossamer.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rooted trees, by their properties. */
class TreeTest {

    @ParameterizedTest
    @CsvSource({"binary-tree, 13", "binary-tree-reversed, 9", "chain, 6", "star, 7", "3-tree, 20",
        "social-network-tree, 32", "solo, 1", "ring, 2", "ring+uniform, 2"})
    void isTheTreeOfTheWeights(String name, int n) {
        MixingMatrix w = Topologies.parse(name, n).at(0);
        Tree tree = Tree.of(w);
        MixingMatrix parents = tree.parents();
        MixingMatrix children = tree.children();
        MixingMatrix siblings = tree.siblings();
        assertEquals(-1, tree.parent(0));
        assertEquals(0, parents.degree(0));
        for (int i = 0; i < n; i++) {
            assertEquals(w.degree(i), children.degree(i) + parents.degree(i));
            int below = 1;
            for (int k = 0; k < n; k++) {
                assertEquals(i != k && w.get(i, k) != 0 ? 1 : 0, children.get(i, k) + parents.get(i, k));
                assertEquals(children.get(i, k), parents.get(k, i));
                below += children.get(i, k) == 1 ? tree.subtreeSize(k) : 0;
            }
            assertEquals(below, tree.subtreeSize(i));
            assertEquals(i == 0 ? 0 : tree.hops(tree.parent(i)) + 1, tree.hops(i));
        }
        assertEquals(n, tree.subtreeSize(0));
        double[][] overParents = Products.times(parents, children.toDense());
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                assertEquals(i == k ? 0 : overParents[i][k], siblings.get(i, k));
            }
        }
    }

    @Test
    void refusesWhatIsNoTree() {
        assertRefused("ring", 5, "that of workers 2 and 3 closes a cycle");
        assertRefused("solo", 3, "nothing joins worker 1 to worker 0");
        assertRefused("uni-ring", 4, "worker 0 receives from worker 1 and sends it nothing");
        MixingMatrix skewed = MixingMatrix.of(new double[][] {{0.5, 0.5, 0}, {0.5, 0.5, 0}, {0, 0.5, 0.5}});
        assertTrue(refusal(skewed).contains("nothing joins worker 2 to worker 0"));
        MixingMatrix halfway = MixingMatrix.of(
                new double[][] {{0.5, 0.5, 0}, {0.3, 0.4, 0.3}, {0.2, 0.4, 0.4}});
        assertTrue(refusal(halfway).contains("worker 2 receives from worker 0 and sends it nothing"));
    }

    private static void assertRefused(String name, int n, String reason) {
        assertEquals("connections have to be those of a tree, but " + reason
                + "; take a tree, such as binary-tree, chain or star",
                refusal(Topologies.parse(name, n).at(0)));
    }

    private static String refusal(MixingMatrix w) {
        return assertThrows(IllegalArgumentException.class, () -> Tree.of(w)).getMessage();
    }
}
