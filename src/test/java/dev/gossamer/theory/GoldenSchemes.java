package dev.gossamer.theory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The schemes of the golden files, made from their formulas rather than by the topologies under test elsewhere. */
final class GoldenSchemes {

    private GoldenSchemes() {}

    static JsonNode json(String resource) {
        try (InputStream stream = GoldenSchemes.class.getResourceAsStream(resource)) {
            return new ObjectMapper().readTree(stream);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Scheme of(String name, int n) {
        return switch (name) {
            case "Ring" -> torus(name, n, 1);
            case "Uni-ring" -> uniRing(n);
            case "Torus (4x8)", "Torus (8x8)" -> torus(name, n, 8);
            case "Torus (2x16)" -> torus(name, n, 16);
            case "Binary tree" -> metropolisHastings(name, n, binaryTree(n));
            case "Two cliques" -> metropolisHastings(name, n, twoCliques(n));
            case "Hypercube" -> metropolisHastings(name, n, hypercube(n));
            case "Star" -> metropolisHastings(name, n, star(n));
            case "Social network" -> metropolisHastings(name, n, socialNetwork());
            case "Fully connected" -> PeriodicScheme.constant(name, MixingMatrix.uniform(n));
            case "Solo" -> PeriodicScheme.constant(name, MixingMatrix.identity(n));
            case "Time-varying exponential" -> exponential(n);
            case "Local steps (4)" -> localSteps(n, 4);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Weights 1 / (1 + max degree) on the edges, the rest on the diagonal. */
    static Scheme metropolisHastings(String name, int n, List<int[]> edges) {
        int[] degree = new int[n];
        for (int[] edge : edges) {
            degree[edge[0]]++;
            degree[edge[1]]++;
        }
        double[][] weights = new double[n][n];
        for (int i = 0; i < n; i++) {
            weights[i][i] = 1;
        }
        for (int[] edge : edges) {
            double weight = 1.0 / (1 + Math.max(degree[edge[0]], degree[edge[1]]));
            weights[edge[0]][edge[1]] += weight;
            weights[edge[1]][edge[0]] += weight;
            weights[edge[0]][edge[0]] -= weight;
            weights[edge[1]][edge[1]] -= weight;
        }
        return PeriodicScheme.constant(name, MixingMatrix.of(weights));
    }

    /** Helical torus; with one column a ring. With two rows, the duplicate neighbour counts in the degree only. */
    private static Scheme torus(String name, int n, int columns) {
        int[] offsets = columns == 1 ? new int[] {1, n - 1} : new int[] {1, n - 1, columns, n - columns};
        double[] row = new double[n];
        for (int offset : offsets) {
            row[offset] = 1.0 / (1 + offsets.length);
        }
        row[0] = 1;
        for (int j = 1; j < n; j++) {
            row[0] -= row[j];
        }
        return PeriodicScheme.constant(name, circulant(row));
    }

    private static Scheme uniRing(int n) {
        double[] row = new double[n];
        row[0] = 0.5;
        row[1] = 0.5;
        return PeriodicScheme.constant("Uni-ring", circulant(row));
    }

    static Scheme exponential(int n) {
        List<MixingMatrix> phases = new ArrayList<>();
        for (int offset = 1; offset < n; offset *= 2) {
            double[] row = new double[n];
            row[0] = 0.5;
            row[offset] = 0.5;
            phases.add(circulant(row));
        }
        return new PeriodicScheme("Time-varying exponential", phases);
    }

    static Scheme localSteps(int n, int steps) {
        List<MixingMatrix> phases = new ArrayList<>();
        for (int step = 1; step < steps; step++) {
            phases.add(MixingMatrix.identity(n));
        }
        phases.add(MixingMatrix.uniform(n));
        return new PeriodicScheme("Local steps (" + steps + ")", phases);
    }

    private static MixingMatrix circulant(double[] row) {
        int n = row.length;
        return MixingMatrix.ofRows(n, i -> {
            double[] shifted = new double[n];
            for (int j = 0; j < n; j++) {
                shifted[(i + j) % n] = row[j];
            }
            return shifted;
        });
    }

    static List<int[]> chain(int n) {
        List<int[]> edges = new ArrayList<>();
        for (int i = 1; i < n; i++) {
            edges.add(new int[] {i - 1, i});
        }
        return edges;
    }

    static List<int[]> star(int n) {
        List<int[]> edges = new ArrayList<>();
        for (int i = 1; i < n; i++) {
            edges.add(new int[] {0, i});
        }
        return edges;
    }

    static List<int[]> binaryTree(int n) {
        List<int[]> edges = new ArrayList<>();
        for (int i = 1; i < n; i++) {
            edges.add(new int[] {i / 2, i});
        }
        return edges;
    }

    static List<int[]> hypercube(int n) {
        List<int[]> edges = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            for (int bit = 1; bit < n; bit *= 2) {
                if ((i & bit) == 0) {
                    edges.add(new int[] {i, i | bit});
                }
            }
        }
        return edges;
    }

    private static List<int[]> twoCliques(int n) {
        List<int[]> edges = new ArrayList<>();
        edges.add(new int[] {0, n / 2});
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                if (i < n / 2 == j < n / 2) {
                    edges.add(new int[] {i, j});
                }
            }
        }
        return edges;
    }

    private static List<int[]> socialNetwork() {
        List<int[]> edges = new ArrayList<>();
        for (JsonNode edge : json("social-network-edges.json")) {
            edges.add(new int[] {edge.get(0).asInt(), edge.get(1).asInt()});
        }
        return edges;
    }
}
