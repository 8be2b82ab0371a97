package dev.gossamer.theory;

import dev.gossamer.topology.MixingMatrix;
import dev.gossamer.topology.PeriodicScheme;
import dev.gossamer.topology.Scheme;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Schemes without structure, for comparison with slow and plain computations. */
final class RandomSchemes {

    private RandomSchemes() {}

    /** Static and symmetric, with weights of both signs but no eigenvalue larger than 1. */
    static Scheme symmetric(int n, long seed) {
        double[][] weights = new double[n][n];
        Random random = new Random(seed);
        for (int i = 0; i < n; i++) {
            weights[i][i] = 1;
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double weight = (random.nextDouble() - 0.1) / n;
                weights[i][j] += weight;
                weights[j][i] += weight;
                weights[i][i] -= weight;
                weights[j][j] -= weight;
            }
        }
        return PeriodicScheme.constant("random symmetric", MixingMatrix.of(weights));
    }

    /** Row-stochastic only, unlike in every direction. */
    static Scheme directed(int n, int period, long seed) {
        Random random = new Random(seed);
        List<MixingMatrix> phases = new ArrayList<>();
        for (int phase = 0; phase < period; phase++) {
            phases.add(MixingMatrix.ofRows(n, i -> {
                double[] row = new double[n];
                row[i] = 0.4;
                row[random.nextInt(n)] += 0.35;
                row[random.nextInt(n)] += 0.25;
                return row;
            }));
        }
        return new PeriodicScheme("random directed", phases);
    }

    /** Pairs that average, drawn anew at every step; n is even. */
    static Scheme matchings(int n, int period, long seed) {
        Random random = new Random(seed);
        List<MixingMatrix> phases = new ArrayList<>();
        for (int phase = 0; phase < period; phase++) {
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                order.add(i);
            }
            Collections.shuffle(order, random);
            double[][] weights = new double[n][n];
            for (int i = 0; i < n; i++) {
                weights[order.get(i)][order.get(i)] = 0.5;
                weights[order.get(i)][order.get(i ^ 1)] = 0.5;
            }
            phases.add(MixingMatrix.of(weights));
        }
        return new PeriodicScheme("random matching", phases);
    }

    /** Information drifts to one end of a chain; differences die out slowly. */
    static Scheme driftingChain(int n) {
        double[][] weights = new double[n][n];
        for (int i = 0; i < n; i++) {
            weights[i][i] += 0.5;
            weights[i][Math.min(n - 1, i + 1)] += 0.3;
            weights[i][Math.max(0, i - 1)] += 0.2;
        }
        return PeriodicScheme.constant("drifting chain", MixingMatrix.of(weights));
    }

    /**
     * Two trees in turn, the second from the other end: a period of symmetric matrices whose product is not symmetric.
     */
    static Scheme twoTrees(int n) {
        double[][] tree =
                GoldenSchemes.metropolisHastings("tree", n, GoldenSchemes.binaryTree(n)).at(0).toDense();
        double[][] reversed = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                reversed[n - 1 - i][n - 1 - j] = tree[i][j];
            }
        }
        return new PeriodicScheme("two trees", List.of(MixingMatrix.of(tree), MixingMatrix.of(reversed)));
    }

    static Scheme chain(int n) {
        return GoldenSchemes.metropolisHastings("chain", n, GoldenSchemes.chain(n));
    }

    static List<Scheme> small() {
        return List.of(
                symmetric(7, 1),
                chain(6),
                directed(7, 1, 2),
                directed(6, 3, 3),
                matchings(8, 4, 4),
                twoTrees(6),
                driftingChain(7),
                GoldenSchemes.localSteps(5, 3),
                GoldenSchemes.exponential(8));
    }
}
