package dev.gossamer.topology;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * Whether information spreads from every worker to every other: the union of the communication graphs of one period, or
 * of the first steps where there is none, is strongly connected. Held as bits, since these graphs may be complete ones
 * of thousands of workers.
 */
final class Reachability {

    private Reachability() {}

    static boolean isStronglyConnected(Scheme scheme) {
        int n = scheme.workers();
        BitSet[] senders = emptySets(n);
        BitSet[] receivers = emptySets(n);
        for (int step = 0; step < scheme.period().orElse(Scheme.WINDOW); step++) {
            MixingMatrix w = scheme.at(step);
            for (int i = 0; i < n; i++) {
                for (int k = w.rowStart(i); k < w.rowStart(i + 1); k++) {
                    senders[i].set(w.column(k));
                    receivers[w.column(k)].set(i);
                }
            }
        }
        return reachesAll(senders) && reachesAll(receivers);
    }

    private static BitSet[] emptySets(int n) {
        BitSet[] sets = new BitSet[n];
        for (int i = 0; i < n; i++) {
            sets[i] = new BitSet(n);
        }
        return sets;
    }

    /** Whether a walk along these arcs gets from worker 0 to every worker. */
    private static boolean reachesAll(BitSet[] arcs) {
        BitSet reached = new BitSet(arcs.length);
        Deque<Integer> open = new ArrayDeque<>();
        reached.set(0);
        open.add(0);
        while (!open.isEmpty()) {
            BitSet next = (BitSet) arcs[open.remove()].clone();
            next.andNot(reached);
            reached.or(next);
            next.stream().forEach(open::add);
        }
        return reached.cardinality() == arcs.length;
    }
}
