package dev.gossamer.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The k-peer hyper-hypercube graph: workers are numbers in the mixed base of the factors f_1 &lt;= ... &lt;= f_m of n,
 * all at most k + 1; in round j the workers that differ only in digit j average each other. Exact after the m rounds.
 *
 * @see <a href="https://arxiv.org/abs/2305.11420">Y. Takezawa, R. Sato, H. Bao, K. Niwa, M. Yamada: Beyond exponential
 *     graph: communication-efficient topologies for decentralized learning via finite-time convergence. NeurIPS 2023,
 *     algorithm 1</a>
 */
final class HyperHypercube {

    private HyperHypercube() {}

    static List<MixingMatrix> phases(int workers, int degree) {
        Sizes.requireDegree("hyper-hypercube-K", degree);
        String rule = "hyper-hypercube-" + degree
                + " needs a number of workers without prime factors above " + (degree + 1L);
        Sizes.require(rule, n -> n >= 2 && takes(n, degree), workers);
        WorkerRange all = new WorkerRange(0, 1, workers);
        List<MixingMatrix> phases = new ArrayList<>();
        for (int round = 0; round < rounds(workers, degree); round++) {
            MixingMatrixBuilder w = new MixingMatrixBuilder(workers);
            addRound(w, all, degree, round);
            phases.add(w.build());
        }
        return phases;
    }

    /** Whether all prime factors of a number are at most k + 1. */
    static boolean takes(int number, int degree) {
        return smoothPart(number, degree) == number;
    }

    /** The largest divisor of a number whose prime factors are all at most k + 1. */
    static int smoothPart(int number, int degree) {
        int rest = number;
        for (int prime = 2; prime <= Math.min(degree + 1L, number); prime++) {
            while (rest % prime == 0) {
                rest /= prime;
            }
        }
        return number / rest;
    }

    /** Number of rounds m; 0 for a single worker. */
    static int rounds(int workers, int degree) {
        return factors(workers, degree).size();
    }

    /** Adds the weights of a round, counted modulo m, among some workers; nothing for a single worker. */
    static void addRound(MixingMatrixBuilder w, WorkerRange workers, int degree, int round) {
        List<Integer> factors = factors(workers.count(), degree);
        if (factors.isEmpty()) {
            return;
        }
        int digit = round % factors.size();
        int stride = factors.subList(0, digit).stream().reduce(1, (a, b) -> a * b);
        int factor = factors.get(digit);
        for (int i = 0; i < workers.count(); i++) {
            if (i / stride % factor == 0) {
                w.average(everyStride(workers, i, stride, factor));
            }
        }
    }

    private static List<Integer> everyStride(WorkerRange workers, int start, int stride, int count) {
        List<Integer> group = new ArrayList<>();
        for (int digit = 0; digit < count; digit++) {
            group.add(workers.get(start + digit * stride));
        }
        return group;
    }

    /** Divides by the largest factor up to k + 1 again and again; ascending. */
    private static List<Integer> factors(int number, int degree) {
        List<Integer> factors = new ArrayList<>();
        int rest = number;
        while (rest > 1) {
            int factor = (int) Math.min(degree + 1L, rest);
            while (rest % factor != 0) {
                factor--;
            }
            factors.add(factor);
            rest /= factor;
        }
        Collections.sort(factors);
        return factors;
    }
}
