package dev.gossamer.topology;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The rounds of the simple Base-(k+1) graph of n workers. Where n has a prime factor above k + 1, the digits of n in
 * base k + 1 cut the workers into blocks V_1, ..., V_L of {@code a_l (k+1)^(p_l)} workers, p descending. Each block
 * first averages itself; then each in turn gives to the later blocks, so that their means become that of all, and
 * averages itself again.
 *
 * @see <a href="https://arxiv.org/abs/2305.11420">Y. Takezawa, R. Sato, H. Bao, K. Niwa, M. Yamada: Beyond exponential
 *     graph: communication-efficient topologies for decentralized learning via finite-time convergence. NeurIPS 2023,
 *     algorithm 2</a>
 */
final class SimpleBase {

    /** Block V_l: its workers, its number of parts a_l, and their size, a power of k + 1. */
    private record Block(WorkerRange workers, int parts, int partSize) {}

    private final int workers;
    private final int degree;
    private final List<Block> blocks;
    private final int firstDonation;

    /**
     * Lays out the blocks.
     *
     * @param workers number of workers n, at least 1
     * @param degree most workers k that a worker talks to in a round, at least 1
     */
    SimpleBase(int workers, int degree) {
        this.workers = workers;
        this.degree = degree;
        this.blocks = blocks(workers, degree);
        this.firstDonation = HyperHypercube.rounds(blocks.get(0).workers.count(), degree);
    }

    private static List<Block> blocks(int workers, int degree) {
        if (HyperHypercube.takes(workers, degree)) {
            return List.of(new Block(new WorkerRange(0, 1, workers), 1, workers));
        }
        int base = degree + 1;
        int partSize = 1;
        while ((long) partSize * base <= workers) {
            partSize *= base;
        }
        List<Block> blocks = new ArrayList<>();
        for (int first = 0; first < workers; partSize /= base) {
            int parts = (workers - first) / partSize;
            if (parts > 0) {
                blocks.add(new Block(new WorkerRange(first, 1, parts * partSize), parts, partSize));
                first += parts * partSize;
            }
        }
        return blocks;
    }

    /** Number of workers n. */
    int workers() {
        return workers;
    }

    /** Number of rounds after which the average is exact; 0 for a single worker. */
    int rounds() {
        return blocks.size() == 1
                ? firstDonation
                : firstDonation + 1 + HyperHypercube.rounds(blocks.get(0).partSize, degree);
    }

    /** Adds the weights of a round to a matrix in which these workers are numbered from first on. */
    void addRound(MixingMatrixBuilder w, int first, int round) {
        for (int j = 0; j < blocks.size(); j++) {
            Block block = shifted(blocks.get(j), first);
            boolean donates = j < blocks.size() - 1;
            int donation = firstDonation + j;
            if (round < firstDonation) {
                HyperHypercube.addRound(w, block.workers, degree, round);
            } else if (donates && round == donation) {
                donate(w, first, j);
            } else if (donates && round > donation) {
                averageAgain(w, block, round - donation - 1);
            } else if (!donates && round >= donation) {
                averageAgain(w, block, round - donation);
            }
        }
    }

    private static Block shifted(Block block, int first) {
        WorkerRange workers = block.workers;
        return new Block(new WorkerRange(workers.first() + first, 1, workers.count()), block.parts, block.partSize);
    }

    /**
     * Block j gives a worker of each of its parts to every worker of the later blocks; those left over average in
     * cliques.
     */
    private void donate(MixingMatrixBuilder w, int first, int j) {
        Block donor = shifted(blocks.get(j), first);
        List<Deque<Integer>> unused = unusedByPart(donor);
        double share = (double) donor.workers.count() / (workers - blocks.get(j).workers.first());
        for (int l = blocks.size() - 1; l > j; l--) {
            WorkerRange receivers = shifted(blocks.get(l), first).workers;
            for (int position = 0; position < receivers.count(); position++) {
                for (Deque<Integer> part : unused) {
                    w.exchange(receivers.get(position), part.removeLast(), share / donor.parts);
                }
            }
        }
        List<Integer> left = new ArrayList<>();
        unused.forEach(left::addAll);
        for (int start = 0; start < left.size(); start += degree + 1) {
            w.average(left.subList(start, Math.min(start + degree + 1, left.size())));
        }
    }

    private static List<Deque<Integer>> unusedByPart(Block donor) {
        List<Deque<Integer>> unused = new ArrayList<>();
        for (WorkerRange part : donor.workers.cut(donor.partSize)) {
            Deque<Integer> queue = new ArrayDeque<>();
            for (int position = 0; position < part.count(); position++) {
                queue.add(part.get(position));
            }
            unused.add(queue);
        }
        return unused;
    }

    /** After giving, the parts of a block average themselves; a block below k + 1 workers does so as a whole. */
    private void averageAgain(MixingMatrixBuilder w, Block block, int round) {
        if (block.workers.count() < degree + 1) {
            HyperHypercube.addRound(w, block.workers, degree, round);
            return;
        }
        for (WorkerRange part : block.workers.cut(block.partSize)) {
            HyperHypercube.addRound(w, part, degree, round);
        }
    }
}
